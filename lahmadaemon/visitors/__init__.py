"""The visitors room: what people-counting cameras saw, every crossing once."""
