from __future__ import annotations

import hashlib
import hmac
import re
import time
from collections.abc import Callable
from email.utils import format_datetime
from typing import Any

import pytest

from bot.errors import DeliveryError
from bot.settings import ROOT
from tests.channels.mail_server import free_port
from tests.channels.receiver import SECRET, Receiver
from tests.channels.samples import leased, post, poster
from tests.store.samples import later

pytestmark = pytest.mark.anyio
README = ROOT / "bot" / "channels" / "webhook" / "README.md"


def _documented_check() -> Callable[[str, str, bytes], bool]:
    snippet = README.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    known: dict[str, Any] = {}
    exec(snippet, known)
    found: Callable[[str, str, bytes], bool] = known["is_ours"]
    return found


async def _refused(url: str) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await poster(url).send(leased(post()))
    return caught.value


async def test_a_document_arrives_signed(hook: Receiver) -> None:
    one = leased(post())
    await poster(hook.url).send(one)
    (found,) = hook.posts
    assert found.document == {"event": "test", "text": "Somebody waits – jetzt.", "id": one.stable_id}
    assert found.headers["Content-Type"] == "application/json"
    assert found.headers["Idempotency-Key"] == one.stable_id
    shape = re.fullmatch(r"t=(\d+),v1=([0-9a-f]{64})", found.headers["X-MesoGuide-Signature"])
    assert shape is not None
    at, signed = shape.groups()
    assert abs(time.time() - int(at)) < 30
    assert signed == hmac.new(SECRET.encode(), f"{at}.".encode() + found.body, hashlib.sha256).hexdigest()


async def test_the_documented_check_accepts_ours_and_nothing_else(hook: Receiver) -> None:
    is_ours = _documented_check()
    await poster(hook.url).send(leased(post()))
    (found,) = hook.posts
    header = found.headers["X-MesoGuide-Signature"]
    assert is_ours(SECRET, header, found.body)
    assert not is_ours(SECRET, header, found.body + b" ")
    assert not is_ours("another-secret", header, found.body)
    old = re.sub(r"t=\d+", "t=1000000000", header)
    assert not is_ours(SECRET, old, found.body)


@pytest.mark.parametrize("status", [200, 201, 202, 204])
async def test_any_2xx_will_do(status: int, hook: Receiver) -> None:
    hook.answers = [(status, {})]
    await poster(hook.url).send(leased(post()))


GIVEN_UP, PASSING = (400, 401, 404, 410, 422), (408, 425, 429, 500, 502, 503)


@pytest.mark.parametrize("status", [*GIVEN_UP, *PASSING])
async def test_the_status_decides_whether_to_try_again(status: int, hook: Receiver) -> None:
    hook.answers = [(status, {})]
    error = await _refused(hook.url)
    assert (error.code, error.is_permanent) == (f"http_{status}", status in GIVEN_UP)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_no_redirect_is_followed(status: int, hook: Receiver) -> None:
    hook.answers = [(status, {"Location": hook.url})]
    error = await _refused(hook.url)
    assert (error.code, error.is_permanent, len(hook.posts)) == (f"http_{status}", True, 1)


@pytest.mark.parametrize("status", [429, 503])
async def test_the_receiver_says_how_long_to_wait(status: int, hook: Receiver) -> None:
    hook.answers = [(status, {"Retry-After": "120"})]
    assert (await _refused(hook.url)).retry_after_s == 120


async def test_the_time_to_wait_may_be_a_date_and_nonsense_is_none(hook: Receiver) -> None:
    ahead = time.time() - later(0).timestamp() + 300
    hook.answers = [(429, {"Retry-After": format_datetime(later(ahead), usegmt=True)})]
    wait_s = (await _refused(hook.url)).retry_after_s
    assert wait_s is not None
    assert 290 < wait_s <= 300
    for nonsense in ("soon", "-5", "1e9", "٣"):
        hook.answers = [(429, {"Retry-After": nonsense.encode().decode("latin-1")})]
        assert (await _refused(hook.url)).retry_after_s is None


async def test_nobody_there_is_tried_again() -> None:
    error = await _refused(f"http://127.0.0.1:{free_port()}/")
    assert (error.code, error.is_permanent) == ("no_connection", False)


async def test_a_receiver_that_hangs_is_left(hook: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.http.TIMEOUT_S", 0.3)
    hook.answers = [(0, {})]
    error = await _refused(hook.url)
    assert (error.code, error.is_permanent) == ("timeout", False)


async def test_plain_http_where_tls_is_expected_is_an_error_of_encryption(hook: Receiver) -> None:
    error = await _refused(hook.url.replace("http:", "https:"))
    assert (error.code, error.is_permanent) == ("tls", False)
