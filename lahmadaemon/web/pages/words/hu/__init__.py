"""Hungarian."""

from lahmadaemon.web.pages.words.hu import frame, house, radio, social, visitors

WORDS = frame.WORDS | radio.WORDS | visitors.WORDS | social.WORDS | house.WORDS
