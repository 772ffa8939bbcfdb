"""Parts joined to bytes: no two rows of parts may look alike, or one place could pass for another."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from app.security.parts import joined

PART = st.one_of(st.text("ab1:", max_size=3), st.binary(max_size=3), st.integers(-20, 20))
ROWS = st.lists(PART, max_size=4)

# Each pair would be the same if parts were simply put one after the other.
LOOKALIKES: list[list[tuple[str | bytes | int, ...]]] = [
    [("ab", "c"), ("a", "bc")],
    [("document", 11), ("document1", 1)],
    [("1",), (1,), (b"1",)],
    [("",), (), ("", "")],
    [(-1, 1), ("-1", "1")],
]


def mistaken(join: Callable[..., bytes]) -> list[str]:
    """The lookalikes that a way of joining cannot tell apart."""
    return [str(rows) for rows in LOOKALIKES if len({join(*row) for row in rows}) < len(rows)]


def simply_one_after_the_other(*parts: object) -> bytes:
    return "".join(part.decode() if isinstance(part, bytes) else str(part) for part in parts).encode()


def test_rows_that_look_alike_are_told_apart() -> None:
    assert mistaken(joined) == []


def test_the_lookalikes_find_a_joining_without_lengths() -> None:
    assert len(mistaken(simply_one_after_the_other)) == len(LOOKALIKES)


@given(ROWS, ROWS)
def test_different_rows_never_give_the_same_bytes(one: list[str | bytes | int], other: list[str | bytes | int]) -> None:
    same_kinds = [type(part) for part in one] == [type(part) for part in other]

    assert (joined(*one) == joined(*other)) == (one == other and same_kinds)


def test_a_lone_surrogate_makes_another_value_and_no_crash() -> None:
    assert joined("\ud800") != joined("?")
