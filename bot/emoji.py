"""What a message says that is nothing but emoji: a wave greets, a heart thanks."""

from __future__ import annotations

import re

SAID: dict[str, str] = {
    "👋": "hello",
    "👍👌🆗✅": "yes ok",
    "👎": "no",
    "🙏❤💕💖💗💙💚💛🧡💜🤍💐🌸🌹🌷😊🙂☺😇🥰😍😘🤗": "thank you",
    "🙄🤦😡😠🤬🖕": "you are useless",
    "😂🤣😆😄😀😁😅😜": "haha",
    "🤖": "are you a robot",
}
"""By any of the signs, the words that most patients would write instead. Sad and frightened faces, pills and blades are
none of them: what they mean, only the writer can tell."""

_WORDS = re.compile(r"[^\W_]")
_DRESS = re.compile("\u200d[\u2640\u2642]|[\u200d\ufe0e\ufe0f\U0001f3fb-\U0001f3ff?!.,;\\s]")
"""What only says how the sign before it looks (a man's, a woman's, its colour), and what stands between."""
_SAID = {sign: words for signs, words in SAID.items() for sign in signs}


def spoken(text: str) -> str:
    """The words that stand for the emoji of `text`; a text with words of its own, or with other signs, as it is."""
    signs = "" if _WORDS.search(text) else _DRESS.sub("", text)
    said = dict.fromkeys(_SAID.get(sign, "") for sign in signs)
    return text if not said or "" in said else ", ".join(said)
