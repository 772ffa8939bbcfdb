"""Tests of app/checklist."""
