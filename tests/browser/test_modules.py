"""The widget's modules on their own, in the browser, under the panel's own policy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

RENDER = """async (text) => {
    const {renderMarkdown} = await import("/widget/markdown.js");
    const place = document.createElement("div");
    place.append(...renderMarkdown(text));
    return place.innerHTML;
}"""

READ = """async (pieces) => {
    const {readEvents} = await import("/widget/events.js");
    const bytes = new TextEncoder();
    const stream = new ReadableStream({start(line) {
        for (const piece of pieces) line.enqueue(bytes.encode(piece));
        line.close();
    }});
    const events = [];
    for await (const event of readEvents(stream, () => {})) events.push(event);
    return events;
}"""


@pytest.fixture
def run(visitor: Visitor) -> Callable[..., Any]:
    visitor.page.goto(f"{visitor.url}/widget/panel")
    return visitor.page.evaluate


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("one\ntwo\n\nthree", "<p>one<br>two</p><p>three</p>"),
        ("**bold** and plain", "<p><strong>bold</strong> and plain</p>"),
        ("- one\n- **two**", "<ul><li>one</li><li><strong>two</strong></li></ul>"),
        ("Do this:\n1. one\n2. two", '<p>Do this:</p><ol start="1"><li>one</li><li>two</li></ol>'),
        ("[us](tel:+15550100)", '<p><a href="tel:+15550100">us</a></p>'),
        ("<b>x</b> & y", "<p>&lt;b&gt;x&lt;/b&gt; &amp; y</p>"),
        ("2 * 3 ** 4", "<p>2 * 3 ** 4</p>"),
    ],
)
def test_the_small_markdown_becomes_elements(run: Callable[..., Any], text: str, html: str) -> None:
    assert run(RENDER, text) == html


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "http://a.example", "//a.example", "/x"]
)
def test_a_link_to_anywhere_unsafe_stays_text(run: Callable[..., Any], address: str) -> None:
    assert run(RENDER, f"[here]({address})") == f"<p>[here]({address})</p>"


def test_a_link_to_a_site_opens_a_new_tab(run: Callable[..., Any]) -> None:
    html = run(RENDER, "**[guide](https://a.example/b)**")
    assert 'target="_blank"' in html
    assert 'rel="noopener noreferrer"' in html


def test_events_are_read_across_broken_pieces(run: Callable[..., Any]) -> None:
    pieces = [": hello\n\nid: 1\nev", 'ent: message\ndata: {"a":', " 1}\r", "\n\r\n: beat\n\ndata: x\n", "data: y\n\n"]
    assert run(READ, pieces) == [{"event": "message", "data": '{"a": 1}'}, {"event": "message", "data": "x\ny"}]


def test_an_unfinished_event_is_dropped(run: Callable[..., Any]) -> None:
    assert run(READ, ["event: state\ndata: {}\n"]) == []
