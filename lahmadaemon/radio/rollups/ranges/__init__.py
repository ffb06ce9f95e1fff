"""Many kept reports in one question, for whoever shows a year of days."""
