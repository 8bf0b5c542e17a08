from pathlib import Path
from typing import Any

import pytest

from bot.errors import DocumentError
from bot.retrieval.replies import load_replies
from bot.vocabulary import Kind
from tests.retrieval.samples import NAMES, replies, write_replies


def test_a_reply_becomes_a_message_of_its_kind_with_filled_text_and_buttons(tmp_path: Path) -> None:
    greet = {"text": "Call {phone}.", "buttons": [{"title": "Pain", "payload": "/ask_pain"}]}
    said = replies(tmp_path, greet=greet)["greet"].envelope({"phone": "+1 555 0100"}, topics=("pain",))
    assert (said.kind, said.text, said.topics) == (Kind.SMALLTALK, "Call +1 555 0100.", ("pain",))
    assert [(button.title, button.payload) for button in said.buttons] == [("Pain", "/ask_pain")]


def test_a_reply_that_the_program_needs_must_exist(tmp_path: Path) -> None:
    (write_replies(tmp_path) / "replies" / "fallback.yml").unlink()
    with pytest.raises(DocumentError, match=r"fallback\.yml: the file doesn't exist; .* write it"):
        load_replies(tmp_path, NAMES)


@pytest.mark.parametrize(
    ("changes", "field", "mend"),
    [
        ({"id": "hello"}, "id", "write greet, or rename the file"),
        ({"kind": "answer"}, "kind", "write a card, or use another kind"),
        ({"kind": "song"}, "kind", "use one of the listed values"),
        ({"text": "{staff_name} is here."}, "text", "take it out, only staff_changed, staff_ended"),
        ({"text": "Call {fone}."}, "text", "use one of contact, erased_on, messages, next_opening,"),
        ({"text": "About {wait}."}, "text", "take it out, only usual_wait has it"),
        ({"buttons": [{"title": "Pain", "payload": "ask_pain"}]}, "buttons[0].payload", "does not match"),
        ({"buttons": [{"title": "Call {phone}", "payload": "/a"}]}, "buttons[0].title", "without curly brackets"),
        ({"text": " "}, "text", "at least 1 character"),
    ],
)
def test_a_wrong_field_is_named_with_its_file_and_mend(
    tmp_path: Path, changes: dict[str, Any], field: str, mend: str
) -> None:
    with pytest.raises(DocumentError) as caught:
        replies(tmp_path, greet=changes)
    assert f"greet.yml: field `{field}`: " in str(caught.value)
    assert mend in str(caught.value)
