"""The schema of a design as a generated file, from which a validator is made without pydantic; knows when it is old.

pydantic builds a schema from the models each time a program starts, and hands it to its core, which validates by it.
The file holds that schema, with the digest of every module that the models stand in: while these are theirs, the core
can be given what is in the file. Classes and functions are named in it and found where they are.
"""

from __future__ import annotations

import hashlib
import importlib
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pydantic_core import SchemaValidator

PACK: Final = Path(__file__).parent / "packed_design.json"
PLACE: Final = "$place"
"""The key under which a class or a function is named."""
LEFT_OUT: Final = frozenset({"metadata", "serialization"})
"""What only descriptions and writing need."""
NAMES: Final = frozenset({"ref", "schema_ref"})
"""What parts of the schema go by: pydantic ends them with a number that is another one each time."""
BASE: Final = "app.domain.fields"
MODEL: Final = "app.domain.design:Design"


@cache
def read_pack() -> dict[str, Any] | None:
    """What is packed; None if it is not whole, not of the models as they are, or made for another core of pydantic."""
    try:
        pack: dict[str, Any] = json.loads(PACK.read_bytes())
        is_current = pack["core"] == _core() and pack["made_from"] == _digests(pack["made_from"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return pack if is_current else None


def packed_models(schema: Any) -> bytes:
    """The file for the schema that pydantic built of the design."""
    plain = _plain(schema)
    modules = sorted({BASE, *(place.partition(":")[0] for place in _places(plain))})
    pack = {"core": _core(), "made_from": _digests(modules), "schema": plain}
    return json.dumps(pack, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def validator_of(model: type) -> SchemaValidator:
    """A validator for the one model that is packed.

    Raises:
        TypeError: it is another model.
    """
    if f"{model.__module__}:{model.__qualname__}" != MODEL:
        raise TypeError(f"{model.__name__} is not packed")
    return _validator()


@cache
def _validator() -> SchemaValidator:
    from pydantic_core import SchemaValidator  # late: whoever packs has pydantic, whoever asks if it is current neither

    pack = read_pack()
    if pack is None:
        raise TypeError("what is packed is out of date")
    return SchemaValidator(_living(pack["schema"]))


def _core() -> str:
    from pydantic_core import __version__

    return __version__


def _digests(modules: Any) -> dict[str, str]:
    """A SHA-256 in hexadecimal of each module's text."""
    folder = Path(__file__).parent
    texts = {name: (folder / f"{name.rpartition('.')[2]}.py").read_bytes() for name in modules}
    return {name: hashlib.sha256(text).hexdigest() for name, text in texts.items()}


def _plain(part: Any) -> Any:
    """The schema as JSON has it."""
    if isinstance(part, dict):
        return {
            key: _name(value) if key in NAMES else _plain(value) for key, value in part.items() if key not in LEFT_OUT
        }
    if isinstance(part, list | tuple):
        return [_plain(entry) for entry in part]
    return {PLACE: f"{part.__module__}:{part.__qualname__}"} if callable(part) else part


def _name(given: str) -> str:
    return given.rpartition(":")[0]


def _places(plain: Any) -> set[str]:
    if isinstance(plain, dict):
        here = {plain[PLACE]} if PLACE in plain else set()
        return here.union(*map(_places, plain.values()))
    return set().union(*map(_places, plain)) if isinstance(plain, list) else set()


def _living(plain: Any) -> Any:
    """The schema as the core has it."""
    if isinstance(plain, list):
        return [_living(entry) for entry in plain]
    if not isinstance(plain, dict):
        return plain
    if PLACE in plain:
        module, _, name = plain[PLACE].partition(":")
        return getattr(importlib.import_module(module), name)
    return {key: _living(value) for key, value in plain.items()}
