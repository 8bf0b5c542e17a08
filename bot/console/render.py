"""Templates into pages. Everything that is put into one is escaped, unless it was built as safe markup."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from bot.people import StaffSession
from bot.staff.permissions import may
from bot.vocabulary import Permission

TEMPLATES = Path(__file__).resolve().parent / "templates"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def html(template: str, session: StaffSession | None, **values: Any) -> str:
    """The template as text, for fragments. Every template knows `session`, `me`, `csrf` and `can(permission)`."""

    def can(permission: str) -> bool:
        return session is not None and may(session.staff.role, Permission(permission))

    me = session.staff if session else None
    known = {"session": session, "me": me, "csrf": session.csrf if session else "", "can": can}
    return _environment().get_template(template).render(**(known | values))


def page(template: str, session: StaffSession | None, *, status: int = 200, **values: Any) -> HTMLResponse:
    """The template as a response that no browser keeps."""
    return HTMLResponse(html(template, session, **values), status_code=status, headers={"Cache-Control": "no-store"})
