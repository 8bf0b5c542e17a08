"""`python -m bot.evaluate IN.jsonl OUT.jsonl`: what a patient would get for each message, as a first message.

Each line's `text` opens a fresh, consented conversation in a scratch database and takes the same path as on the web
page: safety check, brain, actions, cards. OUT gets `{"id", "kind", "topics", "latency_ms"}` for each line.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.errors import ConversationError, MesoGuideError
from bot.privacy.cipher import new_key
from bot.settings import ROOT, Settings
from bot.talk import Talk, connect
from bot.types import Envelope
from bot.vocabulary import Kind
from bot.wiring import open_store


def main() -> int:
    arguments = _arguments()
    try:
        with tempfile.TemporaryDirectory() as scratch, arguments.out.open("w", encoding="utf-8") as out:
            talk = _talk(Path(scratch))
            for result in asyncio.run(_evaluate(talk, list(_read(arguments.messages)))):
                out.write(json.dumps(result) + "\n")
    except (MesoGuideError, OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("messages", type=Path, help="JSON lines with `id` and `text`")
    parser.add_argument("out", type=Path, help="where the results go")
    return parser.parse_args()


def _read(path: Path) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        message = json.loads(line)
        if not isinstance(message, dict) or "id" not in message or not isinstance(message.get("text"), str):
            raise ValueError(f"{path}: line {number} needs `id` and `text`.")
        yield message


def _talk(scratch: Path) -> Talk:
    from bot.brain.process import prepare_process

    prepare_process()
    from bot.brain.brain import load_brain

    settings = Settings(
        data_key=SecretStr(new_key()),
        brain_secret=SecretStr(new_key()),
        database_url=f"sqlite:///{scratch / 'evaluation.db'}",
        models_dir=ROOT / "models",
    )
    store = open_store(settings)
    return connect(store, load_brain(settings.models_dir, store), settings)


async def _evaluate(talk: Talk, messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    await talk.brain.check()
    return [{"id": message["id"], **await _ask(talk, message["text"])} for message in messages]


async def _ask(talk: Talk, text: str) -> dict[str, Any]:
    conversation, _ = await talk.service.open(channel="evaluation", locale="en")
    started = time.perf_counter()
    try:
        await talk.service.post_text(conversation.id, str(uuid.uuid4()), text)
    except ConversationError:
        # Refused at the door, as an empty or endless message is: the patient sees a notice.
        return {"kind": Kind.NOTICE.value, "topics": [], "latency_ms": _ms_since(started)}
    await talk.turns.settle(conversation.id)
    latency_ms = _ms_since(started)
    found, _ = await talk.service.messages(conversation.id, after=0)
    envelopes = [message.envelope for message in found if message.envelope is not None]
    return {"kind": envelopes[0].kind.value, "topics": _topics(envelopes), "latency_ms": latency_ms}


def _topics(envelopes: list[Envelope]) -> list[str]:
    """Those of all answers, or of the first envelope where nothing was answered."""
    answers = [envelope for envelope in envelopes if envelope.kind is Kind.ANSWER]
    joined = [topic for envelope in (answers or envelopes[:1]) for topic in envelope.topics]
    return list(dict.fromkeys(joined))


def _ms_since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 2)


if __name__ == "__main__":
    sys.exit(main())
