"""Figures that outlive the sessions they were made of: the hourly audience, and reports of settled periods."""
