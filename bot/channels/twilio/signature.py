"""Twilio's signature: base64 of HMAC-SHA1 over the address and the sorted fields, with the account's token.

Twilio's own library has this too, but compares in a way that takes less time for a wrong length, has no types, and
can't read every address. The tests hold ours against it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterator, Sequence
from urllib.parse import parse_qsl

Pairs = Sequence[tuple[bytes, bytes]]
BODY_HASH = "bodySHA256"
ADDRESS = re.compile(r"(https?)://(?:[^/?#@]*@)?([^/?#]*?)(:\d*)?([/?][^#]*)?(?:#.*)?", re.DOTALL)
PORTS = {"https": ":443", "http": ":80"}


def read_form(body: bytes) -> Pairs:
    """The fields of a form, byte for byte as they were signed. Never raises."""
    # Through Latin-1 every byte becomes one character and comes back as it was.
    pairs = parse_qsl(body.decode("latin-1"), keep_blank_values=True, encoding="latin-1")
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in pairs]


def signature(token: str, url: str, fields: Pairs) -> bytes:
    """What Twilio sends in X-Twilio-Signature. A field that comes twice with the same value counts once."""
    signed = url.encode("utf-8", "surrogateescape") + b"".join(name + value for name, value in sorted(set(fields)))
    return base64.b64encode(hmac.new(token.encode(), signed, hashlib.sha1).digest())


def is_signed(token: str, url: str, fields: Pairs, given: str) -> bool:
    """Whether Twilio signed it. An empty token signs nothing."""
    received = given.encode("utf-8", "surrogateescape")
    # Each is compared, so that the time doesn't tell which one was near.
    found = [hmac.compare_digest(signature(token, one, fields), received) for one in _spellings(url)]
    return bool(token) and any(found)


def is_signed_body(token: str, url: str, body: bytes, given: str) -> bool:
    """The same for what isn't a form: the address then holds the hash of the body, and no fields are signed."""
    query = dict(parse_qsl(url.partition("#")[0].partition("?")[2], keep_blank_values=True))
    claimed = query.get(BODY_HASH, "").encode("utf-8", "surrogateescape")
    is_body = hmac.compare_digest(hashlib.sha256(body).hexdigest().encode(), claimed)
    return is_signed(token, url, (), given) and is_body


def _spellings(url: str) -> Iterator[str]:
    """With and without the port, since Twilio itself isn't of one mind; never with name, password or #fragment."""
    found = ADDRESS.fullmatch(url)
    if found is None:
        return
    scheme, host, port, rest = found[1], found[2], found[3] or "", found[4] or ""
    yield f"{scheme}://{host}{rest}"
    yield f"{scheme}://{host}{port or PORTS[scheme]}{rest}"
