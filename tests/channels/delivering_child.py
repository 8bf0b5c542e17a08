"""A gateway's place-holder that a test kills in the middle of delivering.

Run as `python -m tests.channels.delivering_child URL KEY HOOK MOMENT`: it kills itself before the SQL that begins with
`MOMENT`.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys

from sqlalchemy import event

from bot.channels.delivery import Courier
from bot.privacy.cipher import Cipher
from bot.store.engine import create_store_engine
from bot.store.store import Store
from tests.channels.samples import poster
from tests.store.samples import NOW


def main(url: str, key: str, hook: str, moment: str) -> None:
    engine = create_store_engine(url)

    def die_before(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith(moment):
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine, "before_cursor_execute", die_before)
    courier = Courier(Store(engine, Cipher(key)), {"webhook": poster(hook)}, clock=lambda: NOW)
    asyncio.run(courier.deliver_due())


if __name__ == "__main__":
    main(*sys.argv[1:])
