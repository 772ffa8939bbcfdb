"""The JSON interface: HTTP in, bytes out; knows use cases, never rows or rules."""
