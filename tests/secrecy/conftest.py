"""A furnished house on each engine."""

from tests.api.conftest import engine_settings, house

__all__ = ["engine_settings", "house"]
