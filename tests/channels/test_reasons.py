from __future__ import annotations

import re

import pytest

from bot.channels import reasons
from bot.channels.reasons import WORDS, http_status, in_words, smtp_status
from bot.settings import Settings

CODES = [value for name, value in vars(reasons).items() if name.isupper() and isinstance(value, str)]


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_its_sentence(code: str) -> None:
    assert WORDS[code][-1] in ".?"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (smtp_status(451), "The mail server answered with 451. That should pass."),
        (smtp_status(554), "The mail server answered with 554."),
        (http_status(503), "The webhook's receiver answered with 503. That should pass."),
        (http_status(429), "The webhook's receiver answered with 429. That should pass."),
        (http_status(302), "answered with 302, a redirect. Set MESOGUIDE_WEBHOOK_URL to the final address."),
        (http_status(403), "answered with 403. Check that it knows our signature's secret."),
        (http_status(410), "answered with 410. Nobody listens at MESOGUIDE_WEBHOOK_URL any more."),
        (http_status(422), "The webhook's receiver answered with 422."),
        ("of another version", "It failed (of another version)."),
    ],
)
def test_a_status_says_what_to_do(code: str, words: str) -> None:
    assert in_words(code).endswith(words)


def test_the_settings_that_sentences_name_exist() -> None:
    named = set(
        re.findall(r"MESOGUIDE_([A-Z_]+)", " ".join([*WORDS.values(), *map(in_words, ("http_302", "http_404"))]))
    )
    assert named
    assert {name.lower() for name in named} <= set(Settings.__fields__)
