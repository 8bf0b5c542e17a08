from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.store.store import Store
from bot.types import Conversation, Message
from bot.vocabulary import Author
from tests.store.samples import accept

ROOT = Path(__file__).resolve().parents[2]


def _acknowledged_before_the_kill(url: str, key: str, conversation_id: str, *, pause_s: float) -> dict[int, str]:
    """seq -> text of what a child process acknowledged until kill -9 hit it in the middle of its work."""
    command = [sys.executable, "-m", "tests.store.accepting_child", url, key, conversation_id]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        lines = [child.stdout.readline() for _ in range(10)]
        time.sleep(pause_s)
        child.kill()
        lines += child.stdout.readlines()
    pairs = [line.split() for line in lines if line.endswith("\n")]
    return {int(seq): f"message {number}" for number, seq in pairs}


@pytest.mark.parametrize("pause_s", [0.0, 0.0513, 0.1127])
def test_a_killed_process_loses_nothing_that_it_acknowledged(
    pause_s: float, database_url: str, key: str, store: Store, conversation: Conversation
) -> None:
    acknowledged = _acknowledged_before_the_kill(database_url, key, conversation.id, pause_s=pause_s)
    assert len(acknowledged) >= 10
    stored = store.messages(conversation.id, limit=100_000)
    assert [message.seq for message in stored] == list(range(1, len(stored) + 1))
    texts = {message.seq: message.text for message in stored if message.author is Author.PATIENT}
    assert acknowledged.items() <= texts.items()
    # At most the one message that was stored while the kill kept the child from saying so.
    assert len(texts) - len(acknowledged) <= 1


def test_a_kill_leaves_no_safety_message_without_its_reply_and_no_lock(
    database_url: str, key: str, store: Store, conversation: Conversation
) -> None:
    _acknowledged_before_the_kill(database_url, key, conversation.id, pause_s=0.0731)
    # Posted at once, and by another process: a lock that the dead one still held would make this wait and fail.
    assert accept(store, conversation.id, "survivor").is_new
    stored = store.messages(conversation.id, limit=100_000)
    flagged = [m.seq for m in stored if (m.client_id or "").startswith("child") and _number(m) % 3 == 0]
    assert flagged
    assert {stored[seq].author for seq in flagged} == {Author.BOT}  # the list counts from 0, `seq` from 1


def _number(message: Message) -> int:
    return int(str(message.client_id).split()[1])
