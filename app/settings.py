"""What an operator can set, in the environment (GOODOFFICES_…) or by option; read by main, server and cli only."""

import os
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX: Final = "GOODOFFICES_"
# Variables that others read: the curl of the README, and compose.yaml.
NO_SETTINGS: Final = (
    *("GOODOFFICES_KEY", "GOODOFFICES_DATABASE_PASSWORD", "GOODOFFICES_APPLICATION_PASSWORD"),
    "GOODOFFICES_PUBLISHED_PORT",
)


def _key_file() -> Path:
    """In the user's folder for settings, as a key beside the data would be in every copy of them."""
    settings = os.environ.get("XDG_CONFIG_HOME")
    return (Path(settings) if settings else Path.home() / ".config") / "goodoffices" / "master.key"


class Settings(BaseSettings):
    """Everything that can be set, each with a safe default; frozen once read. No secret has a default."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    host: str = Field("127.0.0.1", description="The address to listen on. The default answers this machine only.")
    public: bool = Field(
        False, description="Say true where others may reach the address, as a proxy that ends TLS stands before it."
    )
    port: Annotated[int, Field(ge=0, le=65_535)] = Field(8000, description="The port; 0 lets the system choose one.")
    data_dir: Path = Field(Path("data"), description="The folder of the embedded SQLite file.")
    database_url: str | None = Field(
        None, description="sqlite:///PATH or postgresql+psycopg://…; absent means the SQLite file in the data folder."
    )
    key_store_url: str | None = Field(
        None, description="Where wrapped keys are kept, apart from the data; absent means keys.db in the data folder."
    )
    key_file: Path = Field(
        default_factory=_key_file,
        description="The file of the master keys. Keep it, and a copy, outside the data folder.",
    )
    master_keys: SecretStr | None = Field(None, description="The master keys themselves, instead of a file.")
    accepted_risks: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Names of start rules, with commas, that may be broken: docs/operation.md tells which can."
    )
    application_role: str | None = Field(
        None, description="On PostgreSQL, the role that the service signs in as; migrate lets it use the tables."
    )
    rate_limits: Annotated[str, Field(max_length=200)] = Field(
        "600/minute;20000/day", description="How many requests each key and each session may send."
    )
    anonymous_rate_limits: Annotated[str, Field(max_length=200)] = Field(
        "120/minute", description="How many requests each address may send of those that need no key."
    )
    most_initiatives: Annotated[int, Field(ge=1)] = Field(
        100_000, description="How many initiatives an organisation may store."
    )
    adopted_checklist: Annotated[str, Field(max_length=100)] = Field(
        "track-two", description="The checklist that judges what is stored, by name or by name and version."
    )
    checklists: Path | None = Field(None, description="A folder of checklists and overlays of your own.")
    log_format: Literal["json", "text"] = Field("json", description="How log lines are written to standard error.")
    access_log: bool = Field(True, description="Whether each request leaves a line: never contents, ids or queries.")
    receive_seconds: Annotated[float, Field(gt=0, le=600)] = Field(
        5.0, description="How many seconds a client has to send a whole request."
    )

    @field_validator("accepted_risks", mode="before")
    @classmethod
    def _apart(cls, given: Any) -> Any:
        return tuple(given.replace(",", " ").split()) if isinstance(given, str) else given

    @property
    def store(self) -> str:
        """The URL of the database that is really used."""
        return self.database_url or f"sqlite:///{self.data_dir / 'goodoffices.db'}"

    @property
    def key_store(self) -> str:
        """The URL of the key store that is really used."""
        return self.key_store_url or f"sqlite:///{self.data_dir / 'keys.db'}"

    @property
    def embedded(self) -> bool:
        """Whether the database is the service's own SQLite file, which it may create and migrate by itself."""
        return self.store.startswith("sqlite")

    @property
    def data_folder(self) -> Path | None:
        """The data folder, if anything lies in it."""
        return self.data_dir if self.database_url is None or self.key_store_url is None else None


def names() -> frozenset[str]:
    """Every variable that means something."""
    return frozenset(PREFIX + name.upper() for name in Settings.model_fields) | frozenset(NO_SETTINGS)
