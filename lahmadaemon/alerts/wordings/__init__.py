"""What the desk says, a file for each language."""
