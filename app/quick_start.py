"""Starting in less time: what Python and libraries do by the way and a start can spare; knows not what is started."""

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

# structlog draws tracebacks with rich where that is installed, and does without where it is not. We log none.
UNUSED: Final = ("rich",)


@contextmanager
def quick_start() -> Iterator[None]:
    """Within it modules are imported and checklists read; what is made there stays until the end.

    The garbage collector would look through all of it again and again. pydantic would look through every package that
    is installed for plugins of its own; none is used here.
    """
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    hidden = [name for name in UNUSED if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None is how Python itself marks it
    gc.disable()
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]
        gc.freeze()
        gc.enable()
