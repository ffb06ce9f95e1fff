"""Lets go what people were told long ago."""
