"""Systems of many places: neighbourhood services that share nothing, each with its own people, workers, services and luck.

`system` says which places there are (drawn from stated distributions, or read from a user's CSV file), `piece` runs one of them,
`merge` puts them together exactly, `league` tells spread that is luck from spread that is structure, `compare` pairs two scenarios
place by place. See docs/decisions/0010-places.md.
"""
