"""Spoil messages the way thumbs do, so that the encoder learns to read them all the same."""

from __future__ import annotations

import numpy as np

PAIRS = (
    "q:wa w:qes e:wrd r:etf t:ryg y:tuh u:yij i:uok o:ipl p:ol a:qsz s:adwx d:sfec f:dgrv g:fhtb h:gjyn j:hkum k:jlio"
    " l:kop z:asx x:zsc c:xdv v:cfb b:vgn n:bhm m:njk"
)
NEIGHBOURS = {pair[0]: pair[2:] for pair in PAIRS.split()}
"""Keys beside each other on a phone's keyboard."""
SPOILT_MESSAGES = 0.35
SPOILT_WORDS = 0.2
SHORTEST = 4
"""Shorter words carry no typo: they would become other words."""
WITHOUT_MARKS = 0.3


def spoil(text: str, random: np.random.Generator) -> str:
    """The message as it is, or, about one time in three, with typos or without punctuation."""
    if random.random() > SPOILT_MESSAGES:
        return text
    if random.random() < WITHOUT_MARKS:
        text = "".join(sign for sign in text if sign not in ".,?!;:'-")
    return " ".join(_typo(word, random) if random.random() < SPOILT_WORDS else word for word in text.split(" "))


def _typo(word: str, random: np.random.Generator) -> str:
    if len(word) < SHORTEST or not word.isalpha():
        return word
    at = int(random.integers(1, len(word) - 1))
    kind = int(random.integers(4))
    if kind == 0:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == 1:
        return word[:at] + word[at + 1 :]
    if kind == 2:
        return word[:at] + word[at] + word[at:]
    near = NEIGHBOURS.get(word[at].lower(), word[at])
    return word[:at] + near[int(random.integers(len(near)))] + word[at + 1 :]
