"""The alarm desk over HTTP: what is wrong, what was, who was told; acknowledging and muting, as in the chat."""
