"""How long programmes need to be: lengths and policies under common random numbers, against the same people's usual care (docs/length.md)."""
