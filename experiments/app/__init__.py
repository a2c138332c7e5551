"""The what-if page: `spsim app`. Needs the extra `[app]`."""
