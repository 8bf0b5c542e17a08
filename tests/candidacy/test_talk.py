"""One step at a time: answers, detours, and everything that patients do instead."""

from __future__ import annotations

import pytest

from bot.candidacy.desk import Desk
from bot.candidacy.engine import assess
from bot.vocabulary import Kind, Outcome
from tests.candidacy.visit import Visit


def titles(visit: Visit) -> list[str]:
    return [button.title for button in visit.shown.buttons]


def test_consent_comes_first_and_a_no_ends_it_with_something_to_read(visit: Visit) -> None:
    assert "not a doctor" in visit.shown.text
    visit.say("no")
    assert (visit.state.place, visit.state.end, dict(visit.answers)) == ("ended", "declined", {})
    assert {button.payload for button in visit.shown.buttons} >= {"/ask_contraindications"}


def test_every_screen_is_a_questionnaire_and_shows_how_far_it_is(visit: Visit) -> None:
    visit.press("consent", "yes")
    while visit.state.place == "asking":
        shown = visit.shown
        assert shown.kind is Kind.QUESTIONNAIRE
        (bar,) = shown.media
        assert bar["alt"] in shown.text
        assert 1 <= bar["now"] <= bar["of"]
        visit.press(visit.state.open, visit.desk.protocol.question(visit.state.open).answers[-1].id)
        if visit.state.place == "full_list":
            visit.press("full_list", "go_on")


def test_a_clear_way_ends_with_the_read_back_and_no_barrier(visit: Visit) -> None:
    visit.to_end()
    assert visit.state.place == "read_back"
    assert "- Diabetes: No." in visit.shown.text
    visit.say("yes")
    assert visit.state.place == "send"
    text = visit.shown.text
    for words in ("no barrier from our list. That is not a yes.", "not a diagnosis", "send it to our staff"):
        assert words in text
    visit.say("no thanks")
    assert visit.state.end == "kept"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"diabetes": "yes"}, "You have diabetes."),
        ({"autoimmune": "yes"}, "where the body attacks itself"),
        ({"expectation": "big"}, "small and slow"),
    ],
)
def test_a_result_names_the_own_answers_that_caused_it(desk: Desk, changed: dict[str, str], words: str) -> None:
    visit = Visit(desk)
    visit.to_end(**changed)
    visit.press("read_back", "all_right")
    assert words in visit.shown.text
    (name,) = changed
    assert f"- {desk.protocol.question(name).short}: " in visit.shown.text
    assert visit.shown.sources
    assert visit.shown.media[0]["type"] == "sheet"


@pytest.mark.parametrize(
    ("question", "answer", "end"),
    [("signs_now", "yes", "urgent"), ("recent_shots", "yes", "urgent"), ("adult", "no", "under_age")],
)
def test_urgent_and_under_age_end_it_at_once(visit: Visit, question: str, answer: str, end: str) -> None:
    visit.to(question)
    visit.press(question, answer)
    assert (visit.state.place, visit.state.end) == ("ended", end)


def test_a_not_now_asks_before_the_full_list(visit: Visit) -> None:
    visit.to("blood_thinner")
    visit.press("blood_thinner", "thinner")
    assert titles(visit)[0] == "That's all"
    visit.press("blood_thinner", "done")
    assert visit.state.place == "full_list"
    assert "Do NOT stop your blood thinner." in visit.shown.text
    visit.say("stop here")
    assert visit.state.place == "read_back"
    visit.say("yes")
    text = visit.shown.text
    assert "**Not now**" in text
    assert "only a part of the list" in text
    assert "Not answered" not in text


def test_the_full_list_is_asked_for_once(visit: Visit) -> None:
    visit.to("diabetes")
    visit.press("diabetes", "yes")
    visit.say("go on")
    visit.press("heart", "yes")
    assert visit.state.place == "asking"


def test_a_question_that_takes_several_asks_for_more(visit: Visit) -> None:
    visit.to("goal")
    visit.press("goal", "hair")
    assert "I noted: Hair. Anything else?" in visit.shown.text
    assert "Hair" not in titles(visit)
    visit.say("scars too")
    assert visit.answers["goal"] == ("hair", "scars")


@pytest.mark.parametrize("words", ["no", "that's all", "nothing else"])
def test_no_to_anything_else_ends_the_list(visit: Visit, words: str) -> None:
    visit.to("goal")
    visit.press("goal", "hair")
    visit.say(words)
    assert visit.answers["goal"] == ("hair",)


def test_a_yes_where_only_a_choice_answers_asks_which(visit: Visit) -> None:
    visit.to("allergies")
    visit.say("yes")
    assert visit.state.open == "allergies"
    assert "Which of these is it?" in visit.shown.text
    visit.say("penicillin")
    assert visit.answers["allergies"] == ("other",)


def test_why_is_told_with_its_sources_and_the_question_stays(visit: Visit) -> None:
    visit.to("keloids")
    visit.say("why do you ask?")
    assert "Each needle could leave such a scar." in visit.shown.text
    assert visit.shown.sources
    assert visit.state.open == "keloids"
    visit.say("no")
    assert visit.answers["keloids"] == ("no",)


def test_back_asks_the_one_before_and_the_old_answer_stands_until_then(visit: Visit) -> None:
    visit.to("heart")
    visit.say("back")
    assert visit.state.open == "diabetes"
    assert visit.answers["diabetes"] == ("no",)
    visit.say("back")
    assert visit.state.open == "other_medicines"
    visit.say("yes")
    assert visit.answers["other_medicines"] == ("yes",)
    assert visit.state.open == "heart"


