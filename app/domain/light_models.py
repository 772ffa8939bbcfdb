"""Models as plain classes, which take what was checked before; knows no model, and validates by a packed schema only.

They have of pydantic's what a command needs that reads a packed checklist and judges a design (`modelling`).
"""

import inspect
import sys
import typing
from collections.abc import Callable
from typing import Any, Self

from pydantic_core import SchemaValidator, ValidationError

from app.domain.packed_models import validator_of

__all__ = [
    "AfterValidator",
    "BaseModel",
    "BeforeValidator",
    "ConfigDict",
    "Field",
    "StringConstraints",
    "ValidationError",
    "field_validator",
]

ConfigDict = dict
NONE_GIVEN: Any = ...


class FieldInfo:
    """What is said of a field beside its type."""

    __slots__ = ("_annotation", "_module", "default", "json_schema_extra", "metadata")

    def __init__(self, default: Any, json_schema_extra: Any = None) -> None:
        self.default, self.json_schema_extra = default, json_schema_extra
        self.metadata: list[Any] = []
        self._annotation: Any = None
        self._module = ""

    def stands(self, module: str, annotation: Any) -> "FieldInfo":
        """The same for a field of this type, in a module whose names the type may use."""
        self._module, self._annotation = module, annotation
        return self

    @property
    def annotation(self) -> Any:
        """The type, read if it is written as a text."""
        if isinstance(self._annotation, str):
            holder = type("Holder", (), {"__annotations__": {"it": self._annotation}})
            names = vars(sys.modules[self._module])
            self._annotation = typing.get_type_hints(holder, names, include_extras=True)["it"]
        return self._annotation


def Field(  # noqa: N802 - the name is pydantic's
    default: Any = NONE_GIVEN,
    *,
    default_factory: Callable[[], Any] | None = None,
    json_schema_extra: Any = None,
    **_constraints: Any,
) -> Any:
    """As pydantic's, without the constraints: those are in the packed schema."""
    return FieldInfo(default if default_factory is None else default_factory(), json_schema_extra)


class BaseModel:
    """A model whose instances are made of checked values."""

    # As pydantic's have them, as its core writes them for whatever it makes.
    __slots__ = "__dict__", "__pydantic_extra__", "__pydantic_fields_set__", "__pydantic_private__"
    model_fields: typing.ClassVar[dict[str, FieldInfo]] = {}

    def __init_subclass__(cls) -> None:
        own = {}
        for name, annotation in inspect.get_annotations(cls).items():
            given = cls.__dict__.get(name, NONE_GIVEN)
            field = given if isinstance(given, FieldInfo) else FieldInfo(given)
            own[name] = field.stands(cls.__module__, annotation)
            if field.default is not NONE_GIVEN:
                setattr(cls, name, field.default)
            elif given is not NONE_GIVEN:
                delattr(cls, name)
        cls.model_fields = {**cls.model_fields, **own}

    @classmethod
    def model_construct(cls, **values: Any) -> Self:
        """An instance of values that were checked when they were packed; the class has those that are left out."""
        made = cls.__new__(cls)
        made.__dict__ = values
        return made

    @classmethod
    def model_validate(cls, content: Any) -> Self:
        """As pydantic's, for the model whose schema is packed."""
        validator: SchemaValidator = validator_of(cls)
        made: Self = validator.validate_python(content)
        return made

    @classmethod
    def model_validate_json(cls, content: bytes | str) -> Self:
        """As pydantic's, for the model whose schema is packed."""
        validator: SchemaValidator = validator_of(cls)
        made: Self = validator.validate_json(content)
        return made

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.__dict__ == self.__dict__

    def __hash__(self) -> int:
        return hash((type(self), *self.__dict__.values()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.__dict__})"


class _Mark:
    """What only validation reads."""

    def __init__(self, *_: Any, **__: Any) -> None: ...


AfterValidator = BeforeValidator = StringConstraints = _Mark


def field_validator(*_: str) -> Any:
    """Leaves the method as it is: nothing is validated that was not checked before."""
    return lambda method: method
