"""The before-and-after study and the unadjusted comparison, beside what the same people's usual care shows."""
