"""Those who start, pay for, lead or host the talks without being a side; knows what they want, not what they pay."""

from typing import Literal

from app.domain.fields import CalendarDate, Count, Label, Labels, Part, Parties, PartyReference, Text, answer, many
from app.domain.funding import Disclosed, Identifier, InterestStatus

Role = Literal["initiator", "sponsor", "facilitator", "chaperon", "host", "manager", "observer", "adviser", "evaluator"]
ThirdPartyKind = Literal[
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
    "other",
]
ToldTo = Literal["participants", "parties", "funders", "public"]
Reported = Literal["money", "activities", "substance", "names"]
TieKind = Literal["nationality", "past_post", "money", "statement", "family", "other"]
TIE_RISK = "Private ties can be used to put pressure on the person, or to discredit the talks."


class Tie(Part):
    """Something that links a third party to one side or to a source of money."""

    to: Label | None = answer("A party's id, or the name of a source.")
    kind: TieKind | None = answer("nationality, past_post, money, statement (a public one), family or other.")
    told: bool | None = answer("Whether the other sides know of it: true or false.")


class ThirdParty(Part):
    """One organisation or person who starts, pays for, leads, hosts or watches the talks."""

    name: Label | None = answer("The name of the organisation, or a code for a person.")
    identifiers: list[Identifier] | None = many("Its ids in public registers.", most=20)
    roles: list[Role] | None = many(
        "What it does: initiator (starts the talks), sponsor (pays or lends its good offices), facilitator (leads the "
        "meetings), chaperon (a respected leader who carries the result), host, manager, observer, adviser, evaluator."
    )
    kind: ThirdPartyKind | None = answer("What sort of body it is.")
    party: PartyReference | None = answer("The party's id, where it belongs to one side.")
    paired_with: Label | None = answer("The name of its counterpart on another side, if it leads together with one.")
    interests: Text | None = answer("What it wants from the talks, in its own words if you can.")
    interest_status: InterestStatus | None = answer(
        "declared, none_declared (asked, and it says none), unknown (not asked, or no reply) or withheld (known, not "
        "shown here)."
    )
    withheld_reason: Text | None = answer("Why the interest is not shown here.")
    asked_on: CalendarDate | None = answer("The day it was asked, as YYYY-MM-DD.")
    disclosed: Disclosed | None = answer(
        "When its interest is disclosed: at_invitation, at_outset, later or not_planned."
    )
    disclosed_to: list[ToldTo] | None = many(
        "To whom its interest is disclosed: participants, parties, funders, public."
    )
    accord_with_purpose: Text | None = answer(
        "How what it wants could pull the talks away from their purpose, and what you will do then."
    )
    reports_to: Labels | None = answer("To whom it reports about the talks. An empty list says: to nobody.")
    reports_what: list[Reported] | None = many("What it reports: money, activities, substance (what was said), names.")
    reporting_told_to: list[ToldTo] | None = many("Who knows that it reports: participants, parties, funders, public.")
    accepted_by: Parties | None = answer(
        "Ids of the sides whose people accept it in its role. It speaks of the people you asked, not of their "
        "leadership."
    )
    ties: list[Tie] | None = many(
        "What links it to one side or to a source of money. An empty list says: nothing.", sensitive=TIE_RISK
    )
    impartiality: Text | None = answer("Why each side can trust it to be fair.")
    area_knowledge: Text | None = answer("What it knows of the conflict, and how.")
    facilitation_skill: Text | None = answer("Where it learned to lead such meetings, and which it has led.")
    commitment_months: Count | None = answer("For how many months it is committed, 0 or more.")
    own_benefit: Text | None = answer("What it gains itself: careers, research, standing.")
    background: Text | None = answer("Its history in the conflict and in the field.")
    background_shared: bool | None = answer("Whether participants have been told of that background: true or false.")
