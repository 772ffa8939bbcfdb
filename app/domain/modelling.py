"""Where the models come from: pydantic, or a command's light ones that were made before; knows no model.

Every module with a model takes its names from here. A command that only reads what was checked when it was made says
`be_light` before any of them is imported; the models are plain classes then, and a design is read by a schema from a
file (`packed_models`), with the same result. Nothing else may be light: only pydantic describes and writes models.
"""

import importlib
import sys
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pydantic import (
        AfterValidator,
        BaseModel,
        BeforeValidator,
        ConfigDict,
        Field,
        StringConstraints,
        ValidationError,
        field_validator,
    )

__all__ = [
    "AfterValidator",
    "BaseModel",
    "BeforeValidator",
    "ConfigDict",
    "Field",
    "StringConstraints",
    "ValidationError",
    "be_light",
    "field_validator",
    "is_light",
]

FULL: Final = "pydantic"
LIGHT: Final = "app.domain.light_models"
FIRST: Final = "app.domain.fields"
_made_by = [FULL]


def be_light() -> bool:
    """Asks for light models in this process, and says whether it has them: not if any model is there already."""
    if FIRST not in sys.modules and FULL not in sys.modules:
        _made_by[:] = [LIGHT]
    return is_light()


def is_light() -> bool:
    """Whether the models of this process are light."""
    return _made_by == [LIGHT]


if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """What a module imports from here, from where it is made in this process."""
        if name not in __all__:
            raise AttributeError(name)
        return getattr(importlib.import_module(_made_by[0]), name)
