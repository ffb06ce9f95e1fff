"""The house itself over HTTP: health, metrics, and the login."""
