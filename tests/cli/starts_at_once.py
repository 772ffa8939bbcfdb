"""A program: a first start of the service that waits for a word, so that several begin at the same moment.

`python -m tests.cli.starts_at_once FOLDER` prints what an operator is told. With `unguarded` nobody waits for another.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from app import main
from app.settings import Settings
from app.usecases.founding import Founded, found
from app.usecases.opening import starting_alone

SECONDS = 2.0


@asynccontextmanager
async def unguarded(*_given: object) -> AsyncIterator[None]:
    yield


async def slowly(*given: Any) -> Founded:
    """Makes an organisation so late that everybody else has looked whether there is one."""
    await asyncio.sleep(SECONDS)
    return await found(*given)


async def started(folder: Path) -> str:
    """What the operator is told by a whole start and stop."""
    told: list[str] = []
    settings = Settings(data_dir=folder / "data", key_file=folder / "secret" / "master.key", access_log=False)
    app = main.create_app(settings, told.append)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    async with app.router.lifespan_context(app):
        pass
    return "".join(told)


if __name__ == "__main__":
    guard = unguarded if "unguarded" in sys.argv else starting_alone
    with patch("app.main.starting_alone", guard), patch("app.usecases.founding.found", slowly):
        sys.stdout.write(asyncio.run(started(Path(sys.argv[1]))))
