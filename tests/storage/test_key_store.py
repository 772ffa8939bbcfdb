"""The key store keeps wrapped keys on each engine, gives them back, and forgets what it is told to forget."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError

from app.domain.errors import BadInput, Unavailable
from app.storage.key_store import KeyStore
from tests.storage.rows import opened

RIVER, LAKE = "5f0c6e0e-3b7d-4c6a-8a53-6a2f6f0f0001", "5f0c6e0e-3b7d-4c6a-8a53-6a2f6f0f0002"


def wrapped(number: int) -> bytes:
    """What a wrapped key looks like, a different one for each number; it is found nowhere else."""
    return b"\x01wrapped-key-%06d-" % number + bytes(range(40))


def subjects(count: int) -> list[str]:
    return [f"5f0c6e0e-3b7d-4c6a-8a53-{number:012d}" for number in range(count)]


@pytest.fixture
async def store(key_store_url: str) -> AsyncIterator[KeyStore]:
    made = KeyStore.open(key_store_url)
    yield made
    await made.close()


async def test_a_new_store_makes_its_tables_and_is_empty(store: KeyStore, key_store_url: str) -> None:
    assert await store.get(RIVER) is None
    assert await store.secret("pepper") is None
    assert await store.page("", 10) == []
    with opened(key_store_url) as connection:
        assert set(inspect(connection).get_table_names()) == {"wrapped_keys", "secrets"}


async def test_what_was_added_is_there_for_the_next_process(store: KeyStore, key_store_url: str) -> None:
    await store.add([(RIVER, wrapped(1)), (LAKE, wrapped(2))])
    next_process = KeyStore.open(key_store_url)
    assert await next_process.get(RIVER) == wrapped(1)
    assert await next_process.many([LAKE, "unknown", RIVER]) == {RIVER: wrapped(1), LAKE: wrapped(2)}
    await next_process.close()


async def test_a_key_is_never_overwritten_by_a_new_one(store: KeyStore) -> None:
    await store.add([(RIVER, wrapped(1))])
    with pytest.raises(IntegrityError):
        await store.add([(LAKE, wrapped(2)), (RIVER, wrapped(3))])
    assert await store.many([RIVER, LAKE]) == {RIVER: wrapped(1)}


async def test_what_was_removed_is_gone_and_the_rest_stays(store: KeyStore) -> None:
    await store.add([(RIVER, wrapped(1)), (LAKE, wrapped(2))])
    await store.remove([RIVER, "unknown"])
    await store.remove([])
    assert await store.many([RIVER, LAKE]) == {LAKE: wrapped(2)}


async def test_many_keys_are_added_found_and_removed_at_once(store: KeyStore) -> None:
    names = subjects(1_201)
    await store.add([(subject, wrapped(number)) for number, subject in enumerate(names)])
    assert await store.many(names) == {subject: wrapped(number) for number, subject in enumerate(names)}
    await store.remove(names[:1_200])
    assert await store.many(names) == {names[1_200]: wrapped(1_200)}


async def test_pages_go_through_all_keys_by_subject(store: KeyStore) -> None:
    names = subjects(7)
    await store.add([(subject, wrapped(number)) for number, subject in reversed(list(enumerate(names)))])
    found, after = [], ""
    while page := await store.page(after, 3):
        found.append([subject for subject, _ in page])
        after = page[-1][0]
    assert found == [names[:3], names[3:6], names[6:]]


async def test_keys_are_wrapped_anew_only_where_they_still_are(store: KeyStore) -> None:
    await store.add([(RIVER, wrapped(1)), (LAKE, wrapped(2))])
    await store.remove([LAKE])
    await store.replace([(RIVER, wrapped(11)), (LAKE, wrapped(12))])
    await store.replace([])
    assert await store.many([RIVER, LAKE]) == {RIVER: wrapped(11)}


async def test_a_secret_is_kept_once_and_wrapped_anew(store: KeyStore) -> None:
    await store.add_secret("pepper", wrapped(1))
    await store.add_secret("pepper", wrapped(2))
    assert await store.secret("pepper") == wrapped(1)
    await store.replace_secrets([("pepper", wrapped(3)), ("unknown", wrapped(4))])
    assert await store.secret("pepper") == wrapped(3)
    assert await store.secret("unknown") is None


async def test_processes_that_start_together_agree_on_a_secret(key_store_url: str) -> None:
    stores = [KeyStore.open(key_store_url) for _ in range(4)]
    await asyncio.gather(*(store.add_secret("pepper", wrapped(number)) for number, store in enumerate(stores)))
    secrets = {await store.secret("pepper") for store in stores}
    assert len(secrets) == 1
    assert None not in secrets
    await asyncio.gather(*(store.close() for store in stores))


class TestFile:
    """What the files of the embedded store give away."""

    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        return tmp_path / "keys.db"

    def everything(self, file: Path) -> bytes:
        """All bytes beside the file, that of its log too."""
        return b"".join(part.read_bytes() for part in sorted(file.parent.glob("keys.db*")))

    async def test_nothing_of_removed_or_replaced_keys_is_left_in_them(self, file: Path) -> None:
        store = KeyStore.open(f"sqlite:///{file}")
        names = subjects(900)
        for start in range(0, 900, 100):
            await store.add([(names[number], wrapped(number)) for number in range(start, start + 100)])
        assert all(wrapped(number) in self.everything(file) for number in range(900))

        await store.remove([subject for number, subject in enumerate(names) if number % 3 == 0])
        await store.replace([(subject, wrapped(10_000)) for number, subject in enumerate(names) if number % 3 == 1])
        left = self.everything(file)
        assert [number for number in range(900) if wrapped(number) in left] == list(range(2, 900, 3))
        await store.close()

    async def test_nothing_is_left_while_somebody_else_has_it_open(self, file: Path) -> None:
        store, other = KeyStore.open(f"sqlite:///{file}"), KeyStore.open(f"sqlite:///{file}")
        await store.add([(RIVER, wrapped(1)), (LAKE, wrapped(2))])
        assert await other.get(RIVER) == wrapped(1)
        await store.remove([RIVER])
        assert wrapped(1) not in self.everything(file)
        assert await other.get(RIVER) is None
        assert await other.get(LAKE) == wrapped(2)
        await store.close()
        await other.close()

    async def test_it_is_for_its_owner_alone_and_safely_set_up(self, file: Path) -> None:
        store = KeyStore.open(f"sqlite:///{file}")
        await store.add([(RIVER, wrapped(1))])
        assert await store.weak_settings() == ()
        assert {part.stat().st_mode & 0o077 for part in file.parent.glob("keys.db*")} == {0}
        await store.close()


async def test_a_store_out_of_reach_is_unavailable() -> None:
    store = KeyStore.open("postgresql://127.0.0.1:1/nothing")
    with pytest.raises(Unavailable):
        await store.get(RIVER)
    await store.close()


def test_a_store_in_a_folder_that_there_is_not_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="folder"):
        KeyStore.open(f"sqlite:///{tmp_path}/missing/keys.db")
