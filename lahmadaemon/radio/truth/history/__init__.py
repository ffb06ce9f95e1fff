"""Where what a server remembers is kept."""
