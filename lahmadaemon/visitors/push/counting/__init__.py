"""What a report counts: a day's crossings up to a moment."""
