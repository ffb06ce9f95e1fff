"""Keeps services alive, each on its own, and reports how they are."""
