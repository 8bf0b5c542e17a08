"""What a page of the console is: an address, what it does, and what it asks of whoever opens it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response

from bot.channels.app import App
from bot.clinic import Clinic
from bot.conversation.bulletin import Bulletin
from bot.conversation.learning import Learning
from bot.conversation.service import ConversationService
from bot.handoff.alerts import Alerts
from bot.handoff.desk import Desk
from bot.office import Office
from bot.people import StaffSession
from bot.store.store import Store
from bot.vocabulary import Permission

Endpoint = Callable[[Request, StaffSession], Awaitable[Response]]
"""Gets the session of a member of staff who may open the page. A form's fields are in `request.state.form`."""

PublicEndpoint = Callable[[Request, StaffSession | None], Awaitable[Response]]
"""Of a page that asks for nothing: the session is None unless somebody is signed in."""


@dataclass(frozen=True)
class Page:
    """`path` is below /console. A page with forms takes POST too; the guard has checked each form's `csrf`."""

    path: str
    endpoint: Endpoint | PublicEndpoint
    needs: Permission
    methods: tuple[str, ...] = ("GET",)
    is_background: bool = False
    """Asked for by a page rather than by a person, so that it doesn't put off the idle lock."""


@dataclass(frozen=True)
class Tools:
    """What pages work with. Blocking calls to the store and the desk belong into `asyncio.to_thread`."""

    store: Store
    desk: Desk
    service: ConversationService
    bulletin: Bulletin
    office: Office
    learning: Learning
    alerts: Alerts
    require_totp: bool = False
    apps: Mapping[str, App] = field(default_factory=dict)
    """The messaging apps in which patients write, by name."""

    @property
    def clinic(self) -> Clinic:
        """The clinic's facts as they are now."""
        return self.office.present()
