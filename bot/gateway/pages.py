"""The widget's files, what it must know of the clinic, and the demo page that carries it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.clinic import Clinic
from bot.conversation.inbound import MAX_CHARACTERS

WIDGET = Path(__file__).resolve().parent.parent / "widget"


def page_routes(present: Callable[[], Clinic], *, starters: tuple[str, ...]) -> list[BaseRoute]:
    """/widget/… and /demo. `present` is the clinic as it is now; the widget offers `starters` first."""

    async def widget_config(request: Request) -> Response:
        clinic = present()
        config = {
            "clinic_name": clinic.name,
            "emergency_number": clinic.emergency_number,
            "phone": clinic.phones.reception,
            "privacy_url": clinic.privacy_url,
            "retention_days": clinic.retention_days,
            "minimum_age": clinic.minimum_age,
            "starters": list(starters),
            "max_characters": MAX_CHARACTERS,
        }
        return JSONResponse(config, headers={"Cache-Control": "no-cache"})

    async def panel(request: Request) -> Response:
        return FileResponse(WIDGET / "panel.html", headers={"Cache-Control": "no-cache"})

    async def demo(request: Request) -> Response:
        return FileResponse(WIDGET / "demo.html", headers={"Cache-Control": "no-cache"})

    async def home(request: Request) -> Response:
        return RedirectResponse("/demo")

    return [
        Route("/", home),
        Route("/demo", demo),
        Route("/widget/panel", panel),
        Route("/widget/config.json", widget_config),
        # Only these are packed: they hold nothing secret, and answers beside a token stay unpacked.
        Mount("/widget", GZipMiddleware(_RevalidatedFiles(directory=WIDGET))),
    ]


class _RevalidatedFiles(StaticFiles):
    """Browsers ask each time whether a file changed, so that no widget runs half old and half new."""

    def file_response(self, *args, **kwargs):  # type: ignore[no-untyped-def]  # passes everything through
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response
