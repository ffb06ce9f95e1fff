"""Stand-ins for the outside world: an invented station with a believable audience, for `demo` and for tests."""
