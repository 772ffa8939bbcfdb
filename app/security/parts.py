"""Several values as one run of bytes that can be read in one way only; knows no key and no cipher."""


def joined(*parts: str | bytes | int) -> bytes:
    """Each part with its kind and length before it: no two different rows of parts give the same bytes."""
    encoded = []
    for part in parts:
        kind, content = _encoded(part)
        encoded += [kind, len(content).to_bytes(4, "big"), content]
    return b"".join(encoded)


def _encoded(part: str | bytes | int) -> tuple[bytes, bytes]:
    if isinstance(part, str):
        # A lone surrogate cannot reach us through the gate; if one does, it must make another value, not a crash.
        return b"s", part.encode("utf-8", "surrogatepass")
    if isinstance(part, int):
        return b"i", b"%d" % part
    return b"b", part
