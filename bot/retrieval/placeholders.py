"""Named gaps such as `{phone}` in reviewed texts: checked when a text is loaded, filled when it is said."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from string import Formatter


def fill(text: str, values: Mapping[str, str]) -> str:
    """`text` with every placeholder replaced from `values`. Raises KeyError on one that loading would have refused."""
    return text.format_map(values)


def problems(texts: Mapping[str, str | None], names: Collection[str]) -> Iterator[str]:
    """One sentence for each field of `texts` (field name to text) that holds a placeholder outside `names`."""
    for field, text in texts.items():
        try:
            unknown = sorted(_used(text or "") - set(names))
        except ValueError:
            yield f"field `{field}`: a curly bracket has no partner; write placeholders like {{phone}}"
            continue
        for name in unknown:
            yield f"field `{field}`: unknown placeholder {{{name}}}; use one of {', '.join(sorted(names))}"


def _used(text: str) -> set[str]:
    """Names between curly brackets. A conversion or format code stays in the name, so that it is refused."""
    return {
        name + (f"!{conversion}" if conversion else "") + (f":{code}" if code else "")
        for _, name, code, conversion in Formatter().parse(text)
        if name is not None
    }
