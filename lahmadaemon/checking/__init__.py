"""What `lahmadaemon check` looks at: everything that decides whether the daemon will do its work here."""
