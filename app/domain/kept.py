"""An answer that is worked out when it is first asked for, and kept with whatever it is of; knows nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

Value = TypeVar("Value")


class kept(Generic[Value]):  # noqa: N801
    """A method that becomes the attribute it gives, without the lock that Python 3.11's `cached_property` takes.

    Each design is judged by one thread, and the lock takes longer than most of what is asked for.
    """

    def __init__(self, work: Callable[[Any], Value]) -> None:
        self._work = work
        self._name = work.__name__
        self.__doc__ = work.__doc__

    @overload
    def __get__(self, one: None, kind: type | None = None) -> Self: ...

    @overload
    def __get__(self, one: object, kind: type | None = None) -> Value: ...

    def __get__(self, one: Any, kind: type | None = None) -> Self | Value:
        if one is None:  # asked of the class, as a reader of documentation does
            return self
        value = self._work(one)
        one.__dict__[self._name] = value
        return value
