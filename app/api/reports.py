"""The formats that feedback comes in over HTTP, and what each needs in a browser; knows no design."""

from typing import Final, Literal

from app.exports.html import content_policy
from app.exports.media_types import MEDIA_TYPES

Format = Literal["json", "markdown", "html"]
FORMATS: Final = {name: MEDIA_TYPES[name].media_type for name in ("json", "markdown", "html")}


def policy(chosen: str) -> dict[str, str]:
    """The headers that a browser needs to show this format: a report may apply the style that stands in it."""
    if chosen != "html":
        return {}
    return {"Content-Security-Policy": f"{content_policy()}; frame-ancestors 'none'"}
