"""Evaluations written as bytes, in the formats that people and programs read; pure."""
