"""Tests of the command `goodoffices`."""
