"""Lets go what no count needs any more."""
