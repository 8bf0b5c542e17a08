"""What the questionnaire's files hold. One protocol is one version of all of it: questions, rules, words."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import Field, PrivateAttr

from bot.documents import NoBlanks
from bot.vocabulary import Outcome

NOT_SURE, PREFER_NOT, SKIPPED, UNANSWERED = "not_sure", "prefer_not", "skipped", "unanswered"
UNKNOWN = (NOT_SURE, PREFER_NOT, SKIPPED, UNANSWERED)
"""Answers that say nothing about the question; each is valid for every question but the consent."""
NAME = r"^[a-z][a-z0-9_]*$"


class Answer(NoBlanks):
    """One thing that a patient may say. `says` counts while the question is open, `facts` and `names` anywhere."""

    id: str = Field(..., regex=NAME)
    title: str = Field(..., max_length=40)
    says: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    names_need: tuple[str, ...] = ()
    """Words of which one must stand beside a name elsewhere: fish is food, unless somebody is allergic to it."""


class Question(NoBlanks):
    """One screen. `when` asks it only after one of those answers to each of those earlier questions."""

    id: str = Field(..., regex=NAME)
    number: str = Field(..., regex=r"^[A-Z]\d+[a-z]?$")
    short: str = Field(..., max_length=40)
    ask: str
    why: str
    listed: tuple[str, ...] = Field((), alias="list")
    kind: Literal["consent", "age", "health", "choice", "private"]
    answers: tuple[Answer, ...]
    clear: tuple[str, ...]
    sources: tuple[str, ...]
    when: dict[str, tuple[str, ...]] = Field({})
    many: bool = False
    optional: bool = False
    group: str | None = None
    again_after_hours: int | None = Field(None, ge=1)

    class Config(NoBlanks.Config):
        allow_population_by_field_name = True

    @property
    def answer_ids(self) -> tuple[str, ...]:
        """Everything that may be recorded as an answer."""
        own = tuple(answer.id for answer in self.answers)
        return own if self.kind == "consent" else (*own, *UNKNOWN)

    def find(self, answer_id: str) -> Answer | None:
        return next((answer for answer in self.answers if answer.id == answer_id), None)


class Rule(NoBlanks):
    """`outcome` when every question of `when` has one of its answers. `text` picks the safety text of an urgent one."""

    id: str = Field(..., regex=r"^[A-Z]\d+[a-z]?(\.[a-z_]+)?$")
    when: dict[str, tuple[str, ...]]
    outcome: Outcome
    reason: str
    sources: tuple[str, ...] = ()
    tell: str | None = None
    ask: tuple[str, ...] = ()
    text: Literal["emergency", "same_day", "minor"] | None = None


class Unknown(NoBlanks):
    """What it means that a question has no real answer. `{short}` in the reason is the question's short name."""

    outcome: Outcome
    title: str = Field(..., max_length=40)
    reason: str


class OutcomeText(NoBlanks):
    id: Outcome
    title: str
    text: str


class Change(NoBlanks):
    version: str
    made_on: dt.date
    by: str
    what: str


class Override(NoBlanks):
    """Who answers for a rule that a clinic has made less strict."""

    signed_by: str
    signed_on: dt.date
    why: str


class Loosened(NoBlanks):
    rule: str
    outcome: Outcome
    override: Override


class Link(NoBlanks):
    title: str = Field(..., max_length=40)
    payload: str = Field(..., regex=r"^/[a-z_]+$")


class SheetText(NoBlanks):
    title: str
    intro: str
    answers: str
    reasons: str
    ask: str
    ask_always: tuple[str, ...]
    expected: str
    expected_lines: tuple[str, ...]
    urgent: str
    urgent_lines: tuple[str, ...]
    sources: str
    overrides: str


class Cited(NoBlanks):
    """A source as the patient sees it."""

    title: str
    url: str | None = None


class Review(NoBlanks):
    """Which clinician has signed this version."""

    status: Literal["unreviewed", "signed"]
    signed_by: str | None = None
    signed_on: dt.date | None = None


class Head(NoBlanks):
    """`protocol.yml`: everything around the questions."""

    version: str = Field(..., regex=r"^\d+(\.\d+)*$")
    changelog: tuple[Change, ...]
    review: Review
    outcomes: tuple[OutcomeText, ...]
    unknown: dict[str, Unknown]
    pause_days: int = Field(7, ge=7)
    texts: dict[str, str]
    titles: dict[str, str]
    reading: tuple[Link, ...] = ()
    sheet: SheetText


class Section(NoBlanks):
    """One file of `questions/`."""

    section: str
    questions: tuple[Question, ...]
    rules: tuple[Rule, ...] = ()


class Protocol(Head):
    """One version of the questionnaire, whole: also what it cites, so that an old version can still be shown."""

    questions: tuple[Question, ...]
    rules: tuple[Rule, ...]
    loosened: tuple[Loosened, ...] = ()
    sources: dict[str, Cited] = Field({})
    _by_id: dict[str, Question] = PrivateAttr(default_factory=dict)
    _hash: list[str] = PrivateAttr(default_factory=list)

    def __init__(self, **data: Any) -> None:
        super().__init__(**data)
        self._by_id.update({question.id: question for question in self.questions})

    @property
    def is_reviewed(self) -> bool:
        """Whether a clinician is named who signed it, and when."""
        return self.review.status == "signed" and bool(self.review.signed_by and self.review.signed_on)

    def question(self, question_id: str) -> Question:
        """Raises KeyError for a question that this version doesn't have."""
        return self._by_id[question_id]

    def has(self, question_id: str) -> bool:
        return question_id in self._by_id

    @property
    def consent(self) -> Question:
        """The first question; loading refuses a protocol that begins with another kind."""
        return self.questions[0]

    def outcome_text(self, outcome: Outcome) -> OutcomeText:
        return next(text for text in self.outcomes if text.id is outcome)

    def title(self, question: Question, answer_ids: tuple[str, ...]) -> str:
        """The answers in the words of their buttons."""
        return ", ".join(self._title(question, answer_id) for answer_id in answer_ids)

    def _title(self, question: Question, answer_id: str) -> str:
        answer = question.find(answer_id)
        return answer.title if answer else self.unknown[answer_id].title

    def rules_of(self, question_id: str) -> Iterator[Rule]:
        """Rules that name this question, alone or with others."""
        return (rule for rule in self.rules if question_id in rule.when)

    @property
    def document(self) -> str:
        """The whole version as JSON, to be kept and loaded again with `Protocol.parse_raw`."""
        return self.json(by_alias=True, sort_keys=True)

    @property
    def hash(self) -> str:
        """SHA-256 over the whole document: names this version even if somebody forgot to raise its number."""
        if not self._hash:
            # Asked for in every turn, and a document never changes.
            self._hash.append(hashlib.sha256(self.document.encode()).hexdigest())
        return self._hash[0]


Answers = Mapping[str, tuple[str, ...]]
"""What was answered, by question: one answer id, or several where the question takes several."""
