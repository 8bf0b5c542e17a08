"""Whatever a message holds, it shows as words."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.console.markup import plain, rich
from bot.markdown import is_safe

TAG = re.compile(r"<[^>]*>")
OURS = re.compile(
    r"</?(p|br|ul|li|strong|ol)>|</a>|<p class='said'>|<ol start=\"\d{1,3}\">"
    r"|<a href=\"(https|tel|mailto):[^\"<>]*\"( target=\"_blank\" rel=\"noopener noreferrer\")?>"
)
BAD = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "**<b onmouseover=alert(1)>**",
    "[click](javascript:alert(1))",
    "[click](JaVaScRiPt:alert(1))",
    "[click](data:text/html,<script>alert(1)</script>)",
    "[click](//evil.example)",
    '[click](https://a.example/"onmouseover="alert(1))',
    "[<script>](https://a.example)",
    "- <iframe src=https://evil.example>",
    "1. **[x](vbscript:1)**",
    "[click](https://[::1)",
    "&lt;script&gt;",
]


@pytest.mark.parametrize("text", BAD)
def test_no_tag_and_no_dangerous_link_gets_through(text: str) -> None:
    for shown in (rich(text), plain(text)):
        assert all(OURS.fullmatch(tag) for tag in TAG.findall(str(shown)))
        assert "javascript:" not in re.sub(r">[^<]*<", "><", str(shown)).lower()


@given(st.text(alphabet=st.sampled_from("<>[]()*\"'&-1. \nahtps:/javcri‮​"), max_size=200))
def test_no_text_whatever_makes_a_tag_of_its_own(text: str) -> None:
    assert all(OURS.fullmatch(tag) for tag in TAG.findall(str(rich(text))))


def test_bold_lists_and_links_are_shown_as_the_widget_shows_them() -> None:
    text = "**Soon**\n- one [guide](https://a.example/b?c=1&d=2)\n- two\n\n3. call [us](tel:+441234)\nbye"
    assert str(rich(text)) == (
        "<p><strong>Soon</strong></p>"
        '<ul><li>one <a href="https://a.example/b?c=1&amp;d=2" target="_blank" rel="noopener noreferrer">guide</a></li>'
        "<li>two</li></ul>"
        '<ol start="3"><li>call <a href="tel:+441234">us</a></li></ol><p>bye</p>'
    )


def test_a_patients_marks_are_no_markup() -> None:
    assert str(plain("**no** [x](https://a.example)")) == "<p class='said'>**no** [x](https://a.example)</p>"


@pytest.mark.parametrize("text", ["مرحبا ‮ abc", "a​b‍c", "w" * 500, "👩‍⚕️"])
def test_other_scripts_zero_widths_and_long_words_stay_as_they_are(text: str) -> None:
    assert text in str(plain(text))
    assert text in str(rich(text))


@pytest.mark.parametrize("sign", ["[", "**a", "*", "(", "[a](", "- ", "\n", "a ", "<", "1."])
def test_twenty_thousand_characters_are_shown_at_once(sign: str) -> None:
    text = (sign * 20_000)[:20_000]
    started = time.perf_counter()
    rich(text)
    assert time.perf_counter() - started < 0.5


@pytest.mark.parametrize("address", [None, "", "javascript:1", "http://a.example", "ftp://a", "/console", "https"])
def test_only_secure_pages_telephones_and_mail_may_be_linked(address: str | None) -> None:
    assert not is_safe(address)
