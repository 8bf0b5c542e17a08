"""The patient's routes: open, write, read, take along, erase."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.candidacy.sheet import sheet_html, sheet_text
from bot.conversation.service import ConversationService
from bot.errors import ConversationError
from bot.gateway.limits import AddressLimit
from bot.gateway.responses import MESSAGE_LIMIT, read_json
from bot.gateway.stream import events
from bot.store.records import Erasure
from bot.talk import Talk

LONGEST_WAIT_S = 25.0
CHANNEL = "web"
ONE = "/api/conversations/{conversation_id}"


def patient_routes(talk: Talk, *, limit: AddressLimit, languages: tuple[str, ...]) -> list[Route]:
    """Routes under /api/conversations. Every one but the first asks for `Authorization: Bearer …`."""
    service = talk.service

    async def open_conversation(request: Request) -> Response:
        data = await read_json(request)
        if data.get("consent") is not True:
            raise ConversationError("consent_needed", "Nothing is stored without consent; send consent: true.")
        limit.take(request.client.host if request.client else "unknown")
        locale = data.get("locale")
        known = locale if locale in languages else languages[0]
        conversation, token = await service.open(channel=CHANNEL, locale=known)
        return JSONResponse({"id": conversation.id, "token": token}, status_code=201)

    async def post_message(request: Request) -> Response:
        conversation_id = await _conversation_id(service, request)
        data = await read_json(request, MESSAGE_LIMIT)
        if ("text" in data) == ("button" in data):
            raise ConversationError("shape_wrong", "Send client_id and either text or button.")
        if "text" in data:
            accepted = await service.post_text(conversation_id, data.get("client_id"), data["text"])
        else:
            accepted = await service.post_button(conversation_id, data.get("client_id"), data["button"])
        if accepted.erasure is not None:
            return JSONResponse(_receipt(accepted.erasure))
        return JSONResponse({"seq": accepted.seq}, status_code=202 if accepted.is_new else 200)

    return [
        Route("/api/conversations", open_conversation, methods=["POST"]),
        Route(f"{ONE}/messages", post_message, methods=["POST"]),
        *_reading_routes(service),
        Route(f"{ONE}/typing", _typing(service), methods=["POST"]),
        Route(f"{ONE}/messages/{{seq}}/rating", _rating(talk), methods=["PUT"]),
        *_rights_routes(service),
    ]


def _reading_routes(service: ConversationService) -> list[Route]:
    """The same messages in two ways."""

    async def read_messages(request: Request) -> Response:
        conversation_id = await _conversation_id(service, request)
        wait_s = min(_whole_number(request, "wait"), LONGEST_WAIT_S)
        after = _whole_number(request, "after")
        news = await service.news(conversation_id, after=after)
        if wait_s > 0 and not news.messages:
            # The wait ends with the first thing that differs from what the page shows.
            shown = replace(news, typing=request.query_params.get("typing", news.typing) or None)
            news = await service.news(conversation_id, after=after, wait_s=wait_s, shown=shown)
        typing = {"typing": news.typing} if news.typing else {}
        messages = [message.to_json() for message in news.messages]
        return JSONResponse({"messages": messages, "state": news.state} | typing)

    async def stream(request: Request) -> Response:
        conversation_id = await _conversation_id(service, request)
        lines = events(service, conversation_id, after=_whole_number(request, "after"))
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(lines, media_type="text/event-stream", headers=headers)

    return [
        Route(f"{ONE}/messages", read_messages, methods=["GET"]),
        Route(f"{ONE}/stream", stream, methods=["GET"]),
    ]


def _typing(service: ConversationService) -> Callable[[Request], Awaitable[Response]]:
    async def typing(request: Request) -> Response:
        await service.note_typing(await _conversation_id(service, request))
        return Response(status_code=204)

    return typing


def _rating(talk: Talk) -> Callable[[Request], Awaitable[Response]]:
    async def rate(request: Request) -> Response:
        conversation_id = await _conversation_id(talk.service, request)
        data = await read_json(request)
        if not isinstance(data.get("helpful"), bool):
            raise ConversationError("shape_wrong", "Send helpful: true or false.")
        seq = _number(request.path_params["seq"], "seq")
        await talk.learning.rate(conversation_id, seq, is_helpful=data["helpful"])
        return JSONResponse({"seq": seq, "helpful": data["helpful"]})

    return rate


def _rights_routes(service: ConversationService) -> list[Route]:
    """What a patient may do with all that is held: take it along, have it erased."""

    async def export(request: Request) -> Response:
        conversation_id = await _conversation_id(service, request)
        return JSONResponse(await service.export(conversation_id))

    async def sheet(request: Request) -> Response:
        found = await service.sheet(await _conversation_id(service, request))
        if request.query_params.get("as") == "text":
            return _file(sheet_text(found), "text/plain", "sheet.txt")
        return _file(sheet_html(found), "text/html", "sheet.html")

    async def erase(request: Request) -> Response:
        erasure = await service.erase(await _conversation_id(service, request))
        return JSONResponse(_receipt(erasure))

    return [
        Route(f"{ONE}/export", export, methods=["GET"]),
        Route(f"{ONE}/sheet", sheet, methods=["GET"]),
        Route(ONE, erase, methods=["DELETE"]),
    ]


def _receipt(erasure: Erasure) -> dict[str, Any]:
    return {
        "receipt": erasure.receipt_id,
        "erased_at": erasure.erased_at.isoformat(),
        "messages": erasure.messages,
    }


def _file(content: str, media_type: str, name: str) -> Response:
    # To be saved, never shown under our own address: it holds what a patient said.
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)


async def _conversation_id(service: ConversationService, request: Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise ConversationError("token_missing", "This request needs the conversation's bearer token.", status=401)
    known = await service.authenticate(str(request.path_params["conversation_id"]), token.strip())
    return known.id


def _whole_number(request: Request, name: str) -> int:
    """A query parameter of 0 or more; 0 when it isn't given."""
    return _number(request.query_params.get(name, "0"), name)


def _number(value: str, name: str) -> int:
    if not value.isascii() or not value.isdigit() or len(value) > 9:
        raise ConversationError("number_wrong", f"{name} must be a whole number of 0 or more.")
    return int(value)
