"""The lessons of docs/teaching: one module a lesson, from an experiment to the figures in its worksheet, and what writes worksheets and notebooks."""
