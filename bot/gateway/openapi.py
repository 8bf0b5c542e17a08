"""Serves the description of the patient's routes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.documents import load_yaml

DESCRIPTION = Path(__file__).with_name("openapi.yml")


def openapi_routes() -> list[Route]:
    description: dict[str, Any] = load_yaml(DESCRIPTION)

    async def openapi(request: Request) -> Response:
        return JSONResponse(description)

    return [Route("/api/openapi.json", openapi)]
