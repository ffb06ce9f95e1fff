"""Pictures: plain data in, the bytes of a PNG or an SVG file out. matplotlib is imported only to draw."""
