"""Files that are read once and then kept: how a test has changed ones read anew."""

from __future__ import annotations

from collections.abc import Callable

from bot.wiring import Content, file_content


def read_again(is_new: Callable[[Content], bool]) -> None:
    """Have `content` follow the changed files, however slowly another thread is still reading the old ones.

    Such a thread may put what it has read where ours would have been kept, even while we are reading: so what is kept
    is asked for a second time.
    """
    file_content.cache_clear()
    while not (is_new(file_content()) and is_new(file_content())):
        file_content.cache_clear()
