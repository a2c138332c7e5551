"""The figures of a calibration: posterior against prior, the model against the targets, and the parameters in pairs."""
