"""The shapes of the API's answers. Names are those of the store: null is unknown, never 0; ids of platforms are text."""
