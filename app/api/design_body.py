"""A body that holds a design under a name, `{"design": …}`: read with pointers that lead from its top."""

from typing import Any

from app.api.problems import Problem
from app.api.writes import within
from app.domain.design import Design, design_from
from app.domain.errors import DesignRefused, Fault
from app.domain.pointer import pointer


def design_within(document: Any) -> Design:
    """The design in the body.

    Raises:
        Problem: invalid-request if the body is of another form.
        DesignRefused: what stands there is no design.
    """
    _check_form(document, required=True)
    return _read(document)


def design_if_any(document: Any) -> Design | None:
    """The design in the body, or None for one that names none.

    Raises:
        Problem, DesignRefused: as `design_within`.
    """
    _check_form(document, required=False)
    return _read(document) if "design" in document else None


def _check_form(document: Any, *, required: bool) -> None:
    if not isinstance(document, dict):
        raise Problem("invalid-request", faults=(Fault("", "It is an object with a design."),))
    faults = [Fault(pointer(key), "There is no field of this name.") for key in document if key != "design"]
    if required and "design" not in document:
        faults.append(Fault("/design", "It is required."))
    if faults:
        raise Problem("invalid-request", faults=tuple(faults[:20]))


def _read(document: dict[str, Any]) -> Design:
    try:
        return design_from(document["design"])
    except DesignRefused as refused:
        raise within("/design", refused) from None
