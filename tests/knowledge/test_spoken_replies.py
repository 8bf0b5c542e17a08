"""One test for each promise that the bot's other sentences make."""

from bot.retrieval.library import Library
from bot.retrieval.replies import Reply


def test_every_topic_button_has_a_card_and_bears_its_title(library: Library, replies: dict[str, Reply]) -> None:
    for reply in replies.values():
        for button in reply.buttons:
            if button.payload.startswith("/ask_"):
                card = library.find(button.payload.removeprefix("/ask_"))
                assert card is not None, f"{reply.id}: {button.payload}"
                assert card.title == button.title, reply.id


def test_greeting_and_fallback_offer_every_mission_topic_and_a_person(replies: dict[str, Reply]) -> None:
    topics = ("pain", "downtime", "session_count", "risks_side_effects", "cost")
    for name in ("greet", "fallback"):
        payloads = [button.payload for button in replies[name].buttons]
        assert payloads == [*(f"/ask_{topic}" for topic in topics), "/request_handoff"]


def test_replies_that_cannot_help_give_the_clinics_number(replies: dict[str, Reply]) -> None:
    for name in ("fallback", "no_card", "decline_advice", "request_handoff", "brain_down"):
        assert "{phone}" in replies[name].text, name


def test_a_refusal_to_advise_still_says_what_is_urgent(replies: dict[str, Reply]) -> None:
    for name in ("decline_advice", "request_handoff", "brain_down"):
        assert "{urgent_phone}" in replies[name].text, name
        assert "{emergency_number}" in replies[name].text, name


def test_the_bot_says_that_it_is_a_program_and_that_it_can_be_wrong(replies: dict[str, Reply]) -> None:
    assert "computer program, not a doctor" in replies["greet"].text
    assert "I can be wrong" in replies["about_bot"].text
    assert "nobody watches this chat" in replies["about_bot"].text


def test_every_reply_can_be_said(replies: dict[str, Reply], values: dict[str, str]) -> None:
    for reply in replies.values():
        late = dict.fromkeys(reply.late, "7")
        assert "{" not in reply.envelope({**values, **late}).text, reply.id
