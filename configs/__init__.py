"""Settings that ship with the package: one file a command, and the groups service/ and scenario/."""
