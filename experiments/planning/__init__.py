"""How much of a lever it takes: the smallest change that meets a target in enough runs."""
