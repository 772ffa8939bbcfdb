"""Secrets and what is made of them: keys, seals, passwords, chains; knows no database, no request and no clock."""
