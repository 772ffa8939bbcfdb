"""`python -m app` is the command `goodoffices`; this module knows where the command is and nothing of what it does."""

from app.cli.main import main

if __name__ == "__main__":
    main()
