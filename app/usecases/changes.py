"""What changed between two revisions, in the design and in what the checklist says of it; changes nothing."""

import json
from dataclasses import dataclass

from app.checklist.checklist import Checklist
from app.checklist.comparison import Comparison, compare
from app.domain.design import parse_design
from app.domain.differences import Difference, differences
from app.domain.revision import Revision, StoredDesign
from app.storage import revisions
from app.storage.initiatives import NEVER_REACHED
from app.usecases import checklists
from app.usecases.authority import Granted, key_of, let_in
from app.usecases.office import Access, Office


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that is different between two revisions.

    Attributes:
        before, after: the two revisions.
        checklist_before, checklist_after: what judged each of them when it was made.
        design: the differences between the documents.
        findings: every check, with what became of its finding and why.
    """

    before: Revision
    after: Revision
    checklist_before: Checklist
    checklist_after: Checklist
    design: tuple[Difference, ...]
    findings: tuple[Comparison, ...]


async def between(office: Office, access: Access, initiative_id: str, before: int, after: int) -> Changes:
    """The changes that lead from one revision to another, in either direction.

    Raises:
        NotFound: there is no such initiative, or not both revisions.
    """
    key = await key_of(office, access, initiative_id)

    def read(granted: Granted) -> tuple[StoredDesign, StoredDesign]:
        numbers = (min(before, NEVER_REACHED), min(after, NEVER_REACHED))
        old, new = (revisions.find(granted.connection, key, number) for number in numbers)
        granted.revision = numbers[1]
        return old, new

    old, new = await let_in(office, access, read, key.subject)
    old_list = await checklists.remembered(office, old.revision.checklist_digest)
    new_list = await checklists.remembered(office, new.revision.checklist_digest)
    return Changes(
        before=old.revision,
        after=new.revision,
        checklist_before=old_list,
        checklist_after=new_list,
        design=differences(json.loads(old.document), json.loads(new.document)),
        findings=compare(parse_design(old.document), parse_design(new.document), old_list, new_list),
    )
