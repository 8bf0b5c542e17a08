"""What a message says that is nothing but emoji: a wave greets, a heart thanks."""

from __future__ import annotations

import re

SAID: dict[str, str] = {
    "👋": "hello",
    "👍👌🆗✅🙏❤💕💖💗💙💚💛🧡💜🤍💐🌸🌹🌷😊🙂☺😇🥰😍😘🤗": "thank you",
    "👎🙄🤦": "you are no help",
    "😡😠🤬🖕": "you are useless",
    "😂🤣😆😄😀😁😅😜": "haha",
    "🤖": "are you a robot",
}
"""By any of the signs, the words that most patients would write instead. Sad and frightened faces, pills and blades are
none of them: what they mean, only the writer can tell."""

_WORDS = re.compile(r"[^\W_]")
_SAID = {sign: words for signs, words in SAID.items() for sign in signs}


def spoken(text: str) -> str:
    """The words that stand for the emoji of `text`; a text with words of its own, or with other emoji, as it is."""
    if _WORDS.search(text):
        return text
    signs = [sign for sign in text if sign.isprintable() and not sign.isspace() and not _is_tone(sign)]
    said = dict.fromkeys(_SAID.get(sign, "") for sign in signs if sign not in "?!.,;")
    return text if not said or "" in said else ", ".join(said)


def _is_tone(sign: str) -> bool:
    """Whether it only says how the sign before it looks: the colour of a hand, or that a heart is to be red."""
    return (
        "\N{EMOJI MODIFIER FITZPATRICK TYPE-1-2}" <= sign <= "\N{EMOJI MODIFIER FITZPATRICK TYPE-6}" or sign == "\ufe0f"
    )
