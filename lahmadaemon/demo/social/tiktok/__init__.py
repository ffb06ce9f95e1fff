"""A stand-in for TikTok: Login Kit's tokens and the Display API v2, strict about scopes, fields, cursors and rotation."""

from lahmadaemon.demo.social.tiktok.server import TikTok
from lahmadaemon.demo.social.tiktok.tokens import SCOPES
from lahmadaemon.demo.social.tiktok.troubles import Trouble

__all__ = ["SCOPES", "TikTok", "Trouble"]
