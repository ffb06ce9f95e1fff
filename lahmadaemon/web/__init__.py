"""The window: what people and machines see over HTTP."""
