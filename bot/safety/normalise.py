"""Turn what a patient typed into plain words: one script, one case, no markup, no invisible characters."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass

INLINE_TAG = re.compile(r"</?(?:b|i|u|em|strong|span|font|a|mark|small|s)>", re.IGNORECASE)
TAG = re.compile(
    r"<!--|-->|</?(?:html|body|div|p|br|hr|h\d|ul|ol|li|table|tr|td|th|img|script|style|span|font|a)\b(?=[\s/>])|/?>",
    re.IGNORECASE,
)
"""Markup around words. Attributes and comments stay: a sign may hide there, harmless words may too."""
PIECE = re.compile(
    r"\d+(?:[.,]\d+)*|[^\W\d_](?:[^\W_]|['`´‘’ʼ@$](?=[^\W_]))*|[.!?;:…\n,—–()\"“”«»•]|\s-+\s", re.UNICODE
)
STARRED = re.compile(r"(?<=[^\W\d_])\*(?=[^\W\d_])")
"""A star for a letter, as in "k*ll": left out, and then mended like any other slip."""
REPEATED = re.compile(r"(.)\1{2,}")
APOSTROPHES = re.compile(r"['`´‘’ʼ]")
SPACED_LETTERS = re.compile(r"(?<![^\W_])(?:[^\W\d_][ .\-_*]){4,}[^\W\d_](?![^\W_])")
PAUSES = frozenset(",()")
QUOTES = frozenset('"“”«»')
LEAST_QUOTED = 3
INVISIBLE = frozenset({"Mn", "Cf"})
BREAKS = frozenset(".!?;:…\n—–•")
LOOKALIKES = str.maketrans(
    "авеикмнорстухіјѕԁһӏґьєяαβγεηικμνορσςτυχωϲᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ",
    "abeukmhopctyxijsdhlrberabyehikunopostuxwcabcdefghijklmnoprstuvwyz",
)
CAPITALS = str.maketrans("ΜΣϹϲ", "mecc")
"""Capitals that look like another Latin letter than their small form, and what NFKD would make a sigma."""
DIGIT_LETTERS = str.maketrans("01345@$", "oleasas")


@dataclass(frozen=True)
class Text:
    """Words in order. `sentences[i]` numbers the sentence of word i; `commas` are the words that follow a comma."""

    words: tuple[str, ...]
    sentences: tuple[int, ...]
    commas: frozenset[int]
    quoted: frozenset[int] = frozenset()
    """Words inside quotation marks that hold at least `LEAST_QUOTED` words: read out, not said."""


def split_text(message: str) -> Text:
    """The plain lower-case words of `message` with their sentence numbers. Never raises."""
    words: list[str] = []
    sentences: list[int] = []
    commas: set[int] = set()
    marks: list[int] = []
    sentence = 0
    for piece in PIECE.findall(_plain(message)):
        if piece in PAUSES:
            commas.add(len(words))
        elif piece in QUOTES:
            commas.add(len(words))
            marks.append(len(words))
        elif piece[0] in BREAKS or piece.strip().startswith("-"):
            sentence += 1
        else:
            words.append(_word(piece))
            sentences.append(sentence)
    return Text(tuple(words), tuple(sentences), frozenset(commas), _quoted(marks))


def _quoted(marks: list[int]) -> frozenset[int]:
    pairs = zip(marks[::2], marks[1::2], strict=False)
    return frozenset(at for start, end in pairs if end - start >= LEAST_QUOTED for at in range(start, end))


def _plain(message: str) -> str:
    text = html.unescape(message)
    text = TAG.sub(" ", INLINE_TAG.sub("", text))
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(CAPITALS))
        text = "".join(sign for sign in text if unicodedata.category(sign) not in INVISIBLE)
    text = text.casefold()
    text = REPEATED.sub(r"\1\1", text)
    text = SPACED_LETTERS.sub(lambda found: re.sub(r"[ .\-_*]", "", found.group()), text)
    return STARRED.sub("", text)


def _word(piece: str) -> str:
    """One word without apostrophes; letters of other scripts that look Latin, and digits used as letters, mended."""
    if piece[0].isdigit():
        return piece.replace(",", ".")
    word = APOSTROPHES.sub("", piece)
    if word.isascii() and word.isalpha():
        return word
    latin = word.translate(LOOKALIKES)
    mended = latin if latin.isascii() else word
    return mended if mended.isalpha() else mended.translate(DIGIT_LETTERS)
