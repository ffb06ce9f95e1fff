"""What became of alarms and of the messages about them, for whoever looks back."""
