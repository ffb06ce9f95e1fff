"""Telegram, as bot or as user, through Telethon; imported only where it is configured."""
