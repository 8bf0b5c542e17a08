"""Training lines beside other lines: so a clause's vector is learnt as a live one comes, from within a message."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from bot.encoder.sentence import Place

WITHIN = "within"
"""On a training message whose vector was read beside another line: nothing tells how sure one may be of a whole one."""
SHARE = 0.3
"""Of the questions are put beside another; one of the same intent is left alone, as the rest is: as a whole message."""
JOINTS = ("? ", ". ", ", ", " and ", " also ", "\n", " ")
QUESTION = "ask_"
SEED = 42


def in_company(texts: Sequence[str], intents: Sequence[str]) -> Iterator[tuple[str, Place | None]]:
    """Each text as it is to be read: alone, or before or after one of another intent, and then where it stands."""
    random = np.random.default_rng(SEED)
    questions = [row for row, intent in enumerate(intents) if intent.startswith(QUESTION)]
    for text, intent in zip(texts, intents, strict=True):
        if not intent.startswith(QUESTION) or random.random() >= SHARE:
            yield text, None
            continue
        other = questions[int(random.integers(len(questions)))]
        joint = JOINTS[int(random.integers(len(JOINTS)))]
        if intents[other] == intent:
            yield text, None
        elif random.random() < 0.5:
            yield f"{text}{joint}{texts[other]}", (0, len(text))
        else:
            before = f"{texts[other]}{joint}"
            yield f"{before}{text}", (len(before), len(before) + len(text))
