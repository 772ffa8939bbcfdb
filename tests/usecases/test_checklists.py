"""A checklist that judged something can be had again as it was."""

import json

from app.checklist.catalogue import Catalogue, shipped_catalogue
from app.checklist.checklist import from_pack
from app.usecases import checklists
from tests.usecases.builders import VERSION_1, version_2
from tests.usecases.house import House


def test_every_shipped_checklist_survives_being_kept() -> None:
    for shipped in shipped_catalogue().all():
        kept = from_pack(json.loads(json.dumps(shipped.pack())))
        assert kept.digest == shipped.digest
        assert [check.digest for check in kept.checks] == [check.digest for check in shipped.checks]


async def test_a_checklist_that_is_not_loaded_any_more_keeps_its_digest(house: House) -> None:
    await checklists.keep(house.office, VERSION_1)

    again = await checklists.remembered(house.using(Catalogue([version_2()])).office, VERSION_1.digest)

    assert (again.digest, again.reference) == (VERSION_1.digest, "track-two@1")
    assert again is await checklists.remembered(house.using(Catalogue([])).office, VERSION_1.digest)
