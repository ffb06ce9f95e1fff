"""Collecting: who is due, what a run asks, and what becomes of the pages that come."""
