"""Who puts their name under something, as they are called at that moment; knows not under what."""

from app.domain.review import Signature
from app.security.sealing import DataKey
from app.storage import people
from app.usecases.authority import Granted


def signature(granted: Granted, organisation: DataKey) -> Signature:
    """The caller's id and name, and the moment.

    Args:
        organisation: the organisation's key, which opens the names of its people.

    Raises:
        Damaged: the name does not verify.
    """
    person = people.find(granted.connection, organisation, granted.principal.person_id)
    return Signature(person.id, person.name, granted.now)
