"""JSON Pointers (RFC 6901): how a place in a document is written; knows no document."""

LONGEST_KEY = 100


def pointer(*steps: str | int) -> str:
    """The pointer that leads through these steps from the root: `pointer("a", 0)` is `/a/0`."""
    return "".join(f"/{escape(str(step))}" for step in steps)


def escape(step: str) -> str:
    """One step with `~` and `/` written as RFC 6901 asks, cut to a length that is safe to send back."""
    return step[:LONGEST_KEY].replace("~", "~0").replace("/", "~1")


def steps(path: str) -> tuple[str, ...]:
    """The steps of a pointer, unescaped: `/a/0` gives `("a", "0")`, the empty pointer gives `()`."""
    if not path:
        return ()
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in path[1:].split("/"))
