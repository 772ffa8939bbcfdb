"""The conflict a design speaks to: its parties, how far it has come, official talks; knows no participant, no money."""

from typing import Annotated, Literal

from app.domain.fields import LONGEST_LABEL, Label, Part, PartyReference, Text, answer, many
from app.domain.modelling import Field

Presence = Literal["invited", "refused", "barred", "represented_by_others", "undecided"]
Maturity = Literal["early", "contested", "mature"]
OfficialTrackStatus = Literal["none", "stalled", "active", "suspended"]
ConstraintKind = Literal["contact_ban", "visa", "travel", "sanctions", "funding_law", "other"]
PartyId = Annotated[str, Field(min_length=1, max_length=LONGEST_LABEL)]


class Party(Part):
    """One party to the conflict, or a faction within one; listing a party recognises nothing."""

    id: PartyId | None = answer(
        "A short word of your own for this party, used everywhere else in the document to point at it. "
        "Any word will do except neutral, third_party and jointly, which have a meaning of their own.",
        examples=["north"],
    )
    name: Label | None = answer("The party's name as you want it to be read in the report.")
    within: PartyReference | None = answer(
        "The id of the side that this party is a faction of. Leave it out for a side. People and money of a faction "
        "count for its side."
    )
    presence: Presence | None = answer(
        "Whether the party takes part: invited, refused (it said no), barred (somebody keeps it out), "
        "represented_by_others, or undecided."
    )
    presence_reason: Text | None = answer("Why the party is absent, or represented by others, in a sentence.")


class OfficialTrack(Part):
    """Where the official negotiation (Track I) stands."""

    status: OfficialTrackStatus | None = answer(
        "Whether there are official talks: none (there are none), stalled, active or suspended."
    )
    note: Text | None = answer("Anything about the official talks that a reader should know.")


class LegalConstraint(Part):
    """A law or rule that limits who may meet, travel, pay or be paid."""

    party: PartyReference | None = answer("The id of the party whose people are bound by the rule.")
    kind: ConstraintKind | None = answer(
        "What the rule forbids or limits: contact_ban (meeting the other side), visa, travel, sanctions, funding_law, "
        "other."
    )
    note: Text | None = answer("Which law or rule it is, and what it means for the meetings.")


class Conflict(Part):
    """The conflict between the parties, as far as the design needs it."""

    name: Label | None = answer("The name of the conflict, as the parties could both accept it.")
    parties: list[Party] | None = many(
        "The parties to the conflict: two or more for a dialogue. Factions are listed too, each within its side.",
        most=50,
    )
    maturity: Maturity | None = answer(
        "How far the sides already know each other and the issues: early, contested or mature."
    )
    official_track: OfficialTrack | None = answer("The official negotiation between the parties, if there is one.")
    legal_constraints: list[LegalConstraint] | None = many(
        "Laws and rules that limit who may meet, travel, pay or be paid. An empty list says that there are none."
    )
