"""Harnesses that break the service while it is used, and count what is lost: properties R1 to R9."""
