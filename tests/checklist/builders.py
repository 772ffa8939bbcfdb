"""Small checklists of one's own, written to a folder as a domain expert would; they judge nothing by themselves."""

from pathlib import Path

from app.checklist.checklist import Checklist
from app.checklist.loader import load_checklist

STATED = """\
id: purpose.stated
category: purpose
weight: essential
question: Have you written what the talks are for?
ask_from: idea
answered_by: organiser
parameters:
  least: {value: "4", reason: Our choice.}
concern:
  - when: {op: fewer_words_than, path: /purpose/statement, words: $least}
    say: "The purpose is only {words} words long."
answered: {op: answered, path: /purpose/statement}
say: {met: A purpose is written down., open: The draft does not say what the talks are for.}
rationale: People choose talks that serve their own reasons.
advice: Write a sentence.
limits: It counts words.
sources: [{pages: ["18"]}]
examples:
  - {name: four words, design: {purpose: {statement: Agree rules for wells}}, outcome: met}
  - {name: three words, design: {purpose: {statement: Talks about water}}, outcome: concern}
  - {name: nothing, outcome: open}
"""
LISTED = """\
id: people.listed
category: people
weight: important
question: Have you listed who comes?
ask_from: funded
answered_by: side
applies: {op: is, path: /approach, value: hard}
concern:
  - when: {op: some, list: people, has: {op: is, path: status, value: declined}}
    say: "Some have said no: {named}."
answered: {op: answered, path: /participation/participants}
say: {met: The list is there., open: The draft lists nobody., not_applicable: Only hard talks need a list.}
rationale: Without a list nobody can prepare.
advice: Ask each side for a list.
limits: It counts rows.
sources: [{work: own}]
examples:
  - {name: a list, design: {approach: hard, participation: {participants: [{code: N1, status: invited}]}}, outcome: met}
  - {name: no list, design: {approach: hard}, outcome: open}
  - name: somebody declined
    design: {approach: hard, participation: {participants: [{code: N1, status: declined}]}}
    outcome: concern
  - {name: soft talks, design: {approach: soft}, outcome: not applicable}
"""
CONTENTS = """\
name: two-questions
version: 1
title: Two questions
about: For tests.
categories:
  - {id: purpose, name: Purpose, asks: What for?}
  - {id: people, name: People, asks: Who?}
checks:
  - purpose.stated
  - people.listed
"""


def write_checklist(folder: Path, *, contents: str = CONTENTS, stated: str = STATED, listed: str = LISTED) -> Path:
    """A folder with the checklist "two questions", or with other texts in its files."""
    for place, text in (("checklist", contents), ("purpose/stated", stated), ("people/listed", listed)):
        path = folder / f"{place}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def two_questions(folder: Path) -> Checklist:
    """The checklist "two questions": an essential check asked from the idea on, an important one once it is funded."""
    return load_checklist(write_checklist(folder))
