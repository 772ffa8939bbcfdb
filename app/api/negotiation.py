"""Which representation an answer takes: Accept (RFC 9110), ?format=, Prefer (RFC 7240); knows no resource."""

from collections.abc import Mapping
from typing import Final, Literal

from starlette.requests import Request

from app.api.problems import Problem

JSON: Final = "json"
JSON_ONLY: Final[Mapping[str, str]] = {JSON: "application/json"}
Return = Literal["minimal", "representation"]


def chosen_format(request: Request, offered: Mapping[str, str], named: str | None = None) -> str:
    """The name of the format that the caller wants most: `?format=`, else Accept, else the first one offered.

    Args:
        request: the request.
        offered: name → media type (with or without parameters), the preferred one first.
        named: what `?format=` says.

    Raises:
        Problem: not-acceptable when none of those offered is asked for.
    """
    if named is not None:
        return named
    accept = request.headers.get("accept")
    if accept is None or accept in ("*/*", "application/json"):
        return next(iter(offered))
    return _accepted(accept, offered)


def _accepted(accept: str, offered: Mapping[str, str]) -> str:
    ranges = [_range(item) for item in accept.split(",") if item.strip()]
    best, chosen = 0.0, None
    for name, media_type in offered.items():
        quality = _quality(media_type.partition(";")[0], ranges)
        if quality > best:
            best, chosen = quality, name
    if chosen is None and ranges:
        raise Problem("not-acceptable", f"This resource has {', '.join(dict.fromkeys(offered.values()))}.")
    return chosen or next(iter(offered))


def _range(item: str) -> tuple[str, float]:
    media_range, *parameters = (part.strip().lower() for part in item.split(";"))
    quality = next((part[2:] for part in parameters if part.startswith("q=")), "1")
    try:
        return media_range, max(0.0, min(1.0, float(quality)))
    except ValueError:
        return media_range, 0.0


def _quality(media_type: str, ranges: list[tuple[str, float]]) -> float:
    """The quality of the most specific range that covers the media type; 0 when none does."""
    for pattern in (media_type, f"{media_type.partition('/')[0]}/*", "*/*"):
        for media_range, quality in ranges:
            if media_range == pattern:
                return quality
    return 0.0


def preferred_return(request: Request) -> Return | None:
    """What the caller prefers to get back after a write, None without a preference (RFC 7240)."""
    for value in request.headers.getlist("prefer"):
        for item in value.split(","):
            preference = item.partition(";")[0].replace(" ", "").replace('"', "").lower()
            if preference == "return=minimal":
                return "minimal"
            if preference == "return=representation":
                return "representation"
    return None


def applied(preference: Return | None) -> dict[str, str]:
    """The headers that say which preference was honoured."""
    return {} if preference is None else {"Preference-Applied": f"return={preference}", "Vary": "Prefer"}
