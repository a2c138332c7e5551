"""Figures of `spsim length`: one module each."""
