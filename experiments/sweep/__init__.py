"""Sweeps: which parameters the results depend on, how much of their spread is luck, and which number is worth measuring."""
