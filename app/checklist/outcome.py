"""What a check can say of a design, and what a category's state can be; each carries its own polarity."""

from enum import StrEnum


class Outcome(StrEnum):
    """What a check says of a design.

    met: nothing to attend to; concern: the draft says something that will hurt; open: it does not say;
    not_applicable: the question does not arise.
    """

    MET = "met"
    CONCERN = "concern"
    OPEN = "open"
    NOT_APPLICABLE = "not_applicable"


class State(StrEnum):
    """What is left in a category once waivers are taken into account."""

    CONCERNS = "concerns"
    OPEN = "open"
    CLEAR = "clear"


class Weight(StrEnum):
    """How much hangs on a question."""

    ESSENTIAL = "essential"
    IMPORTANT = "important"
    ADVISORY = "advisory"


OUTCOME_CODES = {Outcome.MET: "m", Outcome.CONCERN: "c", Outcome.OPEN: "o", Outcome.NOT_APPLICABLE: "n"}
STATE_CODES = {State.CONCERNS: "c", State.OPEN: "o", State.CLEAR: "k"}
STAGES = ("idea", "preparing", "funded", "running", "closed")
