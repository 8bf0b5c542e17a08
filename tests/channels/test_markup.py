"""Markdown in the markup of each app: what is meant is shown, and what was typed stays words."""

from __future__ import annotations

import time

import pytest

from bot.channels.markup import literal, words, written
from bot.channels.parts import Markup

HTML, STARS, PLAIN = Markup.HTML, Markup.STARS, Markup.PLAIN
ALL = "**Soon**\n- a [guide](https://a.example/b?c=1&d=2)\n* two\n\n3) call [us](tel:+441234)\nbye"


@pytest.mark.parametrize(
    ("markup", "wanted"),
    [
        (
            HTML,
            '<b>Soon</b>\n• a <a href="https://a.example/b?c=1&amp;d=2">guide</a>\n• two\n\n3) call us (+441234)\nbye',
        ),
        (STARS, "*Soon*\n- a guide (https://a.example/b?c=1&d=2)\n- two\n\n3) call us (+441234)\nbye"),
        (PLAIN, "Soon\n- a guide (https://a.example/b?c=1&d=2)\n- two\n\n3) call us (+441234)\nbye"),
    ],
)
def test_bold_lists_links_and_breaks_are_kept(markup: Markup, wanted: str) -> None:
    assert written(words(ALL, markup), markup) == wanted


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("<b>x</b> & y", "&lt;b&gt;x&lt;/b&gt; &amp; y"),
        ('[x](https://a.example/"onclick="y)', '<a href="https://a.example/&quot;onclick=&quot;y">x</a>'),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
        ("[x](http://a.example)", "[x](http://a.example)"),
        ("**<i>**", "<b>&lt;i&gt;</b>"),
        ("**a [b](https://c.example) d** e", '<b>a <a href="https://c.example">b</a> d</b> e'),
        ("*a* _b_ ~c~ `d`", "*a* _b_ ~c~ `d`"),
        ("a **b**, c", "a <b>b</b>, c"),
    ],
)
def test_html_holds_only_our_own_tags(typed: str, wanted: str) -> None:
    assert written(words(typed, HTML), HTML) == wanted


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("*a* _b c_ ~d~ `e` ```f```", "∗a∗ ＿b c＿ ∼d∼ ˋeˋ ˋˋˋfˋˋˋ"),
        ("> quoted", "› quoted"),
        ("2 * 3 * 4 > 1", "2 * 3 * 4 > 1"),
        ("snake_case_name 2*3*4", "snake_case_name 2*3*4"),
        ("https://a.example/_b_ _c_@d.example", "https://a.example/_b_ _c_@d.example"),
        ("**bold**, un**believ**able", "*bold*, unbelievable"),
        ("**a _b_**", "*a ＿b＿*"),
        ("**see https://a.example/x**", "see https://a.example/x"),
    ],
)
def test_whatsapp_makes_nothing_bold_that_isnt_meant(typed: str, wanted: str) -> None:
    assert written(words(typed, STARS), STARS) == wanted


@pytest.mark.parametrize(
    ("link", "wanted"),
    [
        ("[https://good.example/a](https://evil.example/a)", "https://good.example/a (https://evil.example/a)"),
        ("[good.example](https://evil.example)", "good.example (https://evil.example)"),
        ("[good.example](https://www.good.example/x)", '<a href="https://www.good.example/x">good.example</a>'),
        ("[call +44 12 34](tel:+441234)", "call +44 12 34"),
        ("[a@b.example](mailto:a@b.example?subject=x)", "a@b.example"),
        ("[write us](mailto:a@b.example)", "write us (a@b.example)"),
        ("[ ](https://a.example)", '<a href="https://a.example">https://a.example</a>'),
    ],
)
def test_a_link_says_where_it_leads(link: str, wanted: str) -> None:
    assert written(words(link, HTML), HTML) == wanted


def test_an_address_as_its_own_label_is_said_once() -> None:
    assert written(words("[https://a.example/](https://a.example)", PLAIN), PLAIN) == "https://a.example"


def test_literal_text_has_no_markup_at_all() -> None:
    typed = "**a** [b](https://c.example)\n- d"
    assert written(literal(typed), HTML) == typed
    assert written(literal(typed), PLAIN) == typed
    assert written(literal(typed), STARS) == "∗∗a∗∗ [b](https://c.example)\n- d"


def test_signs_that_no_app_takes_are_left_out_and_odd_breaks_are_breaks() -> None:
    assert written(literal("a\x00b\r\nc\u2028d\x85e\ud800"), PLAIN) == "ab\nc\nd\ne\ufffd"


@pytest.mark.parametrize("sign", ["[", "**a", "*", "(", "[a](", "- ", "\n", "a ", "<", "1.", "**a** "])
@pytest.mark.parametrize("markup", Markup)
def test_twenty_thousand_characters_are_written_at_once(markup: Markup, sign: str) -> None:
    text = (sign * 20_000)[:20_000]
    started = time.perf_counter()
    written(words(text, markup), markup)
    assert time.perf_counter() - started < 1.0
