"""Tests of the words that checks are said in."""
