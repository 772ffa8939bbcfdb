"""The bodies that the API documentation shows of the portfolio."""

from typing import Any, Final

from app.api.examples import CHECKLIST

_CHECKLIST: Final = {**CHECKLIST, "title": "Track Two and Track 1.5 dialogues"}
_STATES: Final = {"clear": 21, "open": 14, "concerns": 7, "waived": 2}
_OUTCOMES: Final = {"met": 30, "concern": 7, "open": 4, "not_applicable": 1, "waived": 2}
_STATED: Final = {"id": "purpose.stated", "question": "Is it written what the talks are for?"}
_NAMED: Final = {"id": "funding.named", "question": "Is it written who pays?"}

PORTFOLIO: Final[dict[str, Any]] = {
    "checklist": _CHECKLIST,
    "designs": 42,
    "elsewhere": 3,
    "categories": [{"id": "purpose", "name": "Purpose", **_STATES}],
    "checks": [{**_STATED, "category": "purpose", "weight": "essential", **_OUTCOMES}],
}
DAYS: Final[dict[str, Any]] = {
    "checklist": _CHECKLIST,
    "items": [
        {
            "day": "2027-03-01",
            "designs": 42,
            "categories": [{"id": "purpose", **_STATES}],
            "checks": [{"id": "purpose.stated", **_OUTCOMES}],
        }
    ],
}
CLUSTERS: Final[dict[str, Any]] = {
    "checklist": _CHECKLIST,
    "designs": 42,
    "compared": 42,
    "items": [{"first": _STATED, "second": _NAMED, "together": 6, "share": 0.1429, "lift": 2.4}],
}
