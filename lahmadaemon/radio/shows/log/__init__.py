"""Our own log of what was on air: written with every snapshot, filled from the server's history where we were away."""
