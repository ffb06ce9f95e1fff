"""What `lahmadaemon check` finds."""
