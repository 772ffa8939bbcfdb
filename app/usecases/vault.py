"""The keys of everything that is sealed: kept wrapped in the key store, opened here, destroyed here; knows no noun."""

from collections.abc import Callable, Iterable
from typing import Self
from uuid import uuid4

from app.domain.errors import Damaged
from app.security.audit_chain import organisation_key
from app.security.master_keys import KeyUnknown, MasterKeys
from app.security.sealing import DataKey, new_secret
from app.storage.key_store import KeyStore

FRESH = 64  # keys that are made and stored at a time, so that a new initiative waits for one commit and not for two
PAGE = 1_000  # keys that are counted at a time
SECRETS = PEPPER, AUDIT, CHECKPOINTS = "pepper", "audit", "checkpoints"


class Vault:
    """The data keys of initiatives and organisations, and the few secrets that the service itself has.

    Args:
        store: where keys lie, wrapped.
        newest: gives the master keys as they are now; they may be changed under a service that runs.
        secrets: the service's own secrets by name.
    """

    def __init__(self, store: KeyStore, newest: Callable[[], MasterKeys], secrets: dict[str, bytes]) -> None:
        self._store = store
        self._newest = newest
        self._master_keys = newest()
        self._secrets = secrets
        self._fresh: list[tuple[str, bytes]] = []

    @classmethod
    async def open(cls, store: KeyStore, newest: Callable[[], MasterKeys]) -> Self:
        """The vault over this store; what secrets the store has not yet are made.

        Raises:
            Damaged: a secret was wrapped by a key that is not given, or was altered.
        """
        master_keys = newest()
        return cls(store, newest, {name: await _secret(store, master_keys, name) for name in SECRETS})

    @property
    def pepper(self) -> bytes:
        """What goes into the digest of every credential, so that a thief of the database cannot try any out."""
        return self._secrets[PEPPER]

    @property
    def checkpoint_seed(self) -> bytes:
        """The private half of what signs checkpoints of the audit trail."""
        return self._secrets[CHECKPOINTS]

    def audit_key(self, organisation_id: str) -> bytes:
        """What chains the organisation's audit trail."""
        return organisation_key(self._secrets[AUDIT], organisation_id)

    async def new_key(self, organisation_id: str) -> DataKey:
        """A key for something new, with the random id that it gets (`subject`). It is stored before it is given."""
        subject, secret = await self._taken()
        return DataKey(secret, organisation_id, subject)

    async def new_organisation(self) -> DataKey:
        """A key for a new organisation: it seals what belongs to the organisation itself."""
        subject, secret = await self._taken()
        return DataKey(secret, subject, subject)

    async def key(self, organisation_id: str, subject: str) -> DataKey | None:
        """The key of an initiative or of the organisation itself; None if it was never made, or was destroyed.

        Raises:
            Damaged: it does not verify.
        """
        wrapped = await self._store.get(subject)
        return None if wrapped is None else self._opened(organisation_id, subject, wrapped)

    async def keys(self, organisation_id: str, subjects: Iterable[str]) -> dict[str, DataKey]:
        """The keys of these by subject, without those that are not there.

        Raises:
            Damaged: one does not verify.
        """
        found = await self._store.many(list(subjects))
        return {subject: self._opened(organisation_id, subject, wrapped) for subject, wrapped in found.items()}

    async def held(self, subjects: Iterable[str]) -> list[str]:
        """Which of these have a key, whether or not it opens."""
        return sorted(await self._store.many(list(subjects)))

    async def size(self) -> int:
        """How many keys there are, those that were made ahead too."""
        keys, after = 0, ""
        while page := await self._store.page(after, PAGE):
            keys, after = keys + len(page), page[-1][0]
        return keys

    async def organisation(self, organisation_id: str) -> DataKey:
        """The key that seals what belongs to the organisation: names of people, labels of keys.

        Raises:
            Damaged: it is not there or does not verify.
        """
        key = await self.key(organisation_id, organisation_id)
        if key is None:
            raise Damaged("The organisation's key is not in the key store. Restore the key store from its backup.")
        return key

    async def shred(self, subjects: Iterable[str]) -> None:
        """Destroys keys: nothing opens what they sealed any more, not even from an old backup of the data."""
        await self._store.remove(list(subjects))

    async def close(self) -> None:
        """Lets go of the key store."""
        await self._store.close()

    async def _taken(self) -> tuple[str, bytes]:
        if not self._fresh:
            # The newest, as a rotation may have put another key first: its command waits for those that were made so.
            self._master_keys, made = self._newest(), [(str(uuid4()), new_secret()) for _ in range(FRESH)]
            await self._store.add([(subject, self._master_keys.wrap(subject, secret)) for subject, secret in made])
            self._fresh.extend(made)
        return self._fresh.pop()

    def _opened(self, organisation_id: str, subject: str, wrapped: bytes) -> DataKey:
        return DataKey(self._unwrapped(subject, wrapped), organisation_id, subject)

    def _unwrapped(self, subject: str, wrapped: bytes) -> bytes:
        """The secret; by the newest master keys where those that are known have none that fits."""
        try:
            return self._master_keys.unwrap(subject, wrapped)
        except KeyUnknown:
            self._master_keys = self._newest()
            return self._master_keys.unwrap(subject, wrapped)


async def _secret(store: KeyStore, master_keys: MasterKeys, name: str) -> bytes:
    """The secret of that name. Two processes that start together end with the same one."""
    wrapped = await store.secret(name)
    if wrapped is None:
        await store.add_secret(name, master_keys.wrap(name, new_secret()))
        wrapped = await store.secret(name)
    if wrapped is None:
        raise Damaged("The key store did not keep what it was given.")
    return master_keys.unwrap(name, wrapped)
