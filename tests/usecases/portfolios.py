"""Random things that people do with initiatives, and how the portfolio should stand after them; knows no table."""

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field

from app.checklist.catalogue import Catalogue
from app.checklist.evaluation import ATTENTION
from app.domain.errors import BadInput, NotFound
from app.usecases import designs, initiatives, portfolio, waivers
from tests.usecases.builders import CLEAR, SILENT, VAGUE, design, newer_catalogue
from tests.usecases.house import House

NEWER = newer_catalogue()
OLDER = Catalogue(NEWER.all(), adopted="track-two@1")
CATALOGUES = (OLDER, NEWER)
DESIGNS = (VAGUE, CLEAR, SILENT, design("Agree rules for the wells of both banks"), design("Water", summary="Short"))
CHECKS = ("purpose.stated", "funding.named")
WORDS = ("create", "replace", "restore", "waive", "unwaive", "delete")
Step = tuple[str, int, int]  # what is done, to which one, and how

Numbers = dict[str, Counter[tuple[str, str]]]


@dataclass
class Doer:
    """Somebody who does one thing after the other."""

    house: House
    alive: list[str] = field(default_factory=list)

    async def do(self, step: Step) -> None:
        """Does it; what the present state does not allow is passed over."""
        what, which, how = step
        house = self.house.using(CATALOGUES[how % 2])
        if what == "create" or not self.alive:
            made = await house.ask(initiatives.create, DESIGNS[how % len(DESIGNS)])
            self.alive.append(made.initiative.id)
            return
        identity = self.alive[which % len(self.alive)]
        with suppress(BadInput, NotFound):
            await getattr(self, f"_{what}")(house, identity, how)

    async def _replace(self, house: House, identity: str, how: int) -> None:
        await house.ask(designs.replace, identity, DESIGNS[how % len(DESIGNS)])

    async def _restore(self, house: House, identity: str, how: int) -> None:
        await house.ask(designs.restore, identity, 1)

    async def _waive(self, house: House, identity: str, how: int) -> None:
        await house.ask(waivers.put, identity, CHECKS[how % 2], reason=f"Because of {how}")

    async def _unwaive(self, house: House, identity: str, how: int) -> None:
        await house.ask(waivers.delete, identity, CHECKS[how % 2])

    async def _delete(self, house: House, identity: str, how: int) -> None:
        await house.ask(initiatives.delete, identity)
        self.alive.remove(identity)


async def counted(house: House) -> Numbers:
    """What the portfolio says, by checklist and check; what nothing was counted of is left out."""
    found: Numbers = {}
    for version in (1, 2):
        told = await house.using(NEWER).ask(portfolio.counts, f"track-two@{version}")
        numbers: Counter[tuple[str, str]] = Counter({("", "designs"): told.designs})
        for state in told.categories:
            for name in ("clear", "open", "concerns", "waived"):
                numbers[state.category.id, name] = getattr(state, name)
        for each in told.checks:
            for name in ("met", "concern", "open", "not_applicable", "waived"):
                numbers[each.check.id, name] = getattr(each, name)
        found[told.checklist.reference] = +numbers
    return found


async def true_of(house: House, identities: list[str]) -> Numbers:
    """The same from the feedback on each design."""
    found: Numbers = {"track-two@1": Counter(), "track-two@2": Counter()}
    for identity in identities:
        judged = await house.using(NEWER).ask(initiatives.get, identity)
        numbers = found[judged.evaluation.checklist.reference]
        numbers["", "designs"] += 1
        states = dict(zip(("k", "o", "c"), ("clear", "open", "concerns"), strict=True))
        for category, letter in zip(judged.evaluation.categories, judged.initiative.codes, strict=False):
            numbers[category.id, states[letter]] += 1
        for finding in judged.evaluation.findings:
            numbers[finding.check.id, finding.outcome.value] += 1
            numbers[finding.check.id, "waived"] += finding.outcome in ATTENTION and finding.waived
        for waived in {one.check.category for one in judged.evaluation.findings if one.waived}:
            numbers[waived, "waived"] += 1
    return {reference: +numbers for reference, numbers in found.items()}
