"""Every card, safety text, reply and question as each app's patients read it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.types import Message
from tests.channels.golden.files import COMMAND, FOLDER, path_of, text_of
from tests.channels.golden.messages import groups
from tests.channels.limits import APPS

GROUPS = ("answers", "more", "safety", "replies", "questions", "screens", "others")


@pytest.fixture(scope="module")
def messages() -> Mapping[str, list[tuple[str, Message]]]:
    return groups()


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("app", APPS)
def test_patients_read_what_the_golden_file_says(
    app: str, group: str, messages: Mapping[str, list[tuple[str, Message]]]
) -> None:
    found = text_of(app, group, messages[group]).split("\n### ")
    wanted = path_of(app, group).read_text(encoding="utf-8").split("\n### ")
    changed = [new.split("\n", 1)[0] for new in {*found} ^ {*wanted}]
    assert not changed, f"{app}, {group}: {sorted(set(changed))[:5]} changed. Run `{COMMAND}` and read the difference."
    assert found == wanted


def test_there_is_a_file_for_each_app_and_group_and_no_other(
    messages: Mapping[str, list[tuple[str, Message]]],
) -> None:
    assert tuple(messages) == GROUPS
    assert {*FOLDER.glob("*/*.txt")} == {path_of(app, group) for app in APPS for group in GROUPS}
