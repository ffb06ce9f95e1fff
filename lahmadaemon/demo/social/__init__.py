"""An invented world of creators, and the platforms they post on."""
