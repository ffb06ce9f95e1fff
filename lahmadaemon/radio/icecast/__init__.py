"""A plain Icecast server (2.4, 2.5, KH) as a source: its own list of clients."""
