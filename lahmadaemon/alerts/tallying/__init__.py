"""Counts of what the alarm desk did, for the metrics."""
