"""The commands: they read settings, run the model in `sim`, and write tables, words and pictures."""
