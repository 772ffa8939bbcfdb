"""Who pays and on what terms: budget, sources, conditions; knows nobody in the room."""

from typing import Annotated, Literal

from app.domain.currencies import known_currency
from app.domain.fields import (
    Amount,
    CalendarDate,
    Count,
    Label,
    Part,
    Parties,
    PartyReference,
    Text,
    answer,
    many,
)
from app.domain.modelling import AfterValidator, Field

SourceKind = Literal[
    "foreign_government",
    "conflict_party_government",
    "intergovernmental",
    "public_agency",
    "ngo",
    "foundation",
    "academic",
    "company",
    "diaspora",
    "individual",
    "participants",
    "own_funds",
    "other",
]
SourceStatus = Literal["sought", "pledged", "secured"]
Disclosed = Literal["at_invitation", "at_outset", "later", "not_planned"]
InterestStatus = Literal["declared", "none_declared", "unknown", "withheld"]
Hospitality = Literal["modest", "comfortable", "lavish"]
PublicityExpected = Literal["none", "credit", "event", "media"]
Currency = Annotated[
    str,
    Field(max_length=20, description="A currency code of ISO 4217, such as EUR.", examples=["EUR"]),
    AfterValidator(known_currency),
]


class Identifier(Part):
    """A name for an organisation in a public register."""

    scheme: Label | None = answer("The register, such as org-id.guide's XI-IATI or a chamber of commerce.")
    id: Label | None = answer("The organisation's id in that register.")


class Budget(Part):
    """The cost of the whole initiative."""

    amount: Amount | None = answer("The sum, 0 or more, with at most four decimals.")
    currency: Currency | None = answer("The currency of the budget, a code of ISO 4217 such as EUR.")


class UltimateSource(Part):
    """Where the money of an intermediary comes from in the end."""

    name: Label | None = answer("The name of whoever the money comes from in the end.")
    kind: SourceKind | None = answer("What sort of source that is.")
    party: PartyReference | None = answer("The party's id, where the money comes from one side in the end.")


class Source(Part):
    """One source of money or of help in kind."""

    name: Label | None = answer("The name of the source.")
    name_withheld: bool | None = answer("true if the name is known but not shown here.")
    name_withheld_reason: Text | None = answer("Why the name is not shown here.")
    identifiers: list[Identifier] | None = many("The source's ids in public registers.", most=20)
    kind: SourceKind | None = answer("What sort of source it is.")
    party: PartyReference | None = answer("The party's id, where the money comes from one side.")
    status: SourceStatus | None = answer("sought (asked for), pledged (promised) or secured (signed).")
    amount: Amount | None = answer("The sum, 0 or more, in the source's own currency.")
    currency: Currency | None = answer("The currency of the sum; absent, it is the budget's.")
    amount_in_budget_currency: Amount | None = answer("The same sum in the budget's currency, 0 or more.")
    in_kind: bool | None = answer("true if it is help in kind, such as rooms or flights, given its worth in money.")
    ultimate_source: UltimateSource | None = answer("Where an intermediary's money comes from in the end.")
    disclosed: Disclosed | None = answer(
        "When participants learn that this money exists: at_invitation, at_outset, later or not_planned."
    )
    accepted_by: Parties | None = answer(
        "Ids of the sides whose people accept this source. It speaks of the people you asked, not of their leadership."
    )
    conditions: Text | None = answer('What the source asks for in return. "None" is an answer here.')
    interest: Text | None = answer("What the source hopes to gain, in its own words if you can.")
    interest_status: InterestStatus | None = answer(
        "declared, none_declared (asked, and it says none), unknown (not asked, or no reply) or withheld (known, not "
        "shown here)."
    )
    withheld_reason: Text | None = answer("Why the interest is not shown here.")
    asked_on: CalendarDate | None = answer("The day the source was asked, as YYYY-MM-DD.")


class Funding(Part):
    """The money: how much, from whom, for how long, and what it expects."""

    budget: Budget | None = answer("The cost of the whole initiative.")
    sources: list[Source] | None = many("Everybody who pays or gives in kind. An empty list says: nobody.", most=100)
    planned_months: Count | None = answer(
        "For how many months the initiative is planned; absent, it follows from its dates."
    )
    funded_months: Count | None = answer("For how many months there is money.")
    hospitality: Hospitality | None = answer("How people are lodged and fed: modest, comfortable or lavish.")
    expenses_even: bool | None = answer("true if the same expenses are covered for every side.")
    publicity_expected: PublicityExpected | None = answer(
        "What funders expect to be shown: none, credit (a line of thanks), event, or media."
    )
    publicity_note: Text | None = answer("What was agreed with funders about being seen.")
