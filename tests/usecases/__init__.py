"""The use cases, tested on both engines."""
