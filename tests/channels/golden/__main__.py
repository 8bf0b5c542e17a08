"""Writes all files anew: `.venv/bin/python -m tests.channels.golden`. Read what changed before it is committed."""

from __future__ import annotations

from tests.channels.golden.files import path_of, text_of
from tests.channels.golden.messages import groups
from tests.channels.limits import APPS


def main() -> None:
    for group, messages in groups().items():
        for app in APPS:
            path = path_of(app, group)
            path.parent.mkdir(exist_ok=True)
            path.write_text(text_of(app, group, messages), encoding="utf-8")


if __name__ == "__main__":
    main()
