"""What an action returns is checked as Rasa checks it, only without preparing the check each time."""

from __future__ import annotations

from typing import Any

import pytest

MARKER = "zebralips"


def validate(result: dict[str, Any]) -> bool:
    from rasa.core.actions.action import RemoteAction

    return bool(RemoteAction("action_reply", None)._validate_action_result(result))


@pytest.mark.usefixtures("trained")
def test_events_and_messages_pass() -> None:
    assert validate({"events": [{"event": "slot", "name": "area", "value": "face"}], "responses": [{"text": "Hello."}]})


@pytest.mark.usefixtures("trained")
@pytest.mark.parametrize("result", [{"events": [{"event": MARKER}]}, {"events": MARKER}, {"responses": [MARKER]}])
def test_anything_else_is_an_error_that_names_the_place_and_no_words(result: dict[str, Any]) -> None:
    from rasa.shared.exceptions import RasaException

    with pytest.raises(RasaException, match=r"^action_reply returned .* at \$\.(events|responses)") as caught:
        validate(result)
    assert MARKER not in str(caught.value)
