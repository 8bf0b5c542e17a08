"""Search: words in encrypted transcripts, found whatever the case and accents, and never written down anywhere."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.console.finding import Finder
from bot.privacy.tokens import short_name
from bot.store.audit import AuditFilter
from bot.store.search import BATCH, MOST_HITS
from bot.store.store import Store
from bot.store.tables import messages
from bot.vocabulary import Role
from tests.console.colleague import Colleague
from tests.console.conftest import ClientAs
from tests.console.patients import new_talk, say
from tests.console.talks import long_talk

FURTHER = re.compile(r'href="(/console/search\?[^"]+before=\d*-\d*)"')


def ago(minutes: float) -> datetime:
    return datetime.now(timezone.utc) - timedelta(minutes=minutes)


def said(store: Store, *texts: str) -> str:
    conversation_id = new_talk(store, ago(60))
    for text in texts:
        say(store, conversation_id, text, ago(30), None)
    return conversation_id


def find(client: Colleague, words: str) -> str:
    """The page after the form was sent. On a machine that is busy a search may need a second turn to find anything."""
    sent = client.submit("/console/search", words=words)
    assert sent.status_code == 303
    page = client.get(sent.headers["location"]).text
    while "Nothing found" in page and (further := FURTHER.search(page)):
        page = client.get(unescape(further[1])).text
    return page


def marked(page: str) -> list[str]:
    return [unescape(words) for words in re.findall(r"<mark>(.*?)</mark>", page)]


def hits(words: str, text: str) -> bool:
    finder = Finder.read(words)
    assert finder is not None
    return finder.fits(text)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("XARELTO", "hi im on xarelto n wanted meso"),
        ("swell", "My lips are SWELLING"),
        ("cafe", "after the café"),
        ("café", "after the CAFE"),
        ("strasse", "in der Straße"),
        ("can't breathe", "I can’t really breathe"),
        ('"hair loss"', "about hair\n loss, please"),
        ('"hair loss" price', "price for hair loss"),
        ("ﬁne", "it was fine"),
        ("e\u0301te", "ÉTÉ"),
        ("50", "it costs 50 euros"),
    ],
)
def test_these_words_are_found(words: str, text: str) -> None:
    assert hits(words, text)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("bot", "a robot"),
        ('"hair loss"', "loss of hair"),
        ("hair xarelto", "hair only"),
        ("a.c", "abc"),
        ("pain", "p a i n"),
    ],
)
def test_these_words_are_not_found(words: str, text: str) -> None:
    assert not hits(words, text)


@pytest.mark.parametrize("words", ["", "   ", '""', "!!! ???", "…", '"'])
def test_without_a_word_there_is_nothing_to_look_for(words: str) -> None:
    assert Finder.read(words) is None


@pytest.mark.parametrize("text", ["naïve Straße ﬁne x", "x " * 400 + "needle here " + "y " * 400, "x"])
def test_an_excerpt_is_cut_from_the_text_itself(text: str) -> None:
    for words in ("strasse", "fine", "needle", "x", "naive"):
        finder = Finder.read(words)
        assert finder is not None
        if not finder.fits(text):
            continue
        pieces = finder.excerpt(text)
        assert any(is_hit for _, is_hit in pieces)
        assert "".join(piece for piece, _ in pieces).strip("…") in text
        assert sum(len(piece) for piece, _ in pieces) < 400


def test_a_hit_is_marked_and_leads_to_its_message(client_as: ClientAs, store: Store) -> None:
    said(store, "Something else")
    conversation_id = said(store, "One", "hi im on Xarelto n wanted meso")
    page = find(client_as(Role.VIEWER), "xarelto MESO")
    assert marked(page) == ["Xarelto", "meso"]
    assert f'<a href="/console/conversations/{conversation_id}?at=2#m2">{short_name(conversation_id)}</a>' in page
    assert "1 message found in everything that is kept" in page


def test_what_the_bot_said_is_found_too(client_as: ClientAs, store: Store) -> None:
    conversation_id = new_talk(store, ago(9))
    say(store, conversation_id, "Does it hurt?", ago(9))
    assert marked(find(client_as(Role.VIEWER), "sting")) == ["sting"]


def test_a_private_note_is_found_said_to_be_one_and_led_to(client_as: ClientAs, store: Store) -> None:
    conversation_id = said(store, "I take something for my blood")
    nora = client_as(Role.AGENT, "Nora").staff
    note_id = store.add_note(conversation_id, "Rang <her>: it is Xarelto", by=nora, now=ago(1))
    viewer = client_as(Role.VIEWER)
    page = find(viewer, "xarelto")
    assert marked(page) == ["Xarelto"]
    assert "1 private note found in everything that is kept" in page
    assert "private note · Nora</span>" in page
    assert "&lt;her&gt;" in page
    assert f'href="/console/conversations/{conversation_id}?at=1#n{note_id}"' in page
    # Nobody finds by searching what their role doesn't let them read on the conversation's own page.
    shown = viewer.get(f"/console/conversations/{conversation_id}")
    assert f'id="n{note_id}"' in shown.text


@pytest.mark.parametrize("number", [1, 30, 65, 100])
def test_a_hit_leads_to_the_page_of_a_long_talk_that_shows_it(client_as: ClientAs, store: Store, number: int) -> None:
    now = datetime.now(timezone.utc)
    conversation_id = long_talk(store, 200, now)
    nora = client_as(Role.AGENT)
    asked_at = store.messages(conversation_id)[2 * number - 2].at
    note_id = store.add_note(conversation_id, "a needle", by=nora.staff, now=asked_at + timedelta(seconds=30))
    for words, anchor in ((f'"Question {number} is that"', f"m{2 * number - 1}"), ("needle", f"n{note_id}")):
        (way,) = re.findall(rf'href="(/console/conversations/[^"]+#{anchor})"', find(nora, words))
        page = nora.get(way).text
        assert f'id="{anchor}"' in page, way
        assert ("Back to the newest" in page) == (number < 88)


@pytest.mark.parametrize("at", ["0", "-1", "x", "9" * 30, "99999", "²"])
def test_an_address_that_leads_to_no_message_shows_the_newest(client_as: ClientAs, store: Store, at: str) -> None:
    conversation_id = said(store, "One", "Two")
    page = client_as(Role.VIEWER).get(f"/console/conversations/{conversation_id}?at={at}").text
    assert 'id="m2"' in page
    assert "Back to the newest" not in page


def test_messages_and_notes_are_counted_apart(client_as: ClientAs, store: Store) -> None:
    conversation_id = said(store, "a needle", "two needles")
    nora = client_as(Role.AGENT, "Nora").staff
    store.add_note(conversation_id, "afraid of needles", by=nora, now=ago(1))
    assert "2 messages and 1 private note found in" in find(client_as(Role.VIEWER), "needle")


def test_markup_in_a_hit_and_in_the_words_is_shown_as_text(client_as: ClientAs, store: Store) -> None:
    said(store, "<script>alert(1)</script> <mark>you</mark>")
    page = find(client_as(Role.VIEWER), "<script>alert")
    assert marked(page) == ["script>alert"]
    assert "<script>alert" not in page
    assert "<mark>you" not in page
    assert 'value="&lt;script&gt;alert"' in page


def test_the_newest_come_first_and_the_rest_on_the_next_page(client_as: ClientAs, store: Store) -> None:
    said(store, *[f"needle number {number}" for number in range(MOST_HITS + 5)])
    client = client_as(Role.VIEWER)
    page = find(client, "needle")
    assert page.index(f"number {MOST_HITS + 4}") < page.index("number 5<")
    assert len(marked(page)) == MOST_HITS
    (further,) = FURTHER.findall(page)
    rest = client.get(unescape(further)).text
    assert len(marked(rest)) == 5
    assert "before=" not in rest


def test_a_search_stops_when_its_time_is_over_and_says_how_far_it_came(store: Store) -> None:
    said(store, *["hay"] * (BATCH + 20))
    begun = store.search(lambda text: False, seconds=0.0)
    assert (begun.hits, begun.read) == ([], 1)
    assert begun.go_on is not None
    assert begun.back_to is not None
    rest = store.search(lambda text: False, before=begun.go_on, seconds=60)
    assert (rest.read, rest.go_on) == (BATCH + 19, None)


@pytest.mark.parametrize("word", ["zanzibarword", "notedword"])
def test_what_is_looked_for_and_found_is_not_in_the_audit(client_as: ClientAs, store: Store, word: str) -> None:
    nora = client_as(Role.AGENT, "Nora")
    store.add_note(said(store, "zanzibarword"), "notedword", by=nora.staff, now=ago(1))
    assert marked(find(nora, word)) == [word]
    (line,) = [one for one in store.audit_lines(AuditFilter(), limit=9) if one.act == "search"]
    assert (line.staff_name, line.detail) == ("Nora", "1 hits in 2 messages and notes")


def test_no_address_log_or_audit_holds_the_words(
    client_as: ClientAs, store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    said(store, "something")
    client = client_as(Role.VIEWER, "Nora")
    sent = client.submit("/console/search", words="zanzibarword")
    assert "zanzibar" not in sent.headers["location"]
    client.get(sent.headers["location"])
    (line,) = [one for one in store.audit_lines(AuditFilter(), limit=9) if one.act == "search"]
    assert (line.staff_name, line.detail) == ("Nora", "0 hits in 1 messages and notes")
    assert "zanzibar" not in caplog.text
    assert all(b"zanzibar" not in path.read_bytes() for path in tmp_path.glob("log.db*"))


@pytest.mark.parametrize("before", ["-", "x-y", "1", "-1", "9" * 40 + "-²"])
def test_a_page_that_we_did_not_number_is_answered(client_as: ClientAs, store: Store, before: str) -> None:
    said(store, "plain words")
    sealed = store.seal_words("plain")
    response = client_as(Role.VIEWER).get("/console/search", params={"words": sealed, "before": before})
    assert response.status_code == 200
    assert " found" in response.text


@pytest.mark.parametrize("address", ["words=plain", "words=" + "x" * 9999, "words=%00", "words=ö", "before=1", ""])
def test_an_address_that_we_did_not_make_finds_nothing(client_as: ClientAs, store: Store, address: str) -> None:
    said(store, "plain words")
    response = client_as(Role.VIEWER).get(f"/console/search?{address}")
    assert response.status_code == 200
    assert marked(response.text) == []


def test_one_message_that_no_key_opens_hides_no_other(store: Store) -> None:
    conversation_id = said(store, "a needle", "broken")
    with store._engine.begin() as connection:
        broken = update(messages).where(messages.c.conversation_id == conversation_id, messages.c.seq == 2)
        connection.execute(broken.values(body=b"nonsense"))
    found = store.search(lambda text: "needle" in text)
    assert [hit.seq for hit in found.hits] == [1]


def test_an_erased_conversation_is_not_found(client_as: ClientAs, store: Store) -> None:
    conversation_id = said(store, "a needle")
    store.add_note(conversation_id, "a needle", by=client_as(Role.AGENT).staff, now=ago(1))
    store.erase(conversation_id, now=ago(0))
    assert marked(find(client_as(Role.VIEWER), "needle")) == []
