"""The bodies that the API documentation shows; a test sends the requests and checks the answers by their schemas."""

from typing import Any, Final

DIGEST: Final = "5d41402abc4b2a76b9719d911017c592ae1b2c3d4e5f60718293a4b5c6d7e8f9"
INITIATIVE_ID: Final = "0b6f6a0e-2f3c-4f4e-9d5b-6a1f2f0f9b11"
CHECK: Final = "purpose.stated"
CHECKLIST: Final = {"name": "track-two", "version": 1, "digest": DIGEST}
ANOTHER_CHECKLIST: Final = {"name": "disclosure", "version": 1, "digest": DIGEST[::-1]}

THIN_DESIGN: Final[dict[str, Any]] = {"title": "River dialogue"}

DESIGN: Final[dict[str, Any]] = {
    "title": "River dialogue",
    "stage": "preparing",
    "track": "track_2",
    "conflict": {
        "name": "The dispute over the upper river",
        "parties": [{"id": "upstream", "name": "Upstream"}, {"id": "downstream", "name": "Downstream"}],
    },
    "purpose": {
        "statement": "Draft, by spring, three options for sharing water in dry years that both boards could discuss.",
        "agreed_with": ["upstream", "downstream"],
        "agreed_how": "At a first meeting of both steering groups.",
    },
    "participation": {
        "participants": [
            {"code": "U1", "party": "upstream", "background": "former_official", "official_proximity": "past"},
            {"code": "D1", "party": "downstream", "background": "academic", "official_proximity": "none"},
        ]
    },
    "funding": {
        "budget": {"amount": "80000.00", "currency": "EUR"},
        "sources": [{"name": "A foundation", "kind": "foundation", "disclosed": "at_invitation"}],
    },
}

CHANGE: Final[dict[str, Any]] = {"stage": "funded", "funding": {"planned_months": 18}}

FINDING: Final[dict[str, Any]] = {
    "check": CHECK,
    "category": "purpose",
    "weight": "essential",
    "outcome": "open",
    "question": "Is the purpose written down?",
    "message": "The design does not say what it is for.",
    "at": ["/purpose/statement"],
    "figures": {},
    "later": False,
    "waiver": None,
    "rationale": "People who join for different reasons find out at the worst moment.",
    "advice": "Write one or two sentences that every participant could repeat.",
    "limits": "It sees whether something is written, not whether it is wise.",
    "sources": [{"work": "A09", "pages": ["18"], "reporting": [], "interviewees": [], "kind": "finding"}],
    "precedents": [],
    "ask_from": "idea",
    "answered_by": "organiser",
}

COUNTS: Final = {"met": 0, "concern": 0, "open": 1, "not_applicable": 0, "waived": 0}
FEEDBACK: Final[dict[str, Any]] = {
    "checklist": CHECKLIST,
    "categories": [{"id": "purpose", "name": "Purpose clarity", "state": "open", "counts": COUNTS}],
    "findings": [FINDING],
    "counts": COUNTS,
}
NEXT_STEPS: Final[dict[str, Any]] = {
    "checklist": CHECKLIST,
    "next_steps": [
        {
            **{key: FINDING[key] for key in ("check", "category", "weight", "outcome", "question", "message", "at")},
            "action": FINDING["advice"],
            "settles": [],
            "answered_by": "organiser",
        }
    ],
    "counts": COUNTS,
}

SUMMARY: Final[dict[str, Any]] = {
    "id": INITIATIVE_ID,
    "title": "River dialogue",
    "lifecycle": "idea",
    "revision": 1,
    "checklist_digest": DIGEST,
    "categories": [{"id": "purpose", "state": "open"}],
    "review": None,
    "created_at": "2027-03-01T09:30:00Z",
    "updated_at": "2027-03-01T09:30:00Z",
}
INITIATIVE: Final[dict[str, Any]] = {**SUMMARY, "design": THIN_DESIGN, "feedback": FEEDBACK}

REVISION: Final[dict[str, Any]] = {
    "number": 1,
    "cause": "created",
    "restored_from": None,
    "created_at": "2027-03-01T09:30:00Z",
    "checklist_digest": DIGEST,
}
REVISION_WITH_DESIGN: Final = {**REVISION, "design": THIN_DESIGN}

