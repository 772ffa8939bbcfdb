"""A check ready to run: its definition compiled to one judgement, with a sentence and evidence made on demand."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from app.checklist.definition import CheckFile, Clause
from app.checklist.messages import figures_used, writer, written
from app.checklist.outcome import Outcome
from app.checklist.predicates.base import ANY_FIGURE, Compiled, Evidence, Scope, Truth
from app.checklist.predicates.code import Code, known
from app.checklist.predicates.reads import SIDES, expanded
from app.domain.facts import Facts

JUDGEMENTS_KEPT = 64
Truths = tuple[Truth, ...]


class Judgement(NamedTuple):
    """The outcome, and which parts led to it with which truth; the last names the statement if no clause spoke."""

    outcome: Outcome
    because: tuple[tuple[Compiled, Truth], ...]
    statements: tuple[str, ...]


class Explanation(NamedTuple):
    """What a finding says: the message, the places in the design, and the figures."""

    message: str
    at: tuple[str, ...]
    figures: Mapping[str, Any]


class CompiledClause(NamedTuple):
    """A clause ready to run."""

    when: Compiled
    say: str


class Check:
    """One check of a checklist.

    Attributes:
        definition: what its file says.
        paths: patterns of JSON Pointers, with `*` for a row, of everything that it reads in a design.
        digest: a SHA-256 over everything in the definition but its examples, in hexadecimal.
    """

    def __init__(self, definition: CheckFile, digest: str | None = None) -> None:
        """Compiles a definition. Its digest is worked out when it is asked for, unless it is known already.

        Raises:
            ValueError: the definition names a parameter, a figure or a measure that there is not.
        """
        self.definition = definition
        if digest is not None:
            self.digest = digest
        self.id, self.category, self.weight = definition.id, definition.category, definition.weight
        self.question, self.ask_from, self.answered_by = (
            definition.question,
            definition.ask_from,
            definition.answered_by,
        )
        self.rationale, self.advice, self.limits = definition.rationale, definition.advice, definition.limits
        self.sources, self.precedents = tuple(definition.sources), tuple(definition.precedents)
        self.parameters = {name: parameter.value for name, parameter in definition.parameters.items()}
        scope = Scope(self.parameters)
        self._applies = definition.applies.compile(scope) if definition.applies else None
        self._met_when = definition.met_when.compile(scope) if definition.met_when else None
        self._answered = definition.answered.compile(scope) if definition.answered else None
        self._concern = _compiled(definition.concern, scope)
        self._open_when = _compiled(definition.open_when, scope)
        self.paths = expanded(_reads(self._parts()))
        self._writers = {text: self._writer(text) for text in self._statements() if figures_used(text)}
        self._usual, self._unusual = self._usual_judgements(), self._unusual_judgements()
        self.judge_slowly = self._judge()
        self.judge = self._judge_at_first(self.judge_slowly)

    def _parts(self) -> Iterable[Compiled]:
        yield from (part for part in (self._applies, self._met_when, self._answered) if part)
        yield from (clause.when for clause in (*self._concern, *self._open_when))

    def _statements(self) -> Iterable[str]:
        say = self.definition.say
        yield from (text for text in (say.met, say.open, say.not_applicable, say.undecided) if text)
        yield from (clause.say for clause in (*self._concern, *self._open_when))

    def _writer(self, statement: str) -> Callable[[Any], str]:
        given = frozenset(self.parameters).union(*(part.figures for part in self._parts()))
        unknown = [figure for figure in figures_used(statement) if figure not in given and ANY_FIGURE not in given]
        if unknown:
            raise ValueError(
                f"the statement asks for {{{unknown[0]}}}; there are {', '.join(sorted(given)) or 'no figures'}"
            )
        return writer(statement)

    def _judge(self) -> Callable[[Facts], Judgement]:
        """The judgement as one closure: applies, settled, concern, in doubt, open in a way of its own, answered.

        Whatever can be decided beforehand is: most judgements are one of a few that are made once.
        """
        applies, met_when = self._applies and self._applies.test, self._met_when and self._met_when.test
        concern, open_when = [one.when.test for one in self._concern], [one.when.test for one in self._open_when]
        answered = self._answered.test if self._answered else _always
        beside, undecided, settled, met, unanswered, unclear = self._usual
        raised, asked, in_doubt = self._unusual

        def judge(facts: Facts) -> Judgement:
            if applies is not None and (truth := applies(facts, None)) is not True:
                return beside if truth is False else undecided
            if met_when is not None and met_when(facts, None):
                return settled
            truths = tuple([test(facts, None) for test in concern])
            if True in truths:
                return raised(truths)
            if open_when and True in (speaking := tuple([test(facts, None) is True for test in open_when])):
                return asked(speaking, truths)
            truth = answered(facts, None)
            if None in truths:
                return in_doubt(truths, truth)
            return met if truth else unclear if truth is None else unanswered

        return judge

    def _judge_at_first(self, slowly: Callable[[Facts], Judgement]) -> Callable[[Facts], Judgement]:
        """Judges by the closure until it is worth it to write the judgement out, and changes `judge` then.

        Writing takes as long as some hundred judgements, so a command does without. The checks of a checklist become
        quick one after another, not all at once: nobody waits for all of them.
        """
        left = LEAST_JUDGED + zlib.crc32(self.id.encode()) % SPREAD

        def judge(facts: Facts) -> Judgement:
            nonlocal left
            left -= 1
            if left <= 0:
                self.judge = self.judge_quickly
            return slowly(facts)

        return judge

    @cached_property
    def judge_quickly(self) -> Callable[[Facts], Judgement]:
        """The same judgement as `judge_slowly` gives, written out as one function without closures."""
        code = Code()
        code.line(f"return {self.write(code)}")
        judge: Callable[[Facts], Judgement] = code.function(self.id)
        return judge

    def write(self, code: Code) -> str:
        """Writes the judgement out, and gives the name of the result.

        What is seen of rows is kept for whoever asks for an explanation, unless what is said is the usual.
        """
        found = code.begin(self.id)
        raised, asked, in_doubt = (code.bind(make, make.__name__) for make in self._unusual)
        beside, undecided, settled, met, unanswered, unclear = map(code.bind, self._usual, NAMES_OF_THE_USUAL)
        if self._applies:
            applies = self._applies.written(code)
            of_which = f"{undecided} if {applies.possibly} else {beside}"
            code.unless(f"not {applies.surely}", of_which)
        if self._met_when:
            code.unless(self._met_when.written(code).surely, settled, Outcome.MET not in self.usual)
        truths = self._written_clauses(code, self._concern, "concern")
        concerns = _joined(map(TRUTH.format_map, truths))
        if truths:
            code.unless(" or ".join(one["surely"] for one in truths), f"{raised}({concerns})")
        speaking = self._written_clauses(code, self._open_when, "open when")
        if speaking:
            spoken = _joined(f"bool({one['surely']})" for one in speaking)
            code.unless(" or ".join(one["surely"] for one in speaking), f"{asked}({spoken}, {concerns})")
        answered = self._answered.written(code) if self._answered else known("True")
        if truths:
            doubtful = " or ".join(one["possibly"] for one in truths)
            code.unless(doubtful, f"{in_doubt}({concerns}, {TRUTH.format_map(answered._asdict())})")
        if self._answered:
            of_which = f"{unclear} if {answered.possibly} else {unanswered}"
            code.unless(f"not {answered.surely}", of_which)
        code.end(met, Outcome.MET not in self.usual)
        return found

    def _written_clauses(self, code: Code, clauses: Iterable[CompiledClause], title: str) -> list[dict[str, str]]:
        expressions = []
        for number, clause in enumerate(clauses, 1):
            code.remark(f"{title} {number}")
            expressions.append(clause.when.written(code)._asdict())
        return expressions

    def _usual_judgements(self) -> tuple[Judgement, ...]:
        """Not applicable, undecided, settled, met, unanswered, and unclear (not known whether it is answered)."""
        say, answered = self.definition.say, self._answered
        met_because = _because(answered, True) or tuple((clause.when, False) for clause in self._concern)
        return (
            Judgement(Outcome.NOT_APPLICABLE, _because(self._applies, False), (say.not_applicable or NOT_APPLICABLE,)),
            Judgement(Outcome.OPEN, _because(self._applies, None), (say.undecided or say.open,)),
            Judgement(Outcome.MET, _because(self._met_when, True), (say.met,)),
            Judgement(Outcome.MET, met_because, (say.met,)),
            Judgement(Outcome.OPEN, _because(answered, False), (say.open,)),
            Judgement(Outcome.OPEN, _because(answered, None), (say.open,)),
        )

    def _unusual_judgements(
        self,
    ) -> tuple[
        Callable[[Truths], Judgement], Callable[[Truths, Truths], Judgement], Callable[[Truths, Truth], Judgement]
    ]:
        """A concern; open in a way of its own; in doubt. Each is made once for the truths of its clauses, and kept."""

        @lru_cache(maxsize=JUDGEMENTS_KEPT)
        def raised(truths: Truths) -> Judgement:
            return _of_clauses(Outcome.CONCERN, self._concern, truths, self._doubts(truths))

        @lru_cache(maxsize=JUDGEMENTS_KEPT)
        def asked(speaking: Truths, truths: Truths) -> Judgement:
            return _of_clauses(Outcome.OPEN, self._open_when, speaking, self._doubts(truths))

        @lru_cache(maxsize=JUDGEMENTS_KEPT)
        def in_doubt(truths: Truths, answered: Truth) -> Judgement:
            unanswered = () if answered else _because(self._answered, answered)
            return Judgement(Outcome.OPEN, unanswered + self._doubts(truths), (self.definition.say.open,))

        return raised, asked, in_doubt

    def _doubts(self, truths: Truths) -> tuple[tuple[Compiled, Truth], ...]:
        """The concerns of which it is not told whether they hold."""
        return tuple((one.when, None) for one, truth in zip(self._concern, truths, strict=True) if truth is None)

    def explain(self, facts: Facts, judgement: Judgement) -> Explanation:
        """The message, places and figures of a judgement that this check gave of these facts."""
        outcome, because, statements = judgement
        usual, left_out = self.usual.get(outcome), self._left_out(facts) if facts.excused_names else ""
        if usual is not None:
            return usual._replace(message=usual.message + left_out) if left_out else usual
        at: list[str] = []
        figures: dict[str, Any] = {}
        evidence = Evidence(at, figures)
        for part, truth in because:
            part.trace(facts, None, truth, evidence)
        message = self._said(statements, figures, facts)
        if "unclear" in figures and outcome not in SETTLED:
            message += _not_said(judgement, figures)
        return Explanation(message + left_out, self._looked_at.get(outcome) or tuple(dict.fromkeys(at)), figures)

    def _said(self, statements: tuple[str, ...], figures: dict[str, Any], facts: Facts) -> str:
        """The statements with their figures; several statements of one message do not share the figures' names."""
        if len(statements) == 1:
            statement = statements[0]
            write = self._writers.get(statement)
            if write is None:
                return statement
            return write({**self._own_figures, **figures} if self._own_figures else figures)
        return " ".join(
            self._said((statement,), {**figures, **self._figures_of(statement, facts)}, facts)
            for statement in statements
        )

    def _figures_of(self, statement: str, facts: Facts) -> dict[str, Any]:
        """The figures of the clauses that say this."""
        evidence = Evidence()
        for clause in (*self._concern, *self._open_when):
            if clause.say == statement and clause.when.test(facts, None):
                clause.when.trace(facts, None, True, evidence)
        return evidence.figures

    @cached_property
    def usual(self) -> dict[Outcome, Explanation]:
        """What is said of any design with one of these outcomes: nothing needs attention, and no figure is shown."""
        say = self.definition.say
        said = {Outcome.MET: say.met}
        if self._applies:
            said[Outcome.NOT_APPLICABLE] = say.not_applicable or NOT_APPLICABLE
        return {
            outcome: Explanation(text, self._looked_at[outcome], {})
            for outcome, text in said.items()
            if text not in self._writers
        }

    @cached_property
    def _looked_at(self) -> dict[Outcome, tuple[str, ...]]:
        """Where a finding points that needs no attention: at the answers and the lists that were read."""
        applies = [self._applies] if self._applies else []
        asked = [part for part in self._parts() if part is not self._applies]
        return {Outcome.NOT_APPLICABLE: _places(applies), Outcome.MET: _places(asked)}

    @cached_property
    def _own_figures(self) -> dict[str, Any]:
        return {name: value for name, value in self.parameters.items() if isinstance(value, str)}

    @cached_property
    def asks_every_side(self) -> bool:
        """Whether it looks at every side, so that what it says names the sides that are left out."""
        return frozenset(SIDES).issubset(self.paths)

    def is_usual(self, outcome: Outcome, facts: Facts) -> bool:
        """Whether what is said of these facts is the usual."""
        return outcome in self.usual and not (facts.excused_names and self.asks_every_side)

    @cached_property
    def keys(self) -> dict[int, Callable[[Facts], int | None] | str]:
        """By what a finding is told from the others with its outcome, where that is all it tells of the design.

        For the id of each judgement that is made once and has a key, the key, or what gives it. A number is how many
        rows a settled question looked at; a word stands for an open question that nobody answered. What is said is then
        the same of every design with that outcome and key, unless sides are left out.
        """
        keys: dict[int, Callable[[Facts], int | None] | str] = {}
        for name, judgement in zip(NAMES_OF_THE_USUAL, self._usual, strict=True):
            outcome, because, (statement,) = judgement
            if self._looked_at.get(outcome) and len(because) == 1 and because[0][0].size:
                keys[id(judgement)] = because[0][0].size
            elif statement not in self._writers and all(truth in part.alike for part, truth in because):
                keys[id(judgement)] = name
        return keys

    def _left_out(self, facts: Facts) -> str:
        """Names the sides that are left out because they refused or are barred, where the check asks every side."""
        if not self.asks_every_side:
            return ""
        return f" Left out, because they refused or are barred: {', '.join(facts.excused_names)}."

    @cached_property
    def digest(self) -> str:
        """The digest of everything that bears on a judgement or its reading."""
        content = self.definition.model_dump(
            mode="json", exclude={"examples"}, exclude_none=True, exclude_defaults=True
        )
        return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


