"""Tests of what feedback looks like in each format."""
