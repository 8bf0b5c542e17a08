"""A gateway's place-holder that the crash test kills: accepts messages until then and prints each acknowledged one.

Run as `python -m tests.store.accepting_child URL KEY CONVERSATION_ID`.
"""

from __future__ import annotations

import itertools
import sys

from bot.privacy.cipher import Cipher
from bot.store.engine import create_store_engine
from bot.store.store import Store
from tests.store.samples import EMERGENCY, accept


def main(url: str, key: str, conversation_id: str) -> None:
    store = Store(create_store_engine(url), Cipher(key))
    for number in itertools.count():
        replies = [EMERGENCY] if number % 3 == 0 else []
        accepted = accept(store, conversation_id, f"child {number}", text=f"message {number}", replies=replies)
        sys.stdout.write(f"{number} {accepted.seq}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
