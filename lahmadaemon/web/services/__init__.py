"""The daemon itself over HTTP: its services, and the house they live in."""
