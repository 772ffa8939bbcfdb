"""Storage, tested through its own door on both engines."""
