"""Takes out of a text what may point to a person: names, numbers to call, addresses of mail, dates, long numbers.

Rules, not understanding: what is left may still be telling, so it is stored encrypted like everything else.
"""

from __future__ import annotations

import re
from collections.abc import Collection

_MONTHS = r"jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec"
_MONTH = rf"(?:{_MONTHS}|january|february|march|april|june|july|august|september|october|november|december)"
_RULES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("[mail]", re.compile(r"\S+@\S+\.\w+")),
    ("[link]", re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)),
    ("[handle]", re.compile(r"(?<!\w)@\w+")),
    ("[date]", re.compile(r"\b\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\b")),
    ("[date]", re.compile(rf"\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}\b\.?(?:,? \d{{4}})?", re.IGNORECASE)),
    ("[date]", re.compile(rf"\b{_MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?\b(?:,? \d{{4}})?", re.IGNORECASE)),
    ("[date]", re.compile(r"\b(?:19|20)\d\d\b")),
    ("[number]", re.compile(r"\+?\(?\d(?:[\s().-]*\d){5,}")),
    ("[postcode]", re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b", re.IGNORECASE)),
)
_NAME = "[name]"
_TITLED = re.compile(r"\b(?:mr|mrs|ms|miss|dr|doctor|nurse|prof|professor|sir|madam)\.?\s+[^\W\d_]+", re.IGNORECASE)
_CUED = re.compile(
    r"\b(?P<cue>my name(?:['’]?s| is)|name is|call me|i am|i['’]?m|this is|it['’]?s|regards,?|thanks,?|love,?|from|"
    r"signed,?|named|called)\s+(?P<name>[^\W\d_]+(?:\s+[^\W\d_]+)?)",
    re.IGNORECASE,
)
_GREETINGS = frozenset(
    {"hi", "hello", "hey", "hiya", "ok", "okay", "yes", "no", "please", "thanks", "thank", "pls", "sorry"}
)
_ENDINGS = ("s", "es", "ies", "d", "ed", "ied", "ing", "ly", "er", "est", "ness")
_CERTAIN = ("name", "signed")
_CAPITAL = re.compile(r"\b[A-Z][^\W\d_A-Z]+(?:['’-][A-Z]?[^\W\d_]+)*")


def redact(text: str, known: Collection[str]) -> str:
    """`text` with what may point to a person replaced by what it was, in square brackets.

    `known` are words of the language in small letters: a capitalised word among them is no name.
    """
    for mark, pattern in _RULES:
        text = pattern.sub(mark, text)
    text = _TITLED.sub(_NAME, text)
    text = _CUED.sub(lambda found: _without_name(found, known), text)
    return _CAPITAL.sub(lambda found: found[0] if _is_known(found[0], known) else _NAME, text)


def _without_name(found: re.Match[str], known: Collection[str]) -> str:
    """After "my name is" one word is a name, whatever it is; after "I'm" only words that mean nothing else."""
    cue, words = found["cue"], found["name"].split()
    certain = any(sure in cue.lower() for sure in _CERTAIN)
    kept = [
        _NAME if not _is_known(word, known) or (certain and place == 0) else word for place, word in enumerate(words)
    ]
    return " ".join([cue, *kept]).replace(f"{_NAME} {_NAME}", _NAME)


def _is_known(word: str, known: Collection[str]) -> bool:
    small = re.sub(r"['’].*", "", word.lower())
    if len(small) < 2 or small in known or small in _GREETINGS:
        return True
    stems = (small[: -len(ending)] for ending in _ENDINGS if small.endswith(ending))
    return any(stem + tail in known for stem in stems if len(stem) > 1 for tail in ("", "e", "y"))
