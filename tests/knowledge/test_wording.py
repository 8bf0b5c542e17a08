"""How cards and replies speak: easy to read, no promise, no pressure."""

import re

import pytest

from bot.reading import grade, words_per_sentence
from bot.retrieval.replies import Reply

HIGHEST_GRADE = 6
LONGEST_MEAN_SENTENCE = 15

# Said nowhere, in no context, so that nobody has to judge one: there is always another word.
PROMISES = (
    "guarantee*|permanent*|proven|safe|safely|safety|risk-free|painless|pain-free|miracle*|cure|cures|magic|"
    "melt|melts|melting|anti-aging|anti-ageing|rejuvenat*|best|perfect|natural|naturally|effective|"
    "good candidate|right for you if|FDA approved|FDA-approved|non-invasive"
)
BELITTLING = (
    "flaw*|problem area*|ugly|fix|fixes|imperfection*|stubborn|unsightly|younger|youthful|beautiful|cellulite-free"
)
PRESSURE = "book now|hurry|limited time|discount*|special offer*|package*|bundle*|deal|deals|don't miss|today only"
OF_A_PAGE = "click*|tap|menu|this page|press|button*|screen|scroll*"
"""What somebody who reads an SMS doesn't have."""
NEVER_TOLD = "dilut*|dosage*|dose|doses|mg|ml|units|gauge|buy online|Botox|Kybella|Aqualyx|Lemon Bottle|CoolSculpting"


def found(words: str, text: str) -> list[str]:
    pattern = "|".join(re.escape(word).replace(r"\*", r"\w*") for word in words.split("|"))
    return re.findall(rf"(?<![\w-])(?:{pattern})(?![\w-])", text, re.IGNORECASE)


@pytest.mark.parametrize("words", [PROMISES, BELITTLING, PRESSURE, NEVER_TOLD])
def test_no_text_says_a_banned_word(texts: dict[str, str], words: str) -> None:
    assert {name: said for name, text in texts.items() if (said := found(words, text))} == {}


def test_replies_speak_of_nothing_that_only_a_page_has(replies: dict[str, Reply]) -> None:
    said = {name: " ".join(reply.texts.values()) for name, reply in replies.items()}
    assert {name: words for name, text in said.items() if (words := found(OF_A_PAGE, text))} == {}


def test_banned_words_are_found_whole_and_in_any_case() -> None:
    assert found(PROMISES, "This is Safe, guaranteed.") == ["Safe", "guaranteed"]
    assert found(PROMISES, "An unsafe thing, safer than bestial.") == []


def test_every_text_reads_at_grade_six_or_lower(running_texts: dict[str, str]) -> None:
    assert {name: grade(text) for name, text in running_texts.items() if grade(text) > HIGHEST_GRADE} == {}


def test_the_grade_tells_hard_text_from_easy_text() -> None:
    assert grade("The shot may hurt a bit. It soon fades.") < HIGHEST_GRADE
    assert grade("Practitioners administer individualised intradermal formulations, minimising discomfort.") > 12


def test_sentences_are_under_fifteen_words_on_average(running_texts: dict[str, str]) -> None:
    means = {name: words_per_sentence(text) for name, text in running_texts.items()}
    assert {name: mean for name, mean in means.items() if mean >= LONGEST_MEAN_SENTENCE} == {}


def test_texts_use_only_the_markdown_that_every_channel_shows(texts: dict[str, str]) -> None:
    for name, text in texts.items():
        assert text.count("**") % 2 == 0, name
        lines = text.splitlines()
        assert not [line for line in lines if re.match(r"\s*(#|>|\*(?!\*)|\d+\.\s|\||`|<)|\s+-", line)], name
        assert not re.search(r"https?://", re.sub(r"\]\(https://\S+\)", "", text)), name


def test_every_line_of_a_list_is_a_sentence_so_that_it_can_be_read_aloud(texts: dict[str, str]) -> None:
    for name, text in texts.items():
        assert [line for line in text.splitlines() if line.startswith("- ") and line[-1] not in ".?"] == [], name
