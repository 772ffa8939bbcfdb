"""Checks written out as one Python function: lines, and names for what they use; knows no word of the language.

A word says what it means as a closure (`Compiled.test`); for speed it may also say it as a line or two of Python, which
leave two expressions: whether it is *surely* true, and whether it is *possibly* true. With them Kleene's logic is
Python's own `and`, `or` and `not`; for the rows of a list, where the two are bit masks (see `tables`), it is `&`, `|`
and the rest of the rows. What was named once can be used further down, and the same expression is never worked out
twice: not in one check, nor in several that stand in one function. What was named in a branch is forgotten at its end.

Nothing that anybody wrote becomes part of the text: values are bound as constants, and names are made of letters,
digits and underscores only.
"""

from __future__ import annotations

import builtins
import keyword
import linecache
import re
from collections.abc import Callable
from types import CodeType, FunctionType
from typing import Any, Final, NamedTuple

from app.checklist.predicates.tables import masks_of

NOT_OF_A_NAME: Final = re.compile(r"\W+", re.ASCII)
LONGEST_NAME: Final = 40
TAKEN: Final = frozenset({"facts", *dir(builtins), *keyword.kwlist})
NOTHING: Final[dict[str, Any]] = {}


class Expressions(NamedTuple):
    """What is surely, and what is possibly true, as Python expressions."""

    surely: str
    possibly: str


def known(truth: str) -> Expressions:
    """What is always told: surely true where it possibly is."""
    return Expressions(truth, truth)


def told(truth: str) -> Expressions:
    """A truth of three values under a name."""
    return Expressions(f"({truth} is True)", f"({truth} is not False)")


class Logic(NamedTuple):
    """Kleene's logic in Python: of one truth at the root of a design, or of masks for the rows of a table."""

    conjunction: str
    disjunction: str
    opposite: Callable[[str], str]

    def all_of(self, parts: list[Expressions]) -> Expressions:
        """Surely where all surely are; possibly where all possibly are."""
        return self._joined(self.conjunction, parts)

    def any_of(self, parts: list[Expressions]) -> Expressions:
        """Surely where one surely is; possibly where one possibly is."""
        return self._joined(self.disjunction, parts)

    def contrary(self, part: Expressions) -> Expressions:
        """Surely where the part is not even possibly true, and possibly where it is not surely."""
        surely = self.opposite(part.possibly)
        return Expressions(surely, surely if part.surely == part.possibly else self.opposite(part.surely))

    def _joined(self, by: str, parts: list[Expressions]) -> Expressions:
        if len(parts) == 1:
            return parts[0]
        surely, possibly = by.join(part.surely for part in parts), by.join(part.possibly for part in parts)
        return Expressions(f"({surely})", f"({possibly})")


AT_THE_ROOT: Final = Logic(" and ", " or ", lambda expression: f"(not {expression})")


def of_rows(everybody: str) -> Logic:
    """The logic of masks, where the given name stands for all rows."""
    return Logic(" & ", " | ", lambda expression: f"({everybody} ^ {expression})")


