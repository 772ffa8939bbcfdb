"""Secrets and what is made of them, tested without a database."""
