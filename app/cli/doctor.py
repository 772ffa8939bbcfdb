"""The command `doctor`: what it found, a line each, for people or for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

from app.checklist.catalogue import shipped_catalogue
from app.cli.exit_codes import ExitCode
from app.cli.operating import Given, carried_out, settings_of
from app.cli.terminal import write_text
from app.exports.visible import visible
from app.starting import rules_of, start_of
from app.usecases import doctor
from app.usecases.doctor import Wanted
from app.usecases.vital_signs import Sign


def examine(chosen: str, backups: Sequence[Path], backup_hours: int, given: Given, *, mend: bool) -> ExitCode:
    """Looks at everything, and says what needs attention.

    Args:
        chosen: text or json.

    Raises:
        BadInput: a setting cannot be used; nothing was looked at.
    """
    settings = settings_of(given)
    rules_of(settings)  # for it cannot start otherwise
    start = start_of(settings, listens=False)
    wanted = Wanted(tuple(backups), timedelta(hours=backup_hours), mend)
    signs = carried_out(doctor.examine(start, shipped_catalogue(), wanted))
    write_text(_as_json(signs) if chosen == "json" else _as_text(signs))
    return ExitCode.NOTHING_TO_ATTEND_TO if all(sign.healthy for sign in signs) else ExitCode.FINDINGS


def _as_json(signs: Sequence[Sign]) -> str:
    lines = [asdict(sign) | {"mend": "" if sign.healthy else sign.mend} for sign in signs]
    return json.dumps({"healthy": all(sign.healthy for sign in signs), "signs": lines}, indent=2) + "\n"


def _as_text(signs: Sequence[Sign]) -> str:
    width, sick = max(len(sign.name) for sign in signs), [sign for sign in signs if not sign.healthy]
    lines = [f"{'ok       ' if sign.healthy else 'ATTENTION'}  {sign.name:{width}}  {_said(sign)}\n" for sign in signs]
    end = f"{len(sick)} of {len(signs)} need attention.\n" if sick else "Nothing needs attention.\n"
    return "".join(lines) + end


def _said(sign: Sign) -> str:
    return visible(sign.says if sign.healthy or not sign.mend else f"{sign.says} To mend it: {sign.mend}")
