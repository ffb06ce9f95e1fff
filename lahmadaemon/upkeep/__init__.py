"""Keeps the house itself in order: backups of the store, room on its disk."""
