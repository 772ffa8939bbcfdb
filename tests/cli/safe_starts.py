"""A service that starts safely on either engine, and how to break each rule of its start; asserts nothing."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, event, make_url, text

from app.checklist.catalogue import shipped_catalogue
from app.security.key_file import MODE
from app.security.master_keys import MasterKeys
from app.settings import Settings
from app.starting import start_of
from app.storage import engines
from app.storage.migrations import migrate
from app.usecases.opening import close_office, open_safely
from app.usecases.start_rules import UnsafeStart
from tests.engines import Addresses, PostgresqlServer


@dataclass
class Service:
    """What an operator has set up: it started once, and has keys and tables."""

    folder: Path
    settings: dict[str, Any]
    owner: str
    monkeypatch: pytest.MonkeyPatch
    server: PostgresqlServer | None = None
    weak: dict[str, Addresses] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def key_file(self) -> Path:
        return Path(str(self.settings["key_file"]))

    async def start(self) -> set[str]:
        """Starts and stops it; the names of the rules that it was refused for."""
        try:
            office, _ = await open_safely(
                start_of(Settings(**self.settings), listens=True), shipped_catalogue(), make_keys=True
            )
        except UnsafeStart as refused:
            return {fault.pointer.partition(" ")[0] for fault in refused.faults}
        await close_office(office)
        return set()

    def owner_says(self, statement: str) -> None:
        """A statement of whoever owns the tables."""
        engine = create_engine(self.owner)
        with engine.begin() as connection:
            connection.execute(text(statement))
        engine.dispose()

    def with_role(self, attributes: str, url: str) -> str:
        """The address with a role that has these attributes."""
        assert self.server is not None
        return make_url(url).set(username=self.server.role(attributes)).render_as_string(hide_password=False)

    def rewrite_key_file(self, text_: str) -> None:
        """Another file in the place of the key file, with its mode."""
        self.key_file.unlink()
        self.key_file.write_text(text_)
        self.key_file.chmod(MODE)


Break = Callable[[Service], None]


def a_typo(service: Service) -> None:
    service.monkeypatch.setenv("GOODOFFICES_PROT", "9000")


def an_empty_variable(service: Service) -> None:
    service.monkeypatch.setenv("GOODOFFICES_KEY_STORE_URL", "")


def a_risk_that_is_no_rule(service: Service) -> None:
    service.settings["accepted_risks"] = ("postgresql-fsync-of",)


def a_risk_that_cannot_be_accepted(service: Service) -> None:
    service.settings["accepted_risks"] = ("key-file-open",)


def listening_to(host: str) -> Break:
    def listen(service: Service) -> None:
        service.settings["host"] = host

    listen.__name__ = f"listening to {host}"
    return listen


def a_server_elsewhere(service: Service) -> None:
    service.settings["database_url"] = "postgresql+psycopg://goodoffices@database.example/goodoffices?sslmode=prefer"


def a_key_store_elsewhere(service: Service) -> None:
    service.settings["key_store_url"] = "postgresql+psycopg://goodoffices@keys.example/keys"


def a_server_elsewhere_by_variable(service: Service) -> None:
    service.monkeypatch.setenv("PGHOST", "database.example")
    service.settings["database_url"] = "postgresql+psycopg:///goodoffices"


def keys_among_the_data(service: Service) -> None:
    moved = service.data / "keys" / "master.key"
    moved.parent.mkdir(mode=0o700)
    shutil.move(service.key_file, moved)
    service.settings["key_file"] = moved


def a_link_to_keys_among_the_data(service: Service) -> None:
    keys_among_the_data(service)
    link = service.folder / "link.key"
    link.symlink_to(service.key_file)
    service.settings["key_file"] = link


def a_link_among_the_data(service: Service) -> None:
    link = service.data / "link.key"
    link.symlink_to(service.key_file)
    service.settings["key_file"] = link


def the_data_folder_by_another_name(service: Service) -> None:
    keys_among_the_data(service)
    other = service.folder / "other"
    other.symlink_to(service.data)
    service.settings["data_dir"] = other


def a_second_name_among_the_data(service: Service) -> None:
    os.link(service.key_file, service.data / "same.key")


def keys_beside_a_database_elsewhere(service: Service) -> None:
    elsewhere = service.folder / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    service.settings["database_url"] = f"sqlite:///{elsewhere}/goodoffices.db"
    shutil.move(service.key_file, elsewhere / "master.key")
    service.settings["key_file"] = elsewhere / "master.key"


def key_file_mode(mode: int) -> Break:
    def set_mode(service: Service) -> None:
        service.key_file.chmod(mode)

    set_mode.__name__ = f"a key file of mode {mode:o}"
    return set_mode


def a_key_folder_for_everybody(service: Service) -> None:
    service.key_file.parent.chmod(0o777)


def a_lost_key_file(service: Service) -> None:
    service.key_file.unlink()


def a_link_that_leads_nowhere(service: Service) -> None:
    service.key_file.unlink()
    service.key_file.symlink_to(service.folder / "nowhere")


def other_keys(service: Service) -> None:
    service.rewrite_key_file(MasterKeys.generate().text())


def other_keys_in_the_environment(service: Service) -> None:
    service.settings["master_keys"] = MasterKeys.generate().text()


def another_key_store_with_a_key_of_ours(service: Service) -> None:
    """Some keys of the key store were wrapped by a master key that is gone."""
    keys = MasterKeys.generate()
    engine = create_engine(service.settings["key_store_url"] or f"sqlite:///{service.data}/keys.db")
    with engine.begin() as connection:
        wrapped = keys.wrap("0", b"k" * 32)
        connection.execute(text("INSERT INTO wrapped_keys VALUES ('0', :wrapped)"), {"wrapped": wrapped})
    engine.dispose()


def an_empty_key_store(service: Service) -> None:
    service.owner_says("INSERT INTO organisations VALUES ('o', '', 0, '2026-03-01 12:00:00')")
    engine = create_engine(service.settings["key_store_url"] or f"sqlite:///{service.data}/keys.db")
    with engine.begin() as connection:
        for table in ("wrapped_keys", "secrets"):
            connection.execute(text(f"DELETE FROM {table}"))
    engine.dispose()


def an_empty_key_store_and_no_key_file(service: Service) -> None:
    an_empty_key_store(service)
    service.key_file.unlink()


def one_database_for_both(service: Service) -> None:
    service.settings["key_store_url"] = service.settings["database_url"] or f"sqlite:///{service.data}/goodoffices.db"


def one_database_by_two_names(service: Service) -> None:
    """An address that names the same database otherwise, so that only asking it tells."""
    url = make_url(service.settings["database_url"])
    folder = str(url.query["host"])
    other = service.folder / "socket"
    other.symlink_to(folder)
    service.settings["key_store_url"] = url.set(query={"host": str(other)}).render_as_string(hide_password=False)


def one_file_by_two_names(service: Service) -> None:
    (service.folder / "same").symlink_to(service.data)
    service.settings["key_store_url"] = f"sqlite:///{service.folder}/same/goodoffices.db"


def no_key_store(service: Service) -> None:
    service.settings["key_store_url"] = None
    service.data.mkdir(mode=0o700, exist_ok=True)


def an_open_data_folder(service: Service) -> None:
    service.data.chmod(0o750)


def open_file(name: str) -> Break:
    def open_it(service: Service) -> None:
        (service.data / name).touch()
        (service.data / name).chmod(0o640)

    open_it.__name__ = f"an open {name}"
    return open_it


def no_tables(service: Service) -> None:
    migrate(service.owner, "base")


def tables_of_a_later_version(service: Service) -> None:
    service.owner_says("UPDATE alembic_version SET version_num = '9999'")


def tables_from_before_the_first_release(service: Service) -> None:
    service.owner_says("UPDATE alembic_version SET version_num = '0001'")


def signing_in_as(attributes: str) -> Break:
    def sign_in(service: Service) -> None:
        service.settings["database_url"] = service.with_role(attributes, service.settings["database_url"])

    sign_in.__name__ = f"a role that is {attributes or 'a stranger'}"
    return sign_in


def owning_a_table(service: Service) -> None:
    role = make_url(service.settings["database_url"]).username
    service.owner_says(f"ALTER TABLE waivers OWNER TO {role}")


def saying(statement: str) -> Break:
    def say(service: Service) -> None:
        service.owner_says(statement)

    say.__name__ = statement
    return say


def a_weaker_pragma(pragma: str) -> Break:
    """As if the library had been built without it: the statement after ours has the last word."""

    def weaken(service: Service) -> None:
        service.monkeypatch.setattr(engines, "PRAGMAS", (*engines.PRAGMAS, pragma))

    weaken.__name__ = pragma
    return weaken


def a_disk_without_shared_memory(service: Service) -> None:
    service.monkeypatch.setattr(engines, "_switch_to_wal", lambda _connection: None)
    service.monkeypatch.setattr(engines, "PRAGMAS", (*engines.PRAGMAS, "journal_mode = DELETE"))


def a_server_that_does_not_sync(service: Service) -> None:
    service.settings["database_url"] = service.weak["data"].application
    service.owner = service.weak["data"].owner


def commits_that_nobody_waits_for(service: Service) -> None:
    """As a pooler between could do."""
    connect = engines._postgresql

    def careless(address: Any) -> Any:
        engine = connect(address)
        event.listen(engine, "connect", weaken)
        return engine

    def weaken(driver: Any, _record: object) -> None:
        driver.execute("SET synchronous_commit = off").close()
        driver.commit()

    service.monkeypatch.setattr(engines, "_postgresql", careless)
