"""What is strange about a station's answers: recognised poll by poll, kept with its times, told once, shown beside the figures."""
