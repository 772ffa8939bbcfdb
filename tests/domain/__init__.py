"""Tests of what a design is, how it is read and what is measured of it."""