_SIDE: Final = {"revision": 1, "created_at": "2027-03-01T09:30:00Z", "checklist": CHECKLIST}
CHANGES: Final[dict[str, Any]] = {
    "from": _SIDE,
    "to": {**_SIDE, "revision": 2, "created_at": "2027-03-08T16:05:00Z"},
    "design": [{"pointer": "/purpose", "kind": "added", "before": None, "after": DESIGN["purpose"]}],
    "findings": [
        {
            **{key: FINDING[key] for key in ("check", "category", "weight", "question")},
            "turn": "gone",
            "caused_by": "edit",
            "before": {"outcome": "open", "message": FINDING["message"]},
            "after": {"outcome": "met", "message": "The purpose is written down."},
        }
    ],
}

NEW_WAIVER: Final = {"reason": "The funder has seen the purpose; it will be written after the visit.", "by": "Reviewer"}
WAIVER: Final[dict[str, Any]] = {
    "check": CHECK,
    "state": "active",
    **NEW_WAIVER,
    "given_at": "2027-03-01T09:30:00Z",
    "given_by": {"id": "7d0f7a52-51c4-4a7c-8d5c-6a0b6ea0c2d1", "name": "Anna"},
    "approved_by": None,
    "approved_at": None,
    "checklist": "track-two",
    "version": 1,
}
APPROVED_WAIVER: Final[dict[str, Any]] = {
    **WAIVER,
    "approved_by": {"id": "c1d9a3b4-7f44-4b0e-9d38-0a5f3c1b2e77", "name": "Ben"},
    "approved_at": "2027-03-02T14:00:00Z",
}
WAIVED_FINDING: Final = {**FINDING, "waiver": {key: value for key, value in WAIVER.items() if key != "check"}}

CHECKLIST_SUMMARY: Final[dict[str, Any]] = {
    **CHECKLIST,
    "title": "Track Two and Track 1.5 dialogues",
    "about": "Questions that experienced practitioners learned to ask.",
    "categories": [{"id": "purpose", "name": "Purpose clarity", "asks": "Is it well defined?"}],
    "origin": None,
}
CHECK_SUMMARY: Final = {key: FINDING[key] for key in ("category", "weight", "question", "ask_from", "answered_by")} | {
    "id": CHECK
}
WHOLE_CHECKLIST: Final = {**CHECKLIST_SUMMARY, "checks": [CHECK_SUMMARY]}
PRECEDENT_LINK: Final[dict[str, Any]] = {"id": "oslo", "name": "Oslo", "href": "/v1/precedents/oslo"}
PRECEDENT: Final[dict[str, Any]] = {
    **PRECEDENT_LINK,
    "done": "Two academics and a few members of the other side met in secret, far from the official talks.",
    "followed": "The talks became official, and the two sides signed a first agreement.",
    "note": None,
    "pages": ["10-11", "18"],
    "checks": [
        {
            "checklist": "track-two",
            "check": CHECK,
            "question": FINDING["question"],
            "href": f"/v1/checklists/track-two/checks/{CHECK}",
        }
    ],
}
TERM: Final[dict[str, Any]] = {
    "id": "chaperon",
    "term": "chaperon",
    "also": ["chaperons"],
    "meaning": "A respected political leader who watches over the talks.",
    "pages": ["41"],
}
WHOLE_CHECK: Final[dict[str, Any]] = {
    **CHECK_SUMMARY,
    "digest": DIGEST,
    "reads": ["/purpose/statement"],
    "parameters": {},
    "applies": None,
    "met_when": None,
    "concern": [],
    "open_when": [],
    "answered": {"op": "answered", "path": "/purpose/statement"},
    "say": {"met": "The purpose is written down.", "open": "The design does not say what it is for."},
    **{key: FINDING[key] for key in ("rationale", "advice", "limits", "sources", "precedents")},
    "examples": [{"name": "a purpose", "design": {"purpose": {"statement": "Draft a text."}}, "outcome": "met"}],
    "taught_by": [PRECEDENT_LINK],
    "terms": [TERM],
}

PREVIEW: Final[dict[str, Any]] = {
    "from": None,
    "to": {**CHECKLIST, "name": "lake-foundation"},
    "examined": 40,
    "checks": [
        {
            **{key: FINDING[key] for key in ("check", "category", "weight", "question")},
            "because": ["parameter"],
            "parameters": [{"name": "least", "before": "4", "after": "6", "reason": "Our board reads one sentence."}],
            "appear": 3,
            "vanish": 0,
            "change": 0,
            "same": 37,
            "before": None,
            "after": None,
            "initiatives": [INITIATIVE_ID],
        }
    ],
    "waivers": {"to_be_confirmed": 2, "without_check": 0, "initiatives": [INITIATIVE_ID]},
}
