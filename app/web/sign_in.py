"""Signing in, one's account and signing out, as plain pages with forms; knows no password and no rule."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.domain.access import CredentialKind
from app.domain.errors import BadInput, Forbidden, GoodOfficesError, NotFound, TooMany, Unauthenticated, Unavailable
from app.domain.revision import Initiative
from app.exports.visible import visible
from app.security.browsers import forgotten, kept
from app.security.passwords import MOST_LENGTH
from app.security.permissions import PERMISSIONS, Permission
from app.storage.pages import Page
from app.usecases import initiatives, oneself, sessions
from app.usecases.identity import known_form
from app.usecases.office import Access, Office
from app.usecases.oneself import Oneself
from app.usecases.sessions import LIFE, WRONG, Credentials
from app.web.contexts import AccountPage, InitiativeLink, SignInPage
from app.web.rendering import Templates

SIGN_IN: Final = "/sign-in"
SIGN_OUT: Final = "/sign-out"
ACCOUNT: Final = "/account"
FORMS: Final = frozenset({SIGN_IN, SIGN_OUT})  # the addresses that take a form
LONGEST: Final = {"organisation_id": 100, "sign_in_name": 200, "password": MOST_LENGTH}
SECONDS_WHEN_BUSY: Final = 5
NOT_OURS: Final = "This form did not come from a page of this service. Open the page here, and send it from there."

# Under no-referrer, which other pages have, a browser would send "Origin: null" with a form, and no form of ours could
# be told from one of another site.
_HEADERS: Final = {"Referrer-Policy": "same-origin"}


@dataclass(frozen=True, slots=True)
class Door:
    """How pages find out who asks; the API has the same door.

    Attributes:
        office: what the application works with.
        enter: recognises whoever asks, for this permission and operation, and counts the request.
        enter_unknown: counts a request of somebody who need not be known.
        is_own_form: whether a page of ours sent the form.
        address: where a request comes from.
    """

    office: Callable[[Request], Office]
    enter: Callable[[Request, Permission, str], Awaitable[Access]]
    enter_unknown: Callable[[Request], None]
    is_own_form: Callable[[Request], bool]
    address: Callable[[Request], str]


class AccountPages:
    """The pages of whoever signs in.

    Args:
        templates: what they are rendered from.
        door: how they find out who asks.
    """

    def __init__(self, templates: Templates, door: Door) -> None:
        self._templates = templates
        self._door = door

    async def form(self, request: Request) -> Response:
        """The form to sign in with; whoever is signed in already is shown their account."""
        try:
            access = await self._door.enter(request, PERMISSIONS["oneself.read"], "get_oneself")
            if access.principal.kind is CredentialKind.SESSION:
                return _to(ACCOUNT)
        except (Unauthenticated, Forbidden):
            pass  # nobody is signed in here
        return self._form(request.query_params.get("organisation", ""))

    async def sign_in(self, request: Request) -> Response:
        """Begins a session and leads to the account, or shows the form again and says that something was wrong."""
        if not self._door.is_own_form(request):
            raise Forbidden(NOT_OURS)
        self._door.enter_unknown(request)
        sent = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        try:
            begun = await sessions.sign_in(self._door.office(request), self._given(request, sent))
        except (Unauthenticated, TooMany, Unavailable) as error:
            return self._form(sent.get("organisation_id", ""), error)
        return _to(ACCOUNT, kept(begun.token, int(LIFE.total_seconds())))

    async def account(self, request: Request) -> Response:
        """Who somebody is here, and the initiatives that they can see."""
        office = self._door.office(request)
        try:
            access = await self._door.enter(request, PERMISSIONS["oneself.read"], "get_oneself")
            me = await oneself.get(office, access)
            listing = replace(access, permission=PERMISSIONS["initiatives.list"], operation="list_initiatives")
            found = await initiatives.page(office, listing, cursor=request.query_params.get("cursor"))
        except (Unauthenticated, Forbidden):
            return _to(SIGN_IN)
        except BadInput:  # the cursor is none that the list gave: there is a first page
            return _to(ACCOUNT)
        except (TooMany, Unavailable) as error:
            return self._form("", error)
        return self._page("account.html", _account(me, found))

    async def sign_out(self, request: Request) -> Response:
        """Ends the session at once and leads to the form."""
        try:
            access = await self._door.enter(request, PERMISSIONS["oneself.change"], "sign_out")
            await sessions.sign_out(self._door.office(request), access)
        except (Unauthenticated, NotFound):
            pass  # there is nothing left to end
        return _to(SIGN_IN, forgotten())

    def _given(self, request: Request, sent: dict[str, str]) -> Credentials:
        if any(not 0 < len(sent.get(name, "")) <= longest for name, longest in LONGEST.items()):
            raise Unauthenticated(WRONG)
        return Credentials(
            sent["organisation_id"], sent["sign_in_name"].strip(), sent["password"], self._door.address(request)
        )

    def _form(self, organisation: str, error: GoodOfficesError | None = None) -> Response:
        page = SignInPage(_organisation(organisation), error.detail if error else "")
        status, headers = _refusal(error)
        return self._page("sign-in.html", page, status, headers)

    def _page(self, template: str, page: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
        body = self._templates.rendered(template, page)
        return Response(body, status, {**_HEADERS, **(headers or {})}, "text/html")


def _refusal(error: GoodOfficesError | None) -> tuple[int, dict[str, str]]:
    """The status and headers that the API answers the same with."""
    match error:
        case None:
            return 200, {}
        case TooMany(wait=wait):
            return 429, {"Retry-After": str(wait)}
        case Unavailable():
            return 503, {"Retry-After": str(SECONDS_WHEN_BUSY)}
        case _:
            return 401, {"WWW-Authenticate": "Bearer"}


def _organisation(typed: str) -> str:
    """What was typed or stands in the link, if it is an id and nothing else."""
    try:
        return known_form(typed.strip())
    except NotFound:
        return ""


def _to(path: str, cookie: str | None = None) -> Response:
    return RedirectResponse(path, 303, {} if cookie is None else {"Set-Cookie": cookie})


def _account(me: Oneself, found: Page[Initiative]) -> AccountPage:
    return AccountPage(
        name=visible(me.person.name),
        role=str(me.person.role),
        organisation=visible(me.organisation.name),
        expires_at=f"{me.credential.expires_at:%d %B %Y, %H:%M} UTC",
        initiatives=tuple(
            InitiativeLink(visible(each.title), f"/v1/initiatives/{each.id}/feedback?format=html", each.lifecycle)
            for each in found.items
        ),
        following=_more(found.next),
        previous=_more(found.previous),
    )


def _more(cursor: str | None) -> str:
    return f"{ACCOUNT}?{urlencode({'cursor': cursor})}" if cursor else ""
