"""The radio room: source (azuracast) → pure core (folding, sessions, figures) → store → reports and files."""