def test_back_at_the_first_question_says_so(visit: Visit) -> None:
    visit.say("back")
    assert "This is the first question." in visit.shown.text


def test_change_finds_the_answer_and_returns(visit: Visit) -> None:
    visit.to("keloids")
    visit.say("change my answer about allergies")
    assert visit.state.open == "allergies"
    visit.say("penicillin")
    assert "I changed this: Allergies: Another allergy." in visit.shown.text
    assert visit.state.open == "keloids"


def test_a_change_in_the_read_back_changes_the_outcome_and_back_again(visit: Visit) -> None:
    visit.to_end()
    before = assess(visit.desk.protocol, visit.answers)
    visit.say("change diabetes")
    visit.say("yes")
    assert visit.state.place == "read_back"
    assert assess(visit.desk.protocol, visit.answers).outcome is Outcome.NOT_NOW
    visit.say("change diabetes")
    visit.say("no")
    assert assess(visit.desk.protocol, visit.answers) == before


def test_no_to_the_read_back_asks_what_to_change(visit: Visit) -> None:
    visit.to_end()
    visit.say("no")
    assert "change allergies" in visit.shown.text
    visit.say("allergies")
    assert visit.state.open == "allergies"


def test_skip_is_no_clear_answer_and_skips_the_private_ones_together(visit: Visit) -> None:
    visit.to("keloids")
    visit.say("skip")
    assert visit.answers["keloids"] == ("skipped",)
    visit.to("feel_hours")
    assert "Skip these" in titles(visit)
    visit.say("skip")
    assert visit.state.open == "provider"
    visit.to_end()
    assert assess(visit.desk.protocol, visit.answers).outcome is Outcome.CLINICIAN_REVIEW


def test_the_skip_button_skips_the_private_ones_together(visit: Visit) -> None:
    visit.to("feel_hours")
    visit.press("feel_hours", "skipped")
    assert visit.state.open == "provider"


def test_stop_and_come_back(visit: Visit) -> None:
    visit.to("keloids")
    visit.say("stop")
    assert (visit.state.place, visit.state.end) == ("ended", "stopped")
    visit.wait(2)
    visit.come_back()
    assert visit.state.place == "resume"
    visit.say("go on")
    assert visit.state.open == "signs_now"
    assert "Is that still right?" in visit.shown.text
    for _ in range(4):
        visit.say("yes")
    assert visit.state.open == "keloids"


def test_start_over_forgets_the_answers(visit: Visit) -> None:
    visit.to("keloids")
    visit.say("start over")
    assert (visit.state.open, dict(visit.answers)) == ("consent", {})


def test_after_an_end_it_begins_anew(visit: Visit) -> None:
    visit.to("adult")
    visit.say("no")
    visit.come_back()
    assert (visit.state.place, visit.state.open) == ("asking", "consent")


def test_twice_not_understood_brings_numbers_and_then_staff(visit: Visit) -> None:
    visit.to("diabetes")
    visit.say("blorp")
    assert "I did not get that." in visit.shown.text
    visit.say("blorp blorp")
    assert "1. Yes\n2. No\n3. Not sure\n4. Prefer not to say" in visit.shown.text
    assert "Talk to a person" not in titles(visit)
    visit.say("blorp")
    assert "talk with our staff" in visit.shown.text
    assert "Talk to a person" in titles(visit)
    visit.say("2")
    assert visit.answers["diabetes"] == ("no",)
    assert visit.state.misses == 0


def test_a_question_to_the_bot_is_left_to_it_and_the_same_question_stays(visit: Visit) -> None:
    visit.to("diabetes")
    visit.say("does it hurt?", may_ask=True)
    assert visit.last is not None
    assert not visit.last.is_taken
    assert visit.state.open == "diabetes"
    assert visit.state.misses == 0


def test_an_answer_with_a_question_counts_and_the_question_is_left_to_the_bot(visit: Visit) -> None:
    visit.to("diabetes")
    visit.say("no, but does it hurt?", may_ask=True)
    assert visit.last is not None
    assert not visit.last.is_taken
    assert visit.answers["diabetes"] == ("no",)
    assert visit.state.open == "heart"


def test_doubtful_words_are_confirmed(visit: Visit) -> None:
    visit.to("blood_thinner")
    visit.say("xaralto")
    assert "I think you mean: Yes, a blood thinner. Is that right?" in visit.shown.text
    assert "blood_thinner" not in visit.answers
    visit.say("yes")
    assert visit.answers["blood_thinner"] == ("thinner",)


def test_a_wrong_guess_is_dropped(visit: Visit) -> None:
    visit.to("blood_thinner")
    visit.say("xaralto")
    visit.say("no")
    assert visit.state.open == "blood_thinner"
    assert "Check the name on your pack." in visit.shown.text
    visit.say("no")
    assert visit.answers["blood_thinner"] == ("none",)


def test_what_was_stated_before_is_asked_to_be_confirmed(desk: Desk) -> None:
    visit = Visit(desk, "I'm pregnant, can I have it?", "does it hurt?")
    visit.to("pregnancy")
    assert "I noted: Yes, or I could be. Is that still right?" in visit.shown.text
    visit.say("yes")
    assert visit.answers["pregnancy"] == ("yes",)
    assert visit.state.place == "full_list"