class Code:
    """The lines of a function of `facts` in the making.

    `where` is the name of the table whose rows are asked; None at the root of the design.
    """

    def __init__(self) -> None:
        self.where: str | None = None
        self._first: list[str] = []
        self._lines: list[str] = []
        self._bound: dict[str, Any] = {}
        self._taken = set(TAKEN)
        self._named: dict[str, str] = {}
        self._names_of: dict[Any, str] = {}
        self._branches: list[list[str]] = []
        self._result = ""
        self._kept: list[tuple[str, str]] = []

    @property
    def lines(self) -> list[str]:
        """The lines, as far as they are written."""
        return self._first + self._lines

    @property
    def logic(self) -> Logic:
        """The logic of what is asked now."""
        return AT_THE_ROOT if self.where is None else of_rows(self.everybody)

    @property
    def everybody(self) -> str:
        """The mask of all rows that are asked now."""
        return self.name(f"{self.where}.everybody", f"all_{self.where}", first=True)

    def bind(self, value: Any, hint: str) -> str:
        """A name by which the function knows a value."""
        key = _identity(value)
        if key not in self._names_of:
            name = self._names_of[key] = self._free(f"the_{hint}")
            self._bound[name] = value
        return self._names_of[key]

    def name(self, expression: str, hint: str, *, first: bool = False) -> str:
        """A name for what an expression gives, on a line of its own; the one that it has, if there is one.

        `first`: the line stands before all others, so that it can be used in every branch.
        """
        if expression not in self._named:
            name = self._named[expression] = self._free(hint)
            if first:
                self._first.append(f"{name} = {expression}")
            else:
                self.line(f"{name} = {expression}")
                for branch in self._branches[-1:]:
                    branch.append(expression)
        return self._named[expression]

    def keep(self, key: str, expression: str) -> None:
        """What was worked out is kept with the facts, under a key, wherever somebody may ask what led to a result."""
        if (key, expression) not in self._kept:
            self._kept.append((key, expression))

    def begin(self, title: str) -> str:
        """Begins what ends in one result, and gives the name of the result."""
        self.remark(title)
        self._result, self._kept = self._free(title), []
        return self._result

    def unless(self, condition: str, result: str, keeps: bool = True) -> None:
        """Where the condition holds, this is the result; all further lines are for where it does not."""
        self.line(f"if {condition}:")
        self._branches.append([])
        self._give(result, keeps)
        self.line("else:", outside=1)

    def end(self, result: str, keeps: bool = True) -> None:
        """The result where nothing before gave one."""
        self._give(result, keeps)
        for branch in self._branches:
            for expression in branch:
                del self._named[expression]
        self._branches.clear()

    def _give(self, result: str, keeps: bool) -> None:
        for key, expression in self._kept if keeps else ():
            self.line(f"{self.name('facts.told', 'told', first=True)}[{self.bind(key, 'key')}] = {expression}")
        self.line(f"{self._result} = {result}")

    def ask(self, test: Callable[..., Any], hint: str) -> Expressions:
        """A closure asked, where a word has no line of its own for it: of the design, or of every row."""
        if self.where is None:
            truth = self.name(f"{self.bind(test, hint)}(facts, None)", hint)
            return told(truth)
        return self.masks(self.bind(masks_of, "masks_of"), self.bind(test, hint), hint)

    def masks(self, function: str, arguments: str, hint: str) -> Expressions:
        """The masks that a function of some arguments, of the facts and of the table gives."""
        masks = self.name(f"{function}({arguments}, facts, {self.where})", hint)
        return Expressions(f"{masks}[0]", f"{masks}[1]")

    def answer(self, path: str) -> str:
        """The answer at a path from the root."""
        *parts, last = path.strip("/").split("/")
        here = self.name("facts.answers", "answers", first=True)
        for part in parts:
            here = self.name(
                f"{here}.get({self.bind(part, part)}) or {self.bind(NOTHING, 'nothing')}", part, first=True
            )
        return self.name(f"{here}.get({self.bind(last, last)})", last)

    def column(self, path: str) -> str:
        """The column at a path of the rows that are asked."""
        return self.name(f"{self.where}.columns[{self.bind(path, path)}]", path)

    def reaches(self, path: str) -> bool:
        """Whether a path leads to one answer of what is asked now: from the root at the root, from a row in a table."""
        return path != "." and path.startswith("/") is (self.where is None)

    def unanswered(self, path: str) -> str:
        """That there is no answer at a path that is reached."""
        if self.where is None:
            return f"({self.answer(path)} is None)"
        return self.name(f"{self.where}.silent[{self.bind(path, path)}]", f"without_{path}")

    def table(self, make: Callable[[Any], Any], hint: str) -> str:
        """The table that a function of the facts gives."""
        return self.name(f"{self.bind(make, hint)}(facts)", hint, first=True)

    def line(self, text: str, outside: int = 0) -> None:
        """A line as it is, in the branch at hand, or outside of so many."""
        self._lines.append("    " * (len(self._branches) - outside) + text)

    def remark(self, text: str) -> None:
        """A line for whoever reads the function."""
        self.line(f"# {NOT_OF_A_NAME.sub(' ', text)}")

    def function(self, title: str) -> Callable[[Any], Any]:
        """The function, with its text where tracebacks find it."""
        name = _name_of(title)
        text = "\n    ".join([f"def {name}(facts):", *self.lines]) + "\n"
        file = f"<check {name}>"
        linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
        inside = compile(text, file, "exec").co_consts
        return FunctionType(next(one for one in inside if isinstance(one, CodeType)), dict(self._bound), name)

    def _free(self, hint: str) -> str:
        name = wanted = _name_of(hint)
        number = 1
        while name in self._taken:
            number += 1
            name = f"{wanted}_{number}"
        self._taken.add(name)
        return name


def _identity(value: Any) -> Any:
    """By what a value is told from others: two closures of one function over the same values are the same."""
    if isinstance(value, FunctionType):
        return value.__code__, *(_identity(cell.cell_contents) for cell in value.__closure__ or ())
    return (type(value), value) if isinstance(value, (str, frozenset, bool, tuple)) else id(value)


def _name_of(text: str) -> str:
    """A name in Python that reminds of a text, whatever the text is."""
    name = NOT_OF_A_NAME.sub("_", text).strip("_")[:LONGEST_NAME].lower()
    return name if name.isidentifier() else f"a_{name}"
