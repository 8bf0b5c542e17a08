"""Addresses inside the console: where to go next, and whether a form came from one of our pages."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from starlette.requests import Request

HOME = "/console/"
INSIDE = re.compile(r"/console/[A-Za-z0-9._~/?=&%+,:@-]*")
SAFE_METHODS = frozenset({"GET", "HEAD"})
FROM_US = frozenset({"same-origin", "none"})
LONGEST = 1000


def safe_next(wanted: str | None) -> str:
    """`wanted` if it is an address inside the console, otherwise the queue: nobody is led to another site."""
    if not wanted or len(wanted) > LONGEST or INSIDE.fullmatch(wanted) is None or "/.." in wanted:
        return HOME
    return wanted


def way_to(page: str, where: str) -> str:
    """The address of a page that afterwards leads to `where`."""
    return f"{page}?next={quote(where, safe='/')}"


def way_back(request: Request) -> str:
    """Where somebody was who has to sign in first: the page itself, or the one that the form stood on."""
    if request.method in SAFE_METHODS:
        return safe_next(_local(request.url.path, request.url.query))
    referer = urlsplit(request.headers.get("referer", ""))
    return safe_next(_local(referer.path, referer.query)) if referer.netloc == request.url.netloc else HOME


def is_from_us(request: Request, *, is_certain: bool = False) -> bool:
    """Whether one of our own pages sent it. `is_certain`: refuse what says nothing of where it comes from."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        # Browsers alone can set it, and it holds behind any proxy.
        return site in FROM_US
    origin = request.headers.get("origin")
    if origin is None:
        return not is_certain
    return origin.partition("://")[2] == request.headers.get("host")


def own_address(request: Request) -> str:
    """Where the browser of whoever sent a form reaches us, without a path."""
    origin = request.headers.get("origin", "")
    if re.fullmatch(r"https?://[^/\s]+", origin):
        return origin
    return f"{request.url.scheme}://{request.url.netloc}"


def _local(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path
