"""What a line of the queue shows of a conversation: the last words, what is unread, the signs, the tags."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, case, func, select
from sqlalchemy.engine import Connection

from bot.privacy.cipher import Cipher
from bot.store.desk_tables import reads, tags
from bot.store.requests import SAFETY_CHECK
from bot.store.tables import handoff_transitions, handoffs, messages
from bot.vocabulary import Author, Level, Priority

LONGEST = 160
SIGNS = re.compile(r"message \d+: (?P<level>[a-z]+) (?P<codes>.+)")
"""As the log writes why the safety check opened or raised a handoff."""


@dataclass(frozen=True)
class Glance:
    """`words` are the patient's last ones, shortened. `level` is the most urgent of the signs `codes`."""

    words: str = ""
    unread: int = 0
    level: Level | None = None
    codes: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


def glances(connection: Connection, cipher: Cipher, rows: Sequence[Any], *, me: str) -> dict[str, Glance]:
    """By conversation id. `rows` have conversation_id, handoff_id and priority; `me` reads them."""
    ids = list(dict.fromkeys(row.conversation_id for row in rows))
    if not ids:
        return {}
    last = {row.conversation_id: row for row in connection.execute(_last_words(ids, me)).all()}
    urgent = [row.handoff_id for row in rows if row.handoff_id and row.priority == Priority.URGENT.value]
    signs = _signs(connection, cipher, urgent)
    labels = _tags(connection, ids)
    return {one: _glance(cipher, last.get(one), signs.get(one), labels[one]) for one in ids}


def _glance(cipher: Cipher, last: Any, signs: tuple[Level, tuple[str, ...]] | None, labels: list[str]) -> Glance:
    words = shortened(cipher.open_json(last.body).get("text", "")) if last is not None else ""
    level, codes = signs or (None, ())
    return Glance(words, last.unread if last is not None else 0, level, codes, tuple(sorted(labels)))


def shortened(text: str, longest: int = LONGEST) -> str:
    """One line of at most `longest` characters."""
    line = " ".join(text[: longest * 4].split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def _last_words(ids: Sequence[str], me: str) -> Any:
    """The patient's last message of each, and how many of theirs `me` hasn't read."""
    read = and_(reads.c.conversation_id == messages.c.conversation_id, reads.c.staff_id == me)
    unread = func.sum(case((messages.c.seq > func.coalesce(reads.c.seq, 0), 1), else_=0))
    counted = (
        select(messages.c.conversation_id, func.max(messages.c.seq).label("seq"), unread.label("unread"))
        .select_from(messages.outerjoin(reads, read))
        .where(messages.c.conversation_id.in_(ids), messages.c.author == Author.PATIENT.value)
        .group_by(messages.c.conversation_id)
        .subquery()
    )
    same = and_(messages.c.conversation_id == counted.c.conversation_id, messages.c.seq == counted.c.seq)
    return select(messages.c.conversation_id, messages.c.body, counted.c.unread).join(counted, same)


def _signs(
    connection: Connection, cipher: Cipher, handoff_ids: Sequence[str]
) -> dict[str, tuple[Level, tuple[str, ...]]]:
    if not handoff_ids:
        return {}
    query = (
        select(handoffs.c.conversation_id, handoff_transitions.c.why)
        .join(handoffs, handoffs.c.id == handoff_transitions.c.handoff_id)
        .where(handoffs.c.id.in_(handoff_ids), handoff_transitions.c.by == SAFETY_CHECK)
        .order_by(handoff_transitions.c.id)
    )
    levels: dict[str, list[Level]] = defaultdict(list)
    codes: dict[str, list[str]] = defaultdict(list)
    for row in connection.execute(query).all():
        if found := SIGNS.fullmatch(cipher.open(row.why)):
            levels[row.conversation_id].append(Level(found["level"]))
            codes[row.conversation_id].extend(found["codes"].split(", "))
    return {one: (min(levels[one], key=list(Level).index), tuple(dict.fromkeys(codes[one]))) for one in levels}


def _tags(connection: Connection, ids: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for row in connection.execute(select(tags).where(tags.c.conversation_id.in_(ids))).all():
        found[row.conversation_id].append(row.tag)
    return found
