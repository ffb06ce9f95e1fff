"""TikTok: its answers, its videos, its tokens."""
