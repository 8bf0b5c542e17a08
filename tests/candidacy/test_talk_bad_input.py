"""What real patients bring: contradictions, two answers at once, ages, long histories, lost versions."""

from __future__ import annotations

import pytest

from bot.candidacy.desk import Desk
from bot.candidacy.screens import show
from bot.candidacy.state import State
from bot.candidacy.talk import fit_version
from tests.candidacy.visit import Visit


def test_a_contradiction_ends_on_the_stricter_side_and_says_so(visit: Visit) -> None:
    visit.to("goal")
    assert visit.answers["pregnancy"] == ("no",)
    visit.say("skin. I'm in my second trimester")
    assert visit.answers["pregnancy"] == ("yes",)
    assert "I keep the more careful one" in visit.shown.text
    visit.say("go on")
    assert visit.answers["goal"] == ("skin",)
    assert visit.state.open == "near_eye"


def test_a_milder_statement_never_overrules_an_answer(visit: Visit) -> None:
    visit.to("heart", diabetes="yes")
    visit.say("no and I'm not diabetic")
    assert visit.answers["diabetes"] == ("yes",)


def test_two_answers_in_one_message_both_count(visit: Visit) -> None:
    visit.to("pregnancy")
    visit.say("no, but I take warfarin")
    assert visit.answers["pregnancy"] == ("no",)
    assert "I also noted: Blood thinners: Yes, a blood thinner." in visit.shown.text
    visit.to("blood_thinner")
    assert "Is that still right?" in visit.shown.text
    visit.say("yes")
    assert visit.answers["blood_thinner"] == ("thinner",)


def test_an_answer_to_an_earlier_question_goes_where_it_belongs(visit: Visit) -> None:
    visit.to("keloids")
    visit.say("I forgot, I have a pacemaker")
    assert visit.answers["heart"] == ("yes",)
    visit.say("go on")
    assert visit.state.open == "keloids"


def test_a_button_below_an_earlier_question_changes_that_answer(visit: Visit) -> None:
    visit.to("keloids")
    visit.press("autoimmune", "yes")
    assert visit.answers["autoimmune"] == ("yes",)
    assert visit.state.open == "keloids"


@pytest.mark.parametrize(
    ("place", "answer"), [("toes", "yes"), ("provider", "home"), ("keloids", "maybe"), ("send", "send")]
)
def test_a_button_that_leads_nowhere_changes_nothing(visit: Visit, place: str, answer: str) -> None:
    before = visit.to("keloids")
    after = visit.press(place, answer)
    assert after.but(seen_at=before.seen_at) == before.but(seen_at=before.seen_at, notes=())


@pytest.mark.parametrize("text", ["17", "I'm 17", "16 and a half", "no", "under 18"])
def test_somebody_under_age_is_not_asked_further(visit: Visit, text: str) -> None:
    visit.to("adult")
    visit.say(text)
    assert visit.state.end == "under_age"


@pytest.mark.parametrize("text", ["200", "old enough", "I am 1000 years old"])
def test_an_age_that_cannot_be_is_asked_again(visit: Visit, text: str) -> None:
    visit.to("adult")
    visit.say(text)
    assert visit.state.open == "adult"
    assert "I need a yes or a no here." in visit.shown.text
    assert "adult" not in visit.answers


@pytest.mark.parametrize("text", ["nearly 18", "my kids are 5 and 7 and I'm 40", "I turn 18 next week"])
def test_an_age_in_doubt_is_asked_back_on_the_stricter_side(visit: Visit, text: str) -> None:
    visit.to("adult")
    visit.say(text)
    assert "I think you mean: No. Is that right?" in visit.shown.text


@pytest.mark.parametrize("text", ["18", "I'm 44", "yes", "yep"])
def test_an_adult_goes_on(visit: Visit, text: str) -> None:
    visit.to("adult")
    visit.say(text)
    assert visit.answers["adult"] == ("yes",)


def test_a_history_of_2000_words_is_read_for_its_facts(visit: Visit) -> None:
    visit.to("diabetes")
    visit.say("It all began when I was small and we lived by the sea. " * 160 + "I take warfarin. I have a pacemaker.")
    assert visit.answers["blood_thinner"] == ("thinner",)
    assert visit.state.stated["heart"] == ("yes",)
    assert "That was a lot of text." in visit.shown.text
    assert visit.state.open == "diabetes"


def test_after_a_day_of_silence_it_goes_on_and_asks_again_about_today(visit: Visit) -> None:
    visit.to("keloids")
    visit.wait(24)
    visit.say("no")
    assert visit.answers["keloids"] == ("no",)
    assert "Welcome back." in visit.shown.text
    assert visit.state.open == "signs_now"
    assert "Is that still right?" in visit.shown.text
    visit.say("no")
    visit.say("yes")
    assert visit.state.end == "urgent"


def test_a_lost_version_keeps_what_fits_and_asks_the_rest(desk: Desk, visit: Visit) -> None:
    visit.to("keloids")
    old = visit.state.but(hash="gone", answers={**visit.answers, "toes": ("ten",), "heart": ("maybe",)})
    moved = fit_version(desk, old)
    assert moved.hash == desk.protocol.hash
    assert "toes" not in moved.answers
    assert moved.open == "heart"
    assert "Our questions have changed" in show(desk, moved).text


def test_a_state_survives_its_trip_through_the_slot(visit: Visit) -> None:
    visit.to("keloids", goal="hair")
    assert State.parse_raw(visit.state.json()) == visit.state
