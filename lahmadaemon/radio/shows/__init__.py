"""What was on air, what was planned, and the figures of shows."""
