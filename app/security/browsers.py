"""What a browser says of itself and of where a request comes from, and whether it may be believed; knows no session."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

# A browser keeps a cookie of this name only from the host itself, by TLS, and sends it to no other.
COOKIE: Final = "__Host-goodoffices"
ATTRIBUTES: Final = "; Path=/; Secure; HttpOnly; SameSite=Strict"
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
FROM_HERE: Final = frozenset({"same-origin"})
# A person who types an address, or opens a bookmark, comes from nowhere.
FROM_HERE_OR_NOWHERE: Final = FROM_HERE | {"none"}

_TOKEN: Final = re.compile(r"gos_[0-9A-Za-z]{43}")
_STANDARD_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a browser says that a request comes from.

    Attributes:
        host: the Host that it was sent to.
        origins: every Origin that it carries; there should be one at most.
        sites: every Sec-Fetch-Site likewise.
    """

    host: str
    origins: Sequence[str]
    sites: Sequence[str]


def kept(token: str, seconds: int) -> str:
    """What makes a browser keep the token for so long."""
    return f"{COOKIE}={token}; Max-Age={seconds}{ATTRIBUTES}"


def forgotten() -> str:
    """What makes a browser forget it."""
    return f"{COOKIE}=; Max-Age=0{ATTRIBUTES}"


def token_in(cookies: Iterable[str]) -> str | None:
    """The session's token among what a browser sends as Cookie; None without one, or with two, or if it cannot be."""
    pairs = (pair.strip().partition("=") for line in cookies for pair in line.split(";"))
    tokens = [value for name, _, value in pairs if name == COOKIE]
    return tokens[0] if len(tokens) == 1 and _TOKEN.fullmatch(tokens[0]) else None


def may_read(where: Provenance) -> bool:
    """Whether a request that changes nothing may be answered to whom the cookie tells of."""
    return FROM_HERE_OR_NOWHERE.issuperset(where.sites)


def may_write(where: Provenance) -> bool:
    """Whether a request that changes something was asked for by a page of ours.

    Every browser sends Origin with it, and none lets a page choose what stands there.
    """
    return FROM_HERE.issuperset(where.sites) and len(where.origins) == 1 and is_own(where.origins[0], where.host)


def is_own(origin: str, host: str) -> bool:
    """Whether the origin is a page of the host that was asked, where its scheme may imply the port."""
    scheme, _, there = origin.partition("://")
    place = _place(there, scheme)
    return place is not None and place == _place(host, scheme)


def _place(authority: str, scheme: str) -> tuple[str, int] | None:
    """Host and port; None for what is neither."""
    try:
        parts = urlsplit(f"//{authority}")
        host, port = parts.hostname, parts.port or _STANDARD_PORTS.get(scheme)
    except ValueError:
        return None
    return (host, port) if host and port and parts.netloc == authority and "@" not in authority else None
