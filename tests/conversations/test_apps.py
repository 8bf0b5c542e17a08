"""One whole journey in every messaging app, with the real model: question, questionnaire, a person, back again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import SecretStr

from bot.channels.hook import Raw
from bot.settings import ROOT, Settings
from bot.talk import Talk, connect
from bot.types import Envelope
from bot.vocabulary import Kind
from tests.channels.wires import MAKERS, PUBLIC, Seen, Wire, wired
from tests.conversations.candidacy import Questionnaire
from tests.conversations.patient import Patient
from tests.conversations.test_handoff import Nurse
from tests.trained import Trained

pytestmark = pytest.mark.model


class AppPatient(Patient):
    """Somebody with a phone. What is typed and pressed goes through the app's door, what comes back is on the phone."""

    def __init__(self, trained: Trained, talk: Talk, wire: Wire[Any]) -> None:
        self._trained = trained
        self._talk = talk
        self._wire = wire
        self._read = 0
        self.id = ""
        self.last: Envelope | None = None
        self._send(wire.typed("hello"))
        self._press("Yes, I agree")
        chat = talk.store.find_chat(wire.name, wire.address)
        assert chat is not None
        assert chat.conversation_id is not None
        self.id = chat.conversation_id
        self._service = talk.service
        self.skip()

    @property
    def phone(self) -> list[Seen]:
        return self._wire.seen()

    def say(self, text: str) -> Envelope:
        self._rest()
        self._send(self._wire.typed(text))
        return self._reply()

    def say_all(self, text: str) -> list[Envelope]:
        self._rest()
        self._send(self._wire.typed(text))
        return self.replies()

    def writes(self, text: str) -> None:
        self._rest()
        self._send(self._wire.typed(text))
        self.skip()

    def press_all(self, title: str) -> list[Envelope]:
        self._rest()
        self._press(title)
        return self.replies()

    def deliver(self) -> None:
        """What waits to be sent arrives."""
        self._trained.run(self._talk.notify.courier.deliver_due())

    def _press(self, title: str) -> None:
        """The button, the list's entry, or the number before the title."""
        for seen in reversed(self.phone):
            numbered = [line for line in seen.text.splitlines() if line.endswith(f". {title}")]
            if title in seen.choices:
                self._send(self._wire.pressed(title, seen.choices[title]))
            elif numbered:
                self._send(self._wire.typed(numbered[-1].split(".")[0]))
            if title in seen.choices or numbered:
                return
        raise AssertionError(f"{title} is nowhere on the phone")

    def _send(self, raw: Raw) -> None:
        async def through() -> None:
            batch, reply = self._talk.apps.known[self._wire.name].webhook.take(raw)
            assert reply.status == 200
            await self._talk.apps.intake.keep(self._wire.name, batch)
            await self._talk.apps.intake.work_due()
            if self.id:
                await self._talk.turns.settle(self.id)
            await self._talk.notify.courier.deliver_due()

        self._trained.run(through())


@pytest.fixture(params=sorted(MAKERS))
def wire(request: pytest.FixtureRequest) -> Iterator[Wire[Any]]:
    with wired(request.param) as found:
        yield found


@pytest.fixture
def patient(trained: Trained, wire: Wire[Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[AppPatient]:
    async def at_once(_self: object, _chat: str) -> None:
        return

    monkeypatch.setattr("bot.channels.pace.Pace.take", at_once)
    settings = Settings(
        data_key=SecretStr(trained.data_key),
        brain_secret=SecretStr("s" * 40),
        database_url=f"sqlite:///{trained.database}",
        models_dir=ROOT / "models",
        messages_per_minute=1000,
        public_url=PUBLIC,
        **wire.settings,
    )
    talk = connect(trained.talk.store, trained.brain, settings)
    yield AppPatient(trained, talk, wire)
    trained.run(_closed(talk))


async def _closed(talk: Talk) -> None:
    await talk.apps.close()
    # The connections' own goodbyes.
    await asyncio.sleep(0)


def test_a_question_the_questionnaire_a_person_and_back(patient: AppPatient, trained: Trained) -> None:
    answer = patient.say("does it hurt?")
    assert answer.kind is Kind.ANSWER
    assert answer.topics == ("pain",)
    questionnaire = Questionnaire(patient)
    result = questionnaire.to_result()
    assert result.kind is Kind.QUESTIONNAIRE
    assert "suitable" not in " ".join(seen.text for seen in patient.phone).lower()
    asked = patient.say_all("can i talk to a person please")
    assert asked[0].kind is Kind.HANDOFF
    nurse = Nurse(trained)
    handoff = nurse.joins(patient)
    nurse.writes(handoff, "Hello, this is Nora. How can I help?")
    patient.deliver()
    assert "How can I help?" in patient.phone[-1].text
    assert patient.phone[-1].text.startswith(("Nora", "*Nora"))
    before = len(patient.phone)
    patient.writes("Is Tuesday free?")
    assert len(patient.phone) == before, "the bot spoke while staff have the word"
    nurse.leaves(handoff)
    patient.deliver()
    patient.skip()
    # The result still asks whether to keep it, and does so again.
    assert patient.say_all("how long does a session take?")[0].kind is Kind.ANSWER
    said = "\n".join(seen.text for seen in patient.phone)
    assert "/ask_" not in said
    assert "{" not in said
