"""Timings: the model against plain agent objects, its growth with size, and the default run. `python -m benchmarks`."""
