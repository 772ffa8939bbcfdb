"""Tests of the HTTP interface, through its front door."""
