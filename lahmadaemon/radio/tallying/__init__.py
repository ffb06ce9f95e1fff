"""Counts of what the radio room did, for the metrics."""
