"""How the talks run: who started them, the rules of the room, meetings, evaluation; knows no person and no money."""

from typing import Annotated, Literal

from app.domain.fields import CalendarDate, Label, Part, Parties, PartyReference, Text, answer, many
from app.domain.modelling import Field

Facilitation = Literal["third_party", "co_chairs", "rotating", "none"]
AgendaSetBy = Literal["parties", "jointly", "third_party"]
Confidentiality = Literal["chatham_house", "closed", "open"]
Publicity = Literal["none", "agreed_statements", "at_end", "throughout"]
Mode = Literal["in_person", "online", "hybrid"]
EvaluatedBy = Literal["independent", "third_party", "participants"]
Initiators = Annotated[
    list[Annotated[PartyReference, Field(description="A party id, or the word third_party.")]], Field(max_length=51)
]


class Meeting(Part):
    """One meeting, past or planned."""

    starts: CalendarDate | None = answer(
        "The first day, as YYYY-MM-DD.", sensitive="With the place, it lets others come too."
    )
    place: Label | None = answer(
        "Where it is held. A country or a city is enough.", sensitive="With the date, it lets others come too."
    )
    place_relation: PartyReference | None = answer(
        "Whose place it is: neutral, third_party, or the id of the party whose place it is."
    )
    mode: Mode | None = answer("in_person, online or hybrid.")
    remote: Parties | None = answer("Ids of the parties that join from afar. An empty list says: none.")


class Setting(Part):
    """The place where the talks are held."""

    description: Text | None = answer("What sort of place it is, and why it is lawful and discreet.")
    accepted_by: Parties | None = answer(
        "Ids of the sides whose people accept the place. It speaks of the people you asked, not of their leadership."
    )


class Evaluation(Part):
    """How the initiative is judged afterwards."""

    plan: Text | None = answer("What will be looked at, when and how.")
    by: EvaluatedBy | None = answer("Who judges: independent, third_party (the organisers themselves) or participants.")


class Process(Part):
    """How the meetings come about and how they run."""

    initiated_by: Initiators | None = answer(
        "Who started it: party ids, or third_party. An empty list says: nobody did."
    )
    facilitation: Facilitation | None = answer("Who leads the meetings: third_party, co_chairs, rotating or none.")
    demand_evidence: Text | None = answer("Who among the parties asked for this, and how you know.")
    consulted_parties: Parties | None = answer(
        "Ids of the sides whose people were consulted before the launch. It speaks of the people you asked, not of "
        "their leadership."
    )
    known_to: Parties | None = answer(
        "Ids of the parties whose officials know that the talks exist.",
        sensitive="Shows which participants act without their authorities' knowledge.",
    )
    agenda_set_by: AgendaSetBy | None = answer("Who decides what is discussed: parties, jointly or third_party.")
    method: Text | None = answer("The method, written so that a colleague could lead the next meeting from it.")
    confidentiality: Confidentiality | None = answer(
        "The rule for what is said: chatham_house (may be used, never with a name), closed (stays in the room) or open."
    )
    publicity: Publicity | None = answer("What is made public: none, agreed_statements, at_end or throughout.")
    names_public: bool | None = answer("Whether participants' names are public: true or false.")
    starts: CalendarDate | None = answer("The first day of the initiative, as YYYY-MM-DD.")
    ends: CalendarDate | None = answer("The last day of the initiative, as YYYY-MM-DD.")
    meetings: list[Meeting] | None = many("The meetings, past and planned.")
    setting: Setting | None = answer("The place where the talks are held.")
    expectations: Text | None = answer(
        "What is expected of participants, and whether they may disagree or leave at no cost."
    )
    information_use: Text | None = answer("How you prevent that somebody attends only to collect information.")
    breadth_tradeoff: Text | None = answer(
        "Why a small private group or a large one, and which loss you accept with it."
    )
    do_no_harm: Text | None = answer("What harm the talks could do, to whom, and how you avoid it.")
    expected_impact: Text | None = answer("What you have promised to participants and funders.")
    reporting_to_officials: Text | None = answer(
        "How officials are kept informed, by whom, and of what.",
        sensitive="Shows who carries reports to which government.",
    )
    session_format: Text | None = answer("How sessions are built, and why that form fits the aim.")
    exit_plan: Text | None = answer("What would make you stop, change or hand over.")
    evaluation: Evaluation | None = answer("How the initiative is judged afterwards.")
