"""The closed vocabulary: every word that a check file may use, and nothing else."""

from typing import Annotated

from pydantic import Field

from app.checklist.predicates.answers import Answered, Compares, Has, HoldsOnly, Is, IsEmpty, Says, Unanswered
from app.checklist.predicates.logic import AllOf, AnyOf, Not, Surely
from app.checklist.predicates.matching import IsAlso, NamesSomebodyElse
from app.checklist.predicates.measuring import ComparesWithMeasure, IsMeasured, Measurable, Measures
from app.checklist.predicates.rows import AllAlike, Counts, Every, Lacks, Repeats, Some
from app.checklist.predicates.side_rows import RowsNameOneSide, SideInNoRow
from app.checklist.predicates.sides import OneSideIn, OwnSideMissing, RowsOfOneSide, SideMissing
from app.checklist.predicates.words import FewerWordsThan, UsesPhrase

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

for _word in (AllOf, AnyOf, Not, Surely, Some, Every, Counts, SideInNoRow, RowsNameOneSide):
    _word.model_rebuild(_types_namespace={"AnyWord": AnyWord})
