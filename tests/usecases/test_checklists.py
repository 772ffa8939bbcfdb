"""A checklist that judged something can be had again as it was."""

import json

from app.checklist.catalogue import shipped_catalogue
from app.checklist.checklist import from_pack


def test_every_shipped_checklist_survives_being_kept() -> None:
    for shipped in shipped_catalogue().all():
        kept = from_pack(json.loads(json.dumps(shipped.pack())))
        assert kept.digest == shipped.digest
        assert [check.digest for check in kept.checks] == [check.digest for check in shipped.checks]
