"""A patient's browser as the gateway's tests see it: speaks HTTP, knows one conversation."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2

from tests.conversation.samples import QUESTION

ANSWER_TIMEOUT_S = 20.0


class Patient:
    """One conversation over any client: the application in process, or the running product."""

    def __init__(self, client: httpx2.Client) -> None:
        self.client = client
        response = client.post("/api/conversations", json={"consent": True})
        assert response.status_code == 201, response.text
        self.id: str = response.json()["id"]
        self.token: str = response.json()["token"]
        self.path = f"/api/conversations/{self.id}"
        self._numbers = itertools.count(1)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def post(self, body: Any) -> httpx2.Response:
        """Any JSON to the messages' address."""
        return self.client.post(f"{self.path}/messages", json=body, headers=self.headers)

    def post_raw(self, body: bytes) -> httpx2.Response:
        """Any bytes to the messages' address."""
        headers = self.headers | {"Content-Type": "application/json"}
        return self.client.post(f"{self.path}/messages", content=body, headers=headers)

    def send(self, text: str, client_id: str | None = None) -> httpx2.Response:
        """A typed message, under a fresh client id unless one is given."""
        return self.post({"client_id": client_id or f"message-{next(self._numbers)}", "text": text})

    def press(self, button_id: str) -> httpx2.Response:
        return self.post({"client_id": f"message-{next(self._numbers)}", "button": button_id})

    def get(self, **parameters: Any) -> httpx2.Response:
        return self.client.get(f"{self.path}/messages", params=parameters, headers=self.headers)

    def messages(self, after: int = 0) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get(after=after).json()["messages"]
        return found

    def reply_to(self, seq: int, timeout_s: float = ANSWER_TIMEOUT_S) -> dict[str, Any]:
        """The envelope of the first bot message after `seq`."""
        until = time.monotonic() + timeout_s
        while time.monotonic() < until:
            found = self.get(after=seq, wait=1).json()["messages"]
            for message in found:
                if message["author"] == "bot":
                    envelope: dict[str, Any] = message["envelope"]
                    return envelope
        raise AssertionError(f"No answer to message {seq} within {timeout_s} s.")

    def ask(self, text: str, timeout_s: float = ANSWER_TIMEOUT_S) -> dict[str, Any]:
        """Send and wait for the reply's envelope."""
        response = self.send(text)
        assert response.status_code == 202, response.text
        return self.reply_to(response.json()["seq"], timeout_s)

    @contextmanager
    def stream(self, after: int = 0) -> Iterator[Iterator[dict[str, str]]]:
        """The server-sent events as dictionaries of their fields; comments are left out."""
        path, parameters = f"{self.path}/stream", {"after": after}
        with self.client.stream("GET", path, params=parameters, headers=self.headers) as response:
            assert response.status_code == 200
            assert response.headers["content-type"].startswith("text/event-stream")
            yield _events(response.iter_lines())


def _events(lines: Iterator[str]) -> Iterator[dict[str, str]]:
    event: dict[str, str] = {}
    for line in lines:
        if not line and event:
            yield event
            event = {}
        elif line and not line.startswith(":"):
            name, _, value = line.partition(": ")
            event[name] = value


def assert_error(response: httpx2.Response, status: int, code: str) -> None:
    """One shape for every error, a sentence for people, and nothing of our insides."""
    assert response.status_code == status, response.text
    body = response.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message"}
    assert body["error"]["code"] == code
    assert 10 < len(body["error"]["message"]) < 200
    for inside in ("Traceback", "File ", "Error(", "sqlalchemy", "/bot/"):
        assert inside not in response.text


def assert_goes_on(patient: Patient) -> None:
    """Whatever was sent before: the next question is answered."""
    assert patient.ask(QUESTION)["kind"] == "answer"
