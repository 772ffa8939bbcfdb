"""Starting in less time: what Python and pydantic do by the way and a short command can spare; knows no command."""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quick_start() -> Iterator[None]:
    """Within it modules are imported and checklists read; what is made there stays until the end.

    The garbage collector would look through all of it again and again. pydantic would look through every package that
    is installed for plugins of its own; none is used here.
    """
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
