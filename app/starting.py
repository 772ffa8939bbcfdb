"""What a start is judged by, put together from the settings and the environment; judges nothing itself."""

import os
from dataclasses import asdict
from typing import Final

from app.domain.errors import BadInput
from app.exports.visible import visible
from app.security.master_keys import MasterKeys
from app.settings import PREFIX, Settings, names
from app.usecases.allowances import Rules, policies
from app.usecases.founding import FIRST_ORGANISATION, FIRST_PERSON, Founded, WayIn
from app.usecases.start_checks import Start, variables

FIRST_START: Final = f"""\
Good Offices: this is the first start. It has made

  master keys   {{keys}}
                Copy them now, to a place apart from the data and from the backups of the data.
                Whoever has them and the data can read everything. Without them nobody can, ever again.
  data          {{data}}
  key store     {{key_store}}
                Back both up, apart from each other, and apart from the master keys.
  organisation  {FIRST_ORGANISATION}, {{organisation_id}}
  its admin     {FIRST_PERSON}, {{person_id}}
  API key       {{api_key}}
                It is shown this once. Whoever has it is {FIRST_PERSON}, until {{expires_at:%d %B %Y}}.

For the commands of the README:

  export GOODOFFICES_KEY={{api_key}}

"""
MADE: Final = """\
organisation  {name}, {organisation_id}
its admin     {owner}, {person_id}
API key       {api_key}
              It is shown this once. Whoever has it is {owner}, until {expires_at:%d %B %Y}.
"""
LET_BACK_IN: Final = """\
person        {person_id}
API key       {api_key}
              It is shown this once. Whoever has it is that person, until {expires_at:%d %B %Y}.
              Hand it to nobody else. Their password, sessions and other keys have ended. The person sets a new
              password with it (PATCH /v1/me), makes a key of their own, and revokes this one.
"""


def start_of(settings: Settings, *, listens: bool) -> Start:
    """What the start rules look at.

    Args:
        listens: whether it is the service that starts, and not a command of its operator.

    Raises:
        BadInput: the master keys in the environment cannot be read.
    """
    unknown, empty = variables(os.environ, PREFIX, names())
    given = settings.master_keys
    return Start(
        host=settings.host if listens else None,
        public=settings.public,
        data_folder=settings.data_folder,
        database=settings.store,
        key_store=settings.key_store,
        key_store_named=settings.key_store_url is not None,
        key_file=settings.key_file,
        master_keys=None if given is None else MasterKeys.parse(given.get_secret_value()),
        accepted=settings.accepted_risks,
        unknown=tuple(unknown),
        empty=tuple(empty),
    )


def rules_of(settings: Settings) -> Rules:
    """How much may be asked for.

    Raises:
        BadInput: a rate limit cannot be read.
    """
    for name in ("rate_limits", "anonymous_rate_limits"):
        text = getattr(settings, name)
        if text != Settings.model_fields[name].default:  # which can be read; what reads it takes a tenth of a start
            _check_rate_limit(PREFIX + name.upper(), text)
    return Rules(settings.rate_limits, settings.anonymous_rate_limits, settings.most_initiatives)


def _check_rate_limit(variable: str, text: str) -> None:
    try:
        policies(text)
    except BadInput as fault:
        raise BadInput(f"{variable} cannot be used. {fault.detail}") from None


def first_start(settings: Settings, founded: Founded) -> str:
    """What an operator is told, once, when the first organisation was made, with the key that is shown this once."""
    keys = "GOODOFFICES_MASTER_KEYS" if settings.master_keys is not None else str(settings.key_file)
    return FIRST_START.format(keys=keys, data=settings.store, key_store=settings.key_store, **asdict(founded))


def let_back_in(made: WayIn) -> str:
    """What an operator is told, once, who lets somebody back in."""
    return LET_BACK_IN.format(**asdict(made))


def made_organisation(name: str, owner: str, founded: Founded) -> str:
    """What an operator is told, once, who made an organisation."""
    return MADE.format(name=visible(name), owner=visible(owner), **asdict(founded))
