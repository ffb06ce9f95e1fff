"""What polls alone cannot know: history read again, and what is strange about a snapshot."""
