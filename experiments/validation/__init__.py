"""The model against published findings: every target with its source, met or missed, fitted or held out."""
