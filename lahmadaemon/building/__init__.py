"""Builds each room's services from its settings; `daemon` joins them and runs them."""
