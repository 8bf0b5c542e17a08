from __future__ import annotations

from typing import Any

import pytest

from bot.channels.graph.reasons import reason, refusal
from bot.channels.http import Answer
from bot.errors import ChatGone


def failed(code: int | None = None, *, subcode: int | None = None, status: int = 400, **more: Any) -> Answer:
    error = {"message": "(#1) +16505551234 said that", "code": code, "error_subcode": subcode, **more}
    return Answer(status, {} if code is None else {"error": error}, None)


@pytest.mark.parametrize(
    ("answer", "code", "is_permanent"),
    [
        (failed(190, subcode=463, status=401), "bad_token", True),
        (failed(0, status=401), "bad_token", True),
        (failed(200, status=403), "bad_token", True),
        (failed(10, status=403), "bad_token", True),
        (failed(10, subcode=2018278, status=403), "window_over", True),
        (failed(131047), "window_over", True),
        (failed(4), "app_busy", False),
        (failed(613), "app_busy", False),
        (failed(80007), "app_busy", False),
        (failed(130429, status=429), "app_busy", False),
        (failed(131056), "app_busy", False),
        (failed(1200), "app_busy", False),
        (failed(2, status=500), "app_busy", False),
        (failed(1, status=500), "app_busy", False),
        (failed(99, is_transient=True), "app_busy", False),
        (failed(131026), "no_such_chat", True),
        (failed(100, subcode=2018001), "no_such_chat", True),
        (failed(551, subcode=1545041), "chat_gone", True),
        (failed(200, subcode=1545041, status=403), "chat_gone", True),
        (failed(131050), "chat_gone", True),
        (failed(132000), "bad_template", True),
        (failed(132001, status=404), "bad_template", True),
        (failed(132016), "bad_template", True),
        (failed(100), "app_refused", True),
        (failed(1), "app_refused", True),
        (failed(131031, status=403), "app_refused", True),
        (failed(status=400), "app_refused", True),
        (failed(status=401), "bad_token", True),
        (failed(status=404), "app_refused", True),
        (failed(status=429), "app_busy", False),
        (failed(status=503), "app_busy", False),
        (failed(status=302), "bad_answer", False),
    ],
)
def test_each_error_is_put_in_our_terms(answer: Answer, code: str, is_permanent: bool) -> None:
    error = refusal(answer)
    assert (error.code, error.is_permanent) == (code, is_permanent)
    assert "16505551234" not in str(error)
    assert isinstance(error, ChatGone) == (code == "chat_gone")


def test_how_long_to_wait_is_kept_only_where_waiting_helps() -> None:
    assert refusal(Answer(429, {"error": {"code": 4}}, 30.0)).retry_after_s == 30.0
    assert refusal(Answer(503, {}, 7.0)).retry_after_s == 7.0
    assert refusal(Answer(400, {"error": {"code": 100}}, 30.0)).retry_after_s is None


@pytest.mark.parametrize(
    "odd", [{"error": None}, {"error": "x"}, {"error": {"code": "190"}}, {"error": {"code": None}}]
)
def test_an_error_of_an_odd_shape_is_a_refusal(odd: dict[str, Any]) -> None:
    assert refusal(Answer(400, odd, None)).code == "app_refused"


def test_an_unknown_code_is_a_refusal() -> None:
    assert reason(-1) == reason(10**9) == "app_refused"
