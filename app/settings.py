"""What an operator can set, in the environment (GOODOFFICES_…) or by option; read by main, server and cli only."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Everything that can be set, each with a safe default; frozen once read. No secret has a default."""

    model_config = SettingsConfigDict(env_prefix="GOODOFFICES_", frozen=True, extra="ignore")

    host: str = Field("127.0.0.1", description="The address to listen on. The default answers this machine only.")
    port: Annotated[int, Field(ge=0, le=65_535)] = Field(8000, description="The port; 0 lets the system choose one.")
    data_dir: Path = Field(Path("data"), description="The folder of the embedded SQLite file.")
    database_url: str | None = Field(
        None, description="sqlite:///PATH or postgresql+psycopg://…; absent means the SQLite file in the data folder."
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

    @property
    def store(self) -> str:
        """The URL of the database that is really used."""
        return self.database_url or f"sqlite:///{self.data_dir / 'goodoffices.db'}"

    @property
    def embedded(self) -> bool:
        """Whether the database is the service's own SQLite file, which it may create and migrate by itself."""
        return self.store.startswith("sqlite")
