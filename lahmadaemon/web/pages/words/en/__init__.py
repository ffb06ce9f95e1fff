"""English."""

from lahmadaemon.web.pages.words.en import frame, house, pictures, radio, social, visitors

WORDS = frame.WORDS | radio.WORDS | visitors.WORDS | social.WORDS | house.WORDS | pictures.WORDS
