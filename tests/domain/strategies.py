"""Strategies that draw design documents of one to four sides with people, plans and money; they judge nothing."""

from typing import Any, get_args

from hypothesis import strategies as st

from app.domain import funding, participation, third_parties
from tests.builders import Document, Row

IDS = ("north", "south", "east", "west")
SIDE_NAMES = st.sampled_from(["Upstream", "Downstream", "Coast", "Hills", "tbd"])
POSITIONS = st.sampled_from(["Left", "left ", "Right", "Centre", "tbd", "none"])


def choices(kind: Any) -> st.SearchStrategy[str]:
    return st.sampled_from(get_args(kind))


def rows(required: dict[str, Any], optional: dict[str, Any]) -> st.SearchStrategy[Row]:
    return st.fixed_dictionaries(required, optional=optional)


AMOUNTS = st.decimals(min_value=0, max_value=1_000_000, places=2).map(str)
CURRENCIES = st.sampled_from(["EUR", "EUR", "USD"])
INTERESTS = {
    "interest_status": choices(funding.InterestStatus),
    "disclosed": choices(funding.Disclosed),
}


def parties(number: int) -> st.SearchStrategy[list[Row]]:
    """So many sides, of which some may have refused or be barred, with a reason or without."""
    return st.tuples(
        *[
            rows(
                {"id": st.just(party)},
                {
                    "name": SIDE_NAMES,
                    "presence": st.sampled_from(["invited", "invited", "refused", "barred"]),
                    "presence_reason": st.just("It asks for a cease-fire first."),
                },
            )
            for party in IDS[:number]
        ]
    ).map(list)


def people(ids: tuple[str, ...]) -> st.SearchStrategy[Row]:
    return rows(
        {},
        {
            "party": st.sampled_from(ids),
            "background": choices(participation.Background),
            "official_proximity": choices(participation.OfficialProximity),
            "gender": choices(participation.Gender),
            "age_group": choices(participation.AgeGroup),
            "political_position": POSITIONS,
            "relevance": st.just("Is heard by those who decide."),
            "track_two_experience": choices(participation.TrackTwoExperience),
            "selected_by": choices(participation.Selector),
            "status": choices(participation.Status),
            "seat": choices(participation.Seat),
        },
    )


@st.composite
def planned(draw: st.DrawFn, ids: tuple[str, ...]) -> Row:
    headcount = draw(st.none() | st.integers(0, 12))
    most = 5 if headcount is None else headcount
    counts = {name: draw(st.none() | st.integers(0, most)) for name in ("women", "under_30", "officials", "positions")}
    backgrounds = draw(st.none() | st.just({"academic": most // 2, "politician": most // 3}))
    row = {"party": draw(st.sampled_from(ids)), "headcount": headcount, "backgrounds": backgrounds, **counts}
    return {name: value for name, value in row.items() if value is not None}


def sources(ids: tuple[str, ...]) -> st.SearchStrategy[Row]:
    accepted_by = st.lists(st.sampled_from(ids), max_size=4)
    behind = rows({}, {"name": st.sampled_from("ABC"), "kind": choices(funding.SourceKind)})
    return rows(
        {},
        {
            "name": st.sampled_from(["A", "B", "b ", "C"]),
            "kind": choices(funding.SourceKind),
            "party": st.sampled_from(ids),
            "status": choices(funding.SourceStatus),
            "amount": AMOUNTS,
            "currency": CURRENCIES,
            "amount_in_budget_currency": AMOUNTS,
            "ultimate_source": behind,
            "accepted_by": accepted_by,
            "interest": st.just("Wants quiet on its border."),
            **INTERESTS,
        },
    )


THIRD_PARTIES = rows(
    {},
    {
        "name": st.sampled_from(["A", "B", "House of Talks"]),
        "roles": st.lists(choices(third_parties.Role), max_size=3, unique=True),
        "interests": st.just("Wants to learn from the talks."),
        **INTERESTS,
    },
)
OTHERS = rows({}, {"role": choices(participation.RoomRole), "headcount": st.integers(0, 5)})


@st.composite
def documents(draw: st.DrawFn, least: int = 1, most: int = 4) -> Document:
    """A document with `least` to `most` sides, and any of: people, plans, others, money, third parties."""
    number = draw(st.integers(least, most))
    ids = IDS[:number]
    lists = {
        "participants": st.lists(people(ids), max_size=14),
        "planned": st.lists(planned(ids), max_size=number, unique_by=lambda row: row["party"]),
        "others": st.lists(OTHERS, max_size=3),
    }
    money = {
        "budget": st.fixed_dictionaries({"amount": AMOUNTS, "currency": CURRENCIES}),
        "sources": st.lists(sources(ids), max_size=5),
        "planned_months": st.integers(0, 60),
    }
    parts = {
        "participation": st.fixed_dictionaries({}, optional=lists),
        "funding": st.fixed_dictionaries({}, optional=money),
        "third_parties": st.lists(THIRD_PARTIES, max_size=3),
    }
    drawn: Document = draw(st.fixed_dictionaries({}, optional=parts))
    return {"title": "River dialogue", "conflict": {"parties": draw(parties(number))}, **drawn}
