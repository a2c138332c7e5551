"""The figures of a report, a module each: each returns a `Figure`, drawn twice, for wide pages and for narrow ones."""
