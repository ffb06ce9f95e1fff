"""Counts of what the visitors room did, for the metrics."""
