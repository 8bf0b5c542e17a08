"""File, class, action and domain carry one name, so that each leads to the others."""

from __future__ import annotations

import importlib
import inspect
from pathlib import Path

import pytest
import yaml
from rasa_sdk import Action
from rasa_sdk.executor import ActionExecutor

from actions.reply import REPLIES
from bot.conversation.rights import ERASE_NO, ERASE_YES
from bot.settings import ROOT
from bot.vocabulary import BACK_TO_BOT, TOPICS
from bot.wiring import content

SHARED = {"__init__", "answers", "torn", "turn"}
FILES = sorted(path.stem for path in (ROOT / "actions").glob("*.py") if path.stem not in SHARED)


def domain() -> dict[str, list[str]]:
    return dict(yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8")))


def test_the_folder_is_flat() -> None:
    assert [path.name for path in (ROOT / "actions").iterdir() if path.is_dir() and path.name != "__pycache__"] == []


@pytest.mark.parametrize("name", FILES)
def test_a_file_holds_the_one_action_of_its_name(name: str) -> None:
    module = importlib.import_module(f"actions.{name}")
    classes = [
        cls
        for _, cls in inspect.getmembers(module, inspect.isclass)
        if issubclass(cls, Action) and cls.__module__ == module.__name__
    ]
    assert [cls.__name__ for cls in classes] == ["Action" + "".join(part.title() for part in name.split("_"))]
    assert classes[0]().name() == f"action_{name}"


def test_the_domain_names_each_action_once_and_no_other() -> None:
    assert sorted(domain()["actions"]) == [f"action_{name}" for name in FILES]


def test_the_action_server_finds_every_action() -> None:
    executor = ActionExecutor()
    executor.register_package("actions")
    assert set(domain()["actions"]) <= set(executor.actions)


def test_every_intent_has_a_rule() -> None:
    rules = yaml.safe_load((ROOT / "data" / "stories" / "rules.yml").read_text(encoding="utf-8"))["rules"]
    steps = [step for rule in rules for step in rule["steps"]]
    choices = [choice for step in steps for choice in step.get("or", [step])]
    assert {choice["intent"] for choice in choices if "intent" in choice} == {*domain()["intents"], "nlu_fallback"}


def test_every_reply_that_an_intent_leads_to_is_written() -> None:
    intents = set(domain()["intents"])
    assert set(REPLIES) <= intents
    assert set(REPLIES.values()) <= set(content().replies)


def test_every_button_of_a_reply_or_card_leads_to_an_intent() -> None:
    words = content()
    buttons = [button.payload for reply in words.replies.values() for button in reply.buttons]
    # The gateway's own.
    buttons = [payload for payload in buttons if payload != BACK_TO_BOT]
    buttons += [f"/ask_{topic}" for card in words.library.cards.values() for topic in card.next]
    # These are for the gateway alone.
    buttons = [payload for payload in buttons if payload not in {ERASE_YES, ERASE_NO, "/app_agree", "/app_decline"}]
    assert {payload.removeprefix("/").partition("{")[0] for payload in buttons} <= set(domain()["intents"])
    asked = {intent[4:] for intent in domain()["intents"] if intent.startswith("ask_")}
    assert set(TOPICS) == asked - {"more", "bot", "my_data"}


def test_nothing_but_python_is_in_the_folder() -> None:
    assert {path.suffix for path in Path(ROOT / "actions").iterdir() if path.is_file()} == {".py"}
