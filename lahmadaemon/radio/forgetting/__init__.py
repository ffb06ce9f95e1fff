"""What there is of one listener, and how it becomes nobody's."""
