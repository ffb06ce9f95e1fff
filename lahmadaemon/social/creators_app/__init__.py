"""The Creators app: the program that knows creators, campaigns and who takes part in which."""
