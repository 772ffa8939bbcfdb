"""The command `goodoffices`: designs, checks and the service from a terminal; knows no status code of HTTP."""
