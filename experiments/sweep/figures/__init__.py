"""Figures of a sweep: one module each. `experiments.sweep.figures.choice` says which ones a method has."""
