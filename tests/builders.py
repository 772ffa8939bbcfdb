"""Small builders of design documents as plain dictionaries, as a practitioner would write them; they judge nothing."""

from typing import Any

from app.domain.design import Design, design_from
from app.domain.facts import Facts

Document = dict[str, Any]
Row = dict[str, Any]

NORTH: Row = {"id": "north", "name": "North"}
SOUTH: Row = {"id": "south", "name": "South"}
EAST: Row = {"id": "east", "name": "East"}
BOTH = (NORTH, SOUTH)
ALL_THREE = (NORTH, SOUTH, EAST)


def document(*parties: Row, **parts: Any) -> Document:
    """A design document of these parties (North and South where none are given) with whatever other parts are given."""
    return {"title": "River dialogue", "conflict": {"parties": list(parties or BOTH)}, **parts}


def with_people(*people: Row, parties: tuple[Row, ...] = BOTH, **participation: Any) -> Document:
    """A document whose participants are these; other lists of the participation by name."""
    return document(*parties, participation={"participants": list(people), **participation})


def with_plan(*planned: Row, parties: tuple[Row, ...] = BOTH, **participation: Any) -> Document:
    """A document that plans these groups; other lists of the participation by name."""
    return document(*parties, participation={"planned": list(planned), **participation})


def with_sources(*sources: Row, parties: tuple[Row, ...] = BOTH, **funding: Any) -> Document:
    """A document that is paid by these sources; other fields of the funding by name."""
    return document(*parties, funding={"sources": list(sources), **funding})


def with_third_parties(*third_parties: Row, **parts: Any) -> Document:
    """A document with these third parties."""
    return document(third_parties=list(third_parties), **parts)


def people(party: str, number: int, **answers: Any) -> list[Row]:
    """So many participants of a party who all give the same answers."""
    return [{"party": party, **answers} for _ in range(number)]


def person(party: str | None = None, **answers: Any) -> Row:
    """One participant of a party, or of none."""
    return answers if party is None else {"party": party, **answers}


def group(party: str | None = None, headcount: int | None = None, **answers: Any) -> Row:
    """One planned group; without a party it is the total of the room."""
    row = {"party": party, "headcount": headcount, **answers}
    return {name: value for name, value in row.items() if value is not None}


def source(name: str = "Foundation for Talks", amount: int | str | None = None, **answers: Any) -> Row:
    """One source of money."""
    row = {"name": name, "amount": amount, **answers}
    return {field: value for field, value in row.items() if value is not None}


def third_party(name: str = "House of Talks", *roles: str, **answers: Any) -> Row:
    """One third party with its roles."""
    return {"name": name, "roles": list(roles), **answers}


def design_of(document: Document) -> Design:
    """The design that a document describes."""
    return design_from(document)


def facts_of(document: Document) -> Facts:
    """The design that a document describes, read and ready to be measured."""
    return Facts(design_from(document))
