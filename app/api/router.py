"""Every route of the API in one list; knows the nouns and nothing about them."""

from starlette.routing import BaseRoute

from app.api import (
    api_keys,
    audit,
    break_glass,
    checklists,
    comments,
    designs,
    feedback,
    health,
    initiatives,
    jobs,
    library,
    members,
    notices,
    oneself,
    organisations,
    portfolio,
    previews,
    readers,
    reviews,
    revisions,
    roles,
    sessions,
    start,
    waivers,
)

ROUTERS = (
    *(feedback, initiatives, designs, revisions, waivers, checklists, library, previews),
    *(reviews, comments),
    *(roles, readers, break_glass, notices),
    *(oneself, sessions, organisations, members, api_keys, audit),
    *(portfolio, jobs, start, health),
)


def api_routes() -> list[BaseRoute]:
    """The routes, the busiest first."""
    return [route for module in ROUTERS for route in module.router.routes]
