"""How a member of staff is named to patients."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 60
MARKS = re.compile(r"[*_`\[\]<>|\\{}]+")


def shown_name(name: str) -> str:
    """`name` on one line, of a sensible length, without signs that a channel may take for markup.

    Whoever has no name left is "Our team".
    """
    whole = name.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    plain = "".join(sign if unicodedata.category(sign) not in {"Cc", "Cf", "Zl", "Zp"} else " " for sign in whole)
    words = " ".join(MARKS.sub(" ", plain).split())
    return words[:LONGEST].rstrip() or "Our team"
