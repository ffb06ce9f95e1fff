"""Time that others than our own polls vouch for."""
