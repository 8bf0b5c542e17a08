"""The writers of whom no encoder learns anything."""

from __future__ import annotations

LEFT_OUT_FOLDS = (
    frozenset({"j", "gb", "ge", "gj", "gq", "gs", "gu", "hd", "me", "told"}),
    frozenset({"bd", "gd", "gf", "gk", "gt", "gw", "he", "md", "mf"}),
    frozenset({"s", "bi", "gc", "gi", "gl", "gv", "gx", "hf", "mg"}),
)
"""Writers of training lines of whom no encoder learns anything. Each part of them is judged by what was learnt from all
others, and so tells how much each clue of the red-flag check is worth."""
LEFT_OUT_HANDS = frozenset().union(*LEFT_OUT_FOLDS)
