"""The social room: creators' posts on Instagram, Facebook and TikTok, their numbers over time, and the campaigns they belong to."""
