"""The language in which checks are said: a closed, typed vocabulary that compiles to closures."""
