"""Strict YAML: every scalar is a text, keys stand once, no anchors and no tags, and each place knows its line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml

from app.domain.errors import Fault, GoodOfficesError
from app.domain.pointer import pointer

DEEPEST = 32
NULLS = frozenset({"", "~", "null", "Null", "NULL"})
Place = tuple[str | int, ...]


class YamlRefused(GoodOfficesError):
    """The text is not YAML as we read it; each fault's pointer is `line N`."""

    detail = "The file cannot be read."


@dataclass(frozen=True, slots=True)
class YamlDocument:
    """What a YAML text says: plain objects whose scalars are texts or None, and the line of each place."""

    content: Any
    lines: dict[str, int]

    def line_of(self, place: str) -> int:
        """The line (from 1) of the place that a JSON Pointer names, or of the nearest place around it."""
        while place and place not in self.lines:
            place = place.rpartition("/")[0]
        return self.lines.get(place, 1)


def read_yaml(text: str) -> YamlDocument:
    """Reads one YAML (or JSON) document.

    A plain `null`, `~` or nothing is None; everything else is text: `no` is the word no.

    Raises:
        YamlRefused: not YAML, several documents, a key twice, an anchor, alias or tag, or more than 32 levels.
    """
    try:
        _refuse_what_is_not_read(text)
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as problem:
        raise _refusal(problem.problem_mark, f"This is not valid YAML: {problem.problem}.") from None
    except (yaml.YAMLError, UnicodeError):
        raise YamlRefused(faults=(Fault("line 1", "This is not valid YAML."),)) from None
    lines: dict[str, int] = {}
    content = None if node is None else _build(node, (), lines)
    return YamlDocument(content, lines)


def _refuse_what_is_not_read(text: str) -> None:
    """Looks at the text as a stream, before it is built up: building calls itself for each level, in C, without end."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if getattr(event, "anchor", None):
            raise _refusal(event.start_mark, "Anchors and aliases (& and *) are not read; write the text out.")
        if getattr(event, "tag", None):
            raise _refusal(event.start_mark, "Tags (a word after !) are not read.")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise _refusal(event.start_mark, "The document is nested too deeply.")


def _refusal(mark: Any, detail: str) -> YamlRefused:
    return YamlRefused(faults=(Fault(f"line {mark.line + 1 if mark else 1}", detail),))


def _build(node: yaml.Node, place: Place, lines: dict[str, int]) -> Any:
    lines[pointer(*place)] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return _build_mapping(node, place, lines)
    if isinstance(node, yaml.SequenceNode):
        return [_build(entry, (*place, index), lines) for index, entry in enumerate(node.value)]
    plain = isinstance(node, yaml.ScalarNode) and not node.style
    return None if plain and node.value in NULLS else node.value


def _build_mapping(node: yaml.MappingNode, place: Place, lines: dict[str, int]) -> dict[str, Any]:
    mapping: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = key_node.value
        if not isinstance(key, str):
            raise _refusal(key_node.start_mark, "A key is a word or a text.")
        if key in mapping:
            raise _refusal(key_node.start_mark, f"The key {key[:60]!r} stands twice.")
        mapping[key] = _build(value_node, (*place, key), lines)
        lines[pointer(*place, key)] = key_node.start_mark.line + 1
    return mapping
