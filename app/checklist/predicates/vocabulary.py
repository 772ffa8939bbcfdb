"""The closed vocabulary: every word that a check file may use, and nothing else."""

import sys
from typing import Annotated, get_args

from app.checklist.predicates.answers import Answered, Compares, Has, HoldsOnly, Is, IsEmpty, Says, Unanswered
from app.checklist.predicates.base import Word
from app.checklist.predicates.likeness import AllAlike, Lacks, Repeats
from app.checklist.predicates.logic import AllOf, AnyOf, Not, Surely
from app.checklist.predicates.matching import IsAlso, NamesSomebodyElse
from app.checklist.predicates.measuring import ComparesWithMeasure, IsMeasured, Measurable, Measures
from app.checklist.predicates.rows import Counts, Every, Some
from app.checklist.predicates.side_rows import RowsNameOneSide, SideInNoRow
from app.checklist.predicates.sides import OneSideIn, OwnSideMissing, RowsOfOneSide, SideMissing
from app.checklist.predicates.words import FewerWordsThan, UsesPhrase
from app.domain.modelling import Field

AnyWord = Annotated[
    Answered
    | Unanswered
    | Is
    | Has
    | HoldsOnly
    | IsEmpty
    | Says
    | Compares
    | AllOf
    | AnyOf
    | Not
    | Surely
    | Some
    | Every
    | Counts
    | Lacks
    | Repeats
    | AllAlike
    | SideMissing
    | OwnSideMissing
    | OneSideIn
    | RowsOfOneSide
    | SideInNoRow
    | RowsNameOneSide
    | FewerWordsThan
    | UsesPhrase
    | IsAlso
    | NamesSomebodyElse
    | Measurable
    | IsMeasured
    | ComparesWithMeasure
    | Measures,
    Field(discriminator="op"),
]

WORDS: dict[str, type[Word]] = {
    get_args(word.model_fields["op"].annotation)[0]: word for word in get_args(get_args(AnyWord)[0])
}
"""Each word by its `op`."""

# Words that hold other words name AnyWord, which stands here: their modules could not import it. It is put there, and
# pydantic finds it when the schema is first needed; rebuilding each word at once took a fifth of a second.
for _word in WORDS.values():
    vars(sys.modules[_word.__module__])["AnyWord"] = AnyWord
