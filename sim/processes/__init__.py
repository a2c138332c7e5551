"""The week's processes, one module each, in the order of `sim.model.SCHEDULE`."""
