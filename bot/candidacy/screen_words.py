"""A patient's own words on the screens that ask for one of two things: go on or stop, send or keep."""

from __future__ import annotations

from bot.candidacy.desk import SCREENS
from bot.candidacy.reading import NO, YES
from bot.candidacy.words import clauses, find

SAID = {
    "go_on": ("go on", "carry on", "continue", "full list", "keep going", "all of them"),
    "stop_here": ("stop here", "show me", "just show", "result", "results"),
    "all_right": (
        "all right", "looks right", "looks good", "thats right", "its right", "all good", "perfect", "correct", "fine",
    ),
    "change": ("change one", "not right", "wrong", "change something"),
    "send": ("send it", "please send", "send"),
    "keep": ("dont send", "do not send", "keep it", "not send", "dont share", "keep it here", "not now"),
    "resume": ("go on", "carry on", "continue", "where i stopped", "resume"),
    "restart": ("start over", "start again", "from the beginning", "restart"),
    "yes": (),
    "no": (),
}  # fmt: skip


def read_screen(place: str, text: str) -> str | None:
    """Which of the screen's two choices the words mean, or None. A question means neither."""
    if place not in SCREENS:
        return None
    positive, negative = SCREENS[place]
    bare = text.strip().rstrip(".)")
    if bare in {"1", "2"}:
        return positive if bare == "1" else negative
    stated = [piece for piece in clauses(text) if not piece.is_question]
    # The negative first: "don't send it" also holds "send it".
    for choice in (negative, positive):
        if any(find(piece.words, phrase) is not None for piece in stated for phrase in SAID[choice]):
            return choice
    for choice, phrases in ((negative, NO), (positive, YES)):
        if any(find(piece.words, phrase) == 0 for piece in stated for phrase in phrases):
            return choice
    return None
