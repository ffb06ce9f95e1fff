"""Pictures over HTTP: the figures of the API, drawn in another process, kept while they are the same."""
