"""What an initiative is for: objectives, outputs, transfer, success, issues; knows neither who comes nor who pays."""

from typing import Annotated, Literal

from app.domain.fields import Difficulty, Label, Labels, Part, Parties, PartyReference, Rank, Text, answer, many
from app.domain.modelling import Field

ObjectiveKind = Literal[
    "understand_the_other",
    "civil_discourse",
    "new_ideas",
    "political_initiative",
    "consolidate_own_side",
    "produce_documents",
    "influence_government",
    "influence_media",
    "influence_society",
    "other",
]
Level = Literal["participant", "process", "conflict_resolution", "third_party"]
FrameworkStance = Literal["within_existing", "open", "undecided"]
OfficialTrackRelation = Literal["supports", "prepares", "explores_outside", "substitutes"]
OutputKind = Literal["document", "proposal", "recommendation", "simulation", "training", "network", "event", "other"]
Author = Literal["parties", "jointly", "third_party"]
Mechanism = Literal[
    "participant_access", "briefing", "document", "chaperon", "own_society", "media", "public_campaign", "other"
]
Control = Literal["internal", "external"]
Scope = Literal["all", "listed"]
RaisedBy = Annotated[PartyReference, Field(description="A party id, or the word jointly, or the word third_party.")]


class Objective(Part):
    """One aim of the initiative, with its rank among the others."""

    kind: ObjectiveKind | None = answer(
        "What sort of aim it is. influence_media and influence_society are usually means: say in end_served what they "
        "lead to."
    )
    rank: Rank | None = answer("Its place in the order of importance: 1 is first.")
    statement: Text | None = answer("The aim in your own words.")
    level: Level | None = answer(
        "Whom the aim is for: participant (the people who come), process (the meetings themselves), "
        "conflict_resolution (ending the conflict), third_party (those who organise or pay)."
    )
    end_served: Text | None = answer(
        'For a means such as the media or society: the end that it should lead to. Write "itself" if it is the end.'
    )


class Framework(Part):
    """Whether new ideas must stay inside an agreement that exists already."""

    stance: FrameworkStance | None = answer(
        "within_existing (ideas must stay inside an agreement), open (they may leave it), or undecided."
    )
    name: Label | None = answer("The name of the agreement or framework, if ideas must stay inside one.")


class AttitudeChange(Part):
    """A side whose mind the design hopes to change."""

    party: PartyReference | None = answer("The id of the party whose view should move.")
    intent: Text | None = answer("What should change in its view.")
    declared_to_party: bool | None = answer("Whether that party has been told of this hope: true or false.")


class Output(Part):
    """Something that will exist at the end and does not exist now."""

    title: Label | None = answer("What it is called.")
    kind: OutputKind | None = answer(
        "document, proposal, recommendation, simulation, training, network, event or other."
    )
    author: Author | None = answer(
        "Who writes it: parties (each its own), jointly (together), third_party (the organisers)."
    )
    audience: Text | None = answer("Who should read or use it. A party's name alone is too wide to count.")
    prior_work: Text | None = answer('What exists on the subject already. "None" is an answer here.')
    difficulty: Difficulty | None = answer("How hard it is, 1 to 5: 1 is in your own hands, 5 needs events outside.")


class Transfer(Part):
    """How the result leaves the room, and to whom it goes."""

    mechanisms: list[Mechanism] | None = many(
        "The ways the result travels: participant_access (participants know decision makers), briefing, document, "
        "chaperon (a respected leader carries it), own_society, media, public_campaign, other."
    )
    recipients: Labels | None = answer(
        "Who receives the result: offices, people by function, groups. No personal names."
    )
    timing: Text | None = answer("When the result is handed over, and what that depends on.")
    holding_plan: Text | None = answer(
        "Who keeps the result up to date while no official talks use it, and until when."
    )


class SuccessCriterion(Part):
    """One sign by which the initiative will know that it worked."""

    level: Level | None = answer(
        "For whom it would be a success: participant, process, conflict_resolution or third_party."
    )
    statement: Text | None = answer("The sign, in words that an outsider could check.")
    control: Control | None = answer("internal (it depends on you) or external (it depends on events outside).")
    difficulty: Difficulty | None = answer("How hard it is, 1 to 5: 1 is in your own hands, 5 needs events outside.")


class Issue(Part):
    """A question of the conflict that may or may not be discussed."""

    name: Label | None = answer("The name of the question, such as water or borders.")
    in_scope: bool | None = answer("Whether it may be discussed: true or false.")
    linked_to: Labels | None = answer(
        "Names of other listed issues that cannot be settled without this one. A link goes both ways."
    )
    raised_by: list[RaisedBy] | None = many(
        "Who asked for it: party ids, jointly (all sides together) or third_party (the organisers)."
    )
    reason: Text | None = answer("Why it is left out, if it is.")


class ParallelInitiative(Part):
    """Another channel between the same parties."""

    name: Label | None = answer("What the other channel is called. Do not name a secret one.")
    relation: Text | None = answer("How it relates to yours.")
    coordination: Text | None = answer("How the two keep from getting in each other's way.")


class Purpose(Part):
    """What the initiative is for, and how anybody will know that it got there."""

    statement: Text | None = answer("The purpose in a sentence or two: who will do what differently, and through what.")
    objectives: list[Objective] | None = many(
        "The aims, ranked. A soft initiative may have none: an empty list says so."
    )
    why_now: Text | None = answer("Why this is the moment, and what would make it a bad one.")
    earlier_work: Text | None = answer("Which earlier talks this builds on, and why they fell short.")
    agreed_with: Parties | None = answer(
        "Ids of the sides whose people have agreed to the purpose. It speaks of the people you asked, not of their "
        "leadership."
    )
    agreed_how: Text | None = answer("How the purpose was agreed, or how and when it will be.")
    revision_clause: Text | None = answer("How the purpose may be changed, and who decides.")
    programme_of_action: Text | None = answer("The steps from the first meeting to the result, with rough dates.")
    framework: Framework | None = answer("Whether new ideas must stay inside an existing agreement.")
    official_track_relation: OfficialTrackRelation | None = answer(
        "How it stands to the official talks: supports (helps talks that exist), prepares (for talks to come), "
        "explores_outside (ideas that talks cannot touch), substitutes (takes their place)."
    )
    maturity_rationale: Text | None = answer("Why these aims still matter at this stage of the conflict.")
    attitude_change: list[AttitudeChange] | None = many(
        "The sides whose mind the design hopes to change. An empty list says: nobody's."
    )
    outputs: list[Output] | None = many("What will exist at the end that does not exist now.")
    transfer: Transfer | None = answer("How the result reaches those who can use it.")
    success_criteria: list[SuccessCriterion] | None = many(
        "How you will know that it worked, for people, meetings and conflict."
    )
    scope: Scope | None = answer("all (every issue of the conflict may be raised) or listed (only those below).")
    issues: list[Issue] | None = many("The questions of the conflict, in and out of scope.")
    parallel_initiatives: list[ParallelInitiative] | None = many(
        "Other channels between the parties that you know of. An empty list says: none known."
    )
