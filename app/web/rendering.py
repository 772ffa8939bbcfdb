"""The templates, compiled when first used; knows no page."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment


class Templates:
    """What pages are rendered from."""

    def rendered(self, template: str, page: Any = None) -> bytes:
        """The page, UTF-8."""
        return self._environment.get_template(template).render(page=page).encode()

    @cached_property
    def _environment(self) -> Environment:
        from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape  # late: no start needs it

        return Environment(
            loader=PackageLoader("app.web"), autoescape=select_autoescape(), undefined=StrictUndefined, trim_blocks=True
        )
