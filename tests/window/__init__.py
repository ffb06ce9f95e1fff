"""The window: pages, API, metrics and who may look."""
