"""TikTok: its Display API for a creator's own videos, and tokens that rotate."""