LEAST_JUDGED, SPREAD = 16, 64
"""How many designs a check judges before it is written out: so many, and up to so many more."""
NAMES_OF_THE_USUAL = ("beside", "undecided", "settled", "met", "unanswered", "unclear")
TRUTH = "True if {surely} else None if {possibly} else False"
NOT_APPLICABLE = "The question does not apply to this design."
NAMING = ("{unclear", "{named")
SETTLED = frozenset({Outcome.MET, Outcome.NOT_APPLICABLE})


def _not_said(judgement: Judgement, figures: Mapping[str, Any]) -> str:
    """The rows that do not tell, after a concern or a question that names no row: those of both kinds are named."""
    unclear = figures["unclear"]
    if not isinstance(unclear, list):
        return ""
    names, said = ("{unclear",) if judgement.outcome is Outcome.CONCERN else NAMING, " ".join(judgement.statements)
    if any(name in said for name in names):
        return ""
    return f" Not said yet for: {written(unclear)}."


def _places(parts: Iterable[Compiled]) -> tuple[str, ...]:
    """Where the parts look: the answers that they read, and the list for whatever they read in its rows."""
    return tuple(dict.fromkeys(pattern.partition("/*")[0] for pattern in expanded(_reads(parts))))


def _reads(parts: Iterable[Compiled]) -> Iterable[str]:
    return (place for part in parts for place in part.reads)


def _joined(expressions: Iterable[str]) -> str:
    """A tuple of expressions, as Python."""
    return f"({''.join(f'{one}, ' for one in expressions)})"


def _always(_facts: Facts, _row: None) -> Truth:
    return True


def _because(part: Compiled | None, truth: Truth) -> tuple[tuple[Compiled, Truth], ...]:
    return () if part is None else ((part, truth),)


def _compiled(clauses: list[Clause], scope: Scope) -> tuple[CompiledClause, ...]:
    return tuple(CompiledClause(clause.when.compile(scope), clause.say) for clause in clauses)


def _of_clauses(
    outcome: Outcome, clauses: Iterable[CompiledClause], truths: Truths, doubts: tuple[tuple[Compiled, Truth], ...]
) -> Judgement:
    """A judgement by the clauses that are true; what the concerns leave in doubt is named too."""
    speaking = [clause for clause, truth in zip(clauses, truths, strict=True) if truth]
    because = tuple((clause.when, True) for clause in speaking) + doubts
    return Judgement(outcome, because, tuple(dict.fromkeys(clause.say for clause in speaking)))
