"""Which apps the settings switch on."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.channels.app import App
from bot.channels.parts import Template
from bot.channels.twilio.app import make_sms, make_whatsapp
from bot.privacy.cipher import new_key
from bot.settings import Settings
from tests.channels.fakes.platform import running
from tests.channels.fakes.twilio import (
    ACCOUNT,
    OURS,
    PUBLIC,
    TEMPLATE,
    TOKEN,
    Twilio,
    hook_of,
    signed,
    sms,
    whatsapp,
)
from tests.channels.twilio.samples import post


def _settings(**others: Any) -> Settings:
    known: dict[str, Any] = {"data_key": new_key(), "brain_secret": new_key(), "public_url": PUBLIC}
    known |= {"twilio_account": ACCOUNT, "twilio_token": TOKEN}
    return Settings(_env_file=None, **(known | others))


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.__fields__:
        monkeypatch.delenv(f"MESOGUIDE_{name.upper()}", raising=False)


def test_each_is_off_until_its_number_is_set() -> None:
    assert make_sms(_settings()) is make_whatsapp(_settings()) is None
    only_sms, only_whatsapp = _settings(twilio_sms_from=OURS), _settings(twilio_whatsapp_from=OURS)
    assert make_whatsapp(only_sms) is make_sms(only_whatsapp) is None
    assert make_sms(Settings(_env_file=None, data_key=new_key(), brain_secret=new_key())) is None


def test_both_take_what_is_theirs_and_send() -> None:
    with running(Twilio()) as twilio:
        settings = _settings(twilio_sms_from=OURS, twilio_whatsapp_from=OURS, twilio_api=twilio.url)
        for name, made, fields in (
            ("sms", make_sms(settings), sms("Tut es weh?")),
            ("twilio_whatsapp", make_whatsapp(settings), whatsapp("Tut es weh?")),
        ):
            assert isinstance(made, App)
            assert made.name == name
            batch, _ = made.webhook.take(signed(hook_of(name), fields))
            asyncio.run(_answer(made, batch.events[0].chat))
        assert [sent["To"] for sent in twilio.sent] == [sms()["From"], whatsapp()["From"]]


async def _answer(app: App, chat: str) -> None:
    client = app.make_client()
    await client.send(post(to=chat))
    await client.close()
    sentences = await app.check()
    assert len(sentences) == (app.name == "twilio_whatsapp")


@pytest.mark.parametrize(
    ("name", "expected"),
    [("", None), ("back_to_you", None), (TEMPLATE, Template(TEMPLATE, "de", "Wir haben Neuigkeiten."))],
)
def test_only_whatsapp_has_a_template_and_only_one_of_twilios(name: str, expected: Template | None) -> None:
    given = {"template_name": name, "template_language": "de", "template_text": "Wir haben Neuigkeiten."}
    settings = _settings(twilio_sms_from=OURS, twilio_whatsapp_from=OURS, **given)
    by_sms, by_whatsapp = make_sms(settings), make_whatsapp(settings)
    assert by_sms is not None
    assert by_whatsapp is not None
    assert (by_sms.template, by_whatsapp.template) == (None, expected)
