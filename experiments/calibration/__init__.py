"""Calibration: parameters that fit published targets, with the doubt that is left, from waves of runs and an emulator."""
