"""A messaging app's server on this machine: each app's own fake says what it takes, and any of them can misbehave."""

from __future__ import annotations

import json
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar


@dataclass(frozen=True)
class Request:
    """One request as it came. `path` is without the query."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


@dataclass(frozen=True)
class Answer:
    status: int = 200
    body: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one request.

    `answer`: given instead of handling it. `is_taken`: the request is handled all the same, so that trying again makes
    a second copy. `hang_s`: how long it takes. `is_cut`: the connection ends without an answer.
    """

    answer: Answer | None = None
    is_taken: bool = False
    hang_s: float = 0.0
    is_cut: bool = False


class Platform(ABC):
    """`handle` decides; `faults` are for the next requests, one each; `requests` are all that came."""

    def __init__(self) -> None:
        self.url = ""
        self.requests: list[Request] = []
        self.faults: list[Fault] = []
        self.lock = threading.Lock()

    @abstractmethod
    def handle(self, request: Request) -> Answer:
        """As the real one, with its real limits and errors. Called by one thread at a time."""

    def serve(self, request: Request) -> Answer | None:
        """None cuts the connection."""
        with self.lock:
            self.requests.append(request)
            fault = self.faults.pop(0) if self.faults else Fault()
            answer = self.handle(request) if fault.answer is None or fault.is_taken else Answer()
        time.sleep(fault.hang_s)
        return None if fault.is_cut else fault.answer or answer


P = TypeVar("P", bound=Platform)


@contextmanager
def running(platform: P) -> Iterator[P]:
    """Serve it on loopback; `url` is where."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            path, _, query = self.path.partition("?")
            answer = platform.serve(Request(self.command, path, query, dict(self.headers.items()), body))
            if answer is None:
                self.close_connection = True
                return
            data = json.dumps(answer.body).encode()
            self.send_response(answer.status)
            for name, value in {**answer.headers, "Content-Length": str(len(data))}.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST
        do_DELETE = do_POST

        def log_message(self, *_anything: object) -> None:
            return

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 64

    server = Server(("127.0.0.1", 0), Handler)
    platform.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield platform
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
