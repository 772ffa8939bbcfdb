"""Who comes, how they are chosen and kept safe: people by code, planned composition, plans; never a person's name."""

from typing import Annotated, Literal

from app.domain.fields import Count, Label, Part, PartyReference, Text, answer, many
from app.domain.modelling import Field

Seat = Literal["core", "alternate", "rotating", "guest"]
Background = Literal[
    "former_official",
    "serving_official",
    "politician",
    "military_security",
    "academic",
    "expert",
    "journalist",
    "civil_society",
    "religious",
    "business",
    "other",
]
OfficialProximity = Literal["none", "past", "advisory", "serving"]
Capacity = Literal["personal", "official_in_private_capacity", "official"]
Gender = Literal["woman", "man", "other", "undisclosed"]
AgeGroup = Literal["under_30", "30_44", "45_59", "60_plus", "undisclosed"]
TrackTwoExperience = Literal["none", "1_5", "6_10", "over_10"]
Selector = Literal["convener", "own_side", "jointly", "officials", "self", "other"]
Status = Literal["proposed", "invited", "accepted", "declined", "withdrawn"]
RoomRole = Literal["expert", "observer", "interpreter", "rapporteur", "donor_staff", "host", "guest"]
BackgroundCounts = Annotated[dict[Background, Count], Field(max_length=11)]


class PlannedGroup(Part):
    """The composition planned for one party before its people are chosen; without a party, for the whole room."""

    party: PartyReference | None = answer("The party's id. Leave it out to give the total of the room.")
    headcount: Count | None = answer("How many people are planned, 0 or more.")
    women: Count | None = answer("How many of them will be women, at most the headcount.")
    under_30: Count | None = answer("How many of them will be under thirty, at most the headcount.")
    officials: Count | None = answer(
        "How many of them will advise the authorities or hold a post, at most the headcount."
    )
    positions: Count | None = answer("How many distinct political positions of their side they will hold between them.")
    backgrounds: BackgroundCounts | None = answer("How many people of each background, together at most the headcount.")
    capacity: Capacity | None = answer(
        "In what capacity officials of this group will come: personal, official_in_private_capacity or official."
    )


class Participant(Part):
    """One person who speaks for nobody but belongs to a side, known by a code and never by name."""

    code: Label | None = answer(
        "A code of your own, such as N1. Keep the list of names elsewhere, and never put a name here."
    )
    party: PartyReference | None = answer("The id of the party or faction that the person belongs to.")
    background: Background | None = answer("What the person mainly is or was by profession.")
    official_proximity: OfficialProximity | None = answer(
        "How near to power: none, past (held a post), advisory (advises now), serving (holds a post in government, "
        "army, security service or negotiating team now). A member of parliament without such a post is none.",
        sensitive="Shows who is close to power; whoever reads it may single the person out.",
    )
    capacity: Capacity | None = answer(
        "In what capacity the person comes: personal, official_in_private_capacity or official.",
        sensitive="Shows that a government may be behind a person's presence.",
    )
    gender: Gender | None = answer("woman, man, other or undisclosed.")
    age_group: AgeGroup | None = answer("under_30, 30_44, 45_59, 60_plus or undisclosed.")
    political_position: Label | None = answer(
        "A label for where the person stands on the spectrum of their own side.",
        sensitive="A political label can endanger the person at home.",
    )
    relevance: Text | None = answer("Why this person: what they know, whom they reach, whose acceptance they bring.")
    track_two_experience: TrackTwoExperience | None = answer(
        "How many earlier unofficial dialogues the person took part in: none, 1_5, 6_10 or over_10."
    )
    selected_by: Selector | None = answer(
        "Who chose the person: convener, own_side, jointly, officials, self or other."
    )
    status: Status | None = answer("proposed, invited, accepted, declined or withdrawn.")
    seat: Seat | None = answer("core, alternate, rotating or guest. Alternates and guests are not counted for balance.")


class Selection(Part):
    """How one party's people are chosen."""

    party: PartyReference | None = answer("The party's id.")
    selected_by: Selector | None = answer("Who chooses: convener, own_side, jointly, officials, self or other.")
    method: Text | None = answer("How the choice is made.")


class OtherPerson(Part):
    """Somebody in the room who belongs to no side, or several of one role."""

    code: Label | None = answer("A code of your own, never a name.")
    role: RoomRole | None = answer("expert, observer, interpreter, rapporteur, donor_staff, host or guest.")
    works_for: Label | None = answer("The organisation the person works for.")
    headcount: Count | None = answer("How many people this row stands for; a row without a number is one person.")
    told_to_participants: bool | None = answer(
        "Whether participants know that this person will be there: true or false."
    )


class Participation(Part):
    """Who takes part, how they are chosen, and what is done for their safety."""

    planned: list[PlannedGroup] | None = many(
        "The planned composition, one row a party, before people are chosen.", most=51
    )
    participants: list[Participant] | None = many("The people, by code, once they are proposed.", most=1_000)
    selection: list[Selection] | None = many("How each party's people are chosen, one row a party.", most=50)
    others: list[OtherPerson] | None = many("People in the room who belong to no side.")
    constituency_plan: Text | None = answer("How people outside the room will hear of the results and answer.")
    sceptics_plan: Text | None = answer("How people who doubt or oppose the talks are dealt with.")
    self_selection_review: Text | None = answer(
        "Who refused or left, and whether the group is still balanced without them."
    )
    turnover_policy: Text | None = answer("Who may leave or join, and how the group is kept together.")
    language_provision: Text | None = answer("How everybody can take part in a language they speak well.")
    safety_assessment: Text | None = answer(
        "What could happen to people for taking part, who looked into it, and what is done about it.",
        sensitive="Describes threats to people who can be identified by it.",
    )
    exposure_plan: Text | None = answer(
        "If this became public tomorrow: who is hurt, who helps them, who speaks.",
        sensitive="Shows an opponent where the talks are weakest.",
    )
    participant_benefit: Text | None = answer("What participants get for their time.")
    internal_divisions: Text | None = answer(
        "Which groups inside each side could accept or block a result.",
        sensitive="Describes a side's divisions to whoever reads it.",
    )
    missing_voices: Text | None = answer("Who cannot come, and how they are heard.")
