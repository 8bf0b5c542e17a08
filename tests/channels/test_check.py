"""`python -m bot.channels check`, with real servers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.channels.__main__ import main
from bot.channels.trial import TEXT
from bot.privacy.cipher import new_key
from bot.settings import ROOT, Settings
from tests.channels.fakes.platform import running
from tests.channels.fakes.slack import CHANNEL, Slack
from tests.channels.fakes.slack import TOKEN as SLACK_TOKEN
from tests.channels.fakes.telegram import TOKEN, Telegram
from tests.channels.fakes.twilio import ACCOUNT, OURS, PATIENT, PUBLIC, Twilio
from tests.channels.fakes.twilio import TOKEN as AUTH
from tests.channels.mail_server import USER, MailServer, free_port
from tests.channels.receiver import SECRET, Receiver
from tests.channels.samples import NURSE

Set = Callable[..., None]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Set:
    """Set environment variables; a clinic with one address."""
    file = tmp_path / "clinic.yml"
    text = (ROOT / "clinic.yml").read_text(encoding="utf-8")
    file.write_text(text.replace("alert_emails: []", f"alert_emails: [{NURSE}]"), encoding="utf-8")
    monkeypatch.setattr(Settings.__config__, "env_file", (tmp_path / "none",))
    for name in Settings.__fields__:
        monkeypatch.delenv(f"MESOGUIDE_{name.upper()}", raising=False)

    def put(**values: object) -> None:
        for name, value in values.items():
            monkeypatch.setenv(f"MESOGUIDE_{name.upper()}", str(value))

    put(data_key=new_key(), brain_secret=new_key(), clinic_file=file)
    return put


def test_a_mail_that_goes_out_is_said_to_go_out(
    settings: Set, mail: MailServer, capsys: pytest.CaptureFixture[str]
) -> None:
    settings(smtp_host="127.0.0.1", smtp_port=mail.port, smtp_security="none", smtp_from=USER)
    assert main(["check", "email"]) == 0
    assert capsys.readouterr().out == f"Sent to {NURSE}. Look whether it arrived.\n"
    assert mail.receivers == [NURSE]
    assert main(["check", "email", "me@clinic.example"]) == 0
    assert mail.receivers == [NURSE, "me@clinic.example"]


def test_a_mail_that_is_refused_says_why(settings: Set, mail: MailServer, capsys: pytest.CaptureFixture[str]) -> None:
    settings(smtp_host="127.0.0.1", smtp_port=mail.port, smtp_security="starttls", smtp_from=USER)
    assert main(["check", "email"]) == 1
    said = capsys.readouterr().out
    assert said.startswith(f"Not sent to {NURSE}. The mail server doesn't offer STARTTLS.")


def test_a_webhook_that_takes_it_and_one_that_does_not(
    settings: Set, hook: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    settings(webhook_url=hook.url, webhook_secret=SECRET)
    assert main(["check", "webhook"]) == 0
    assert hook.posts[0].document["event"] == "test"
    settings(webhook_url=f"http://127.0.0.1:{free_port()}/")
    assert main(["check", "webhook"]) == 1
    first, second = capsys.readouterr().out.splitlines()
    assert first == "Sent to the webhook. Look whether it arrived."
    assert second.startswith("Not sent to the webhook. The server can't be reached.")


def test_slack_takes_it_or_says_why_not(settings: Set, capsys: pytest.CaptureFixture[str]) -> None:
    with running(Slack()) as slack:
        settings(slack_token=SLACK_TOKEN, slack_channel=CHANNEL, slack_api=f"{slack.url}/api/")
        assert main(["check", "slack"]) == 0
        assert slack.shown == [f"*{TEXT}*"]
        settings(slack_channel="C0000000001")
        assert main(["check", "slack"]) == 1
    first, second = capsys.readouterr().out.splitlines()
    assert first == "Sent to Slack. Look whether it arrived."
    assert second.startswith("Not sent to Slack. The Slack app may not write in the channel. Invite it there")


def test_telegram_is_registered_and_looked_at(settings: Set, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "telegram"]) == 1
    assert main(["register", "telegram"]) == 1
    with running(Telegram()) as telegram:
        settings(telegram_token=TOKEN, telegram_secret=SECRET, telegram_api=telegram.url)
        settings(public_url="https://chat.clinic.example")
        assert [main(["check", "telegram"]), main(["register", "telegram"]), main(["check", "telegram"])] == [1, 0, 0]
    said = capsys.readouterr().out.splitlines()
    assert [line.split(".")[0] for line in said] == [
        "This way of sending isn't set up on the server",
        "MESOGUIDE_TELEGRAM_TOKEN is empty",
        "Telegram doesn't know yet where to send messages",
        "Registered",
        "Telegram is set up",
    ]


@pytest.mark.parametrize(
    ("kind", "variable"),
    [
        ("email", "MESOGUIDE_SMTP_HOST"),
        ("webhook", "MESOGUIDE_WEBHOOK_URL"),
        ("slack", "MESOGUIDE_SLACK_TOKEN"),
    ],
)
def test_what_is_not_set_up_names_the_setting(
    kind: str, variable: str, settings: Set, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", kind]) == 1
    assert f"{variable} is empty." in capsys.readouterr().out


def test_a_wrong_setting_is_said_in_a_sentence(settings: Set, capsys: pytest.CaptureFixture[str]) -> None:
    settings(smtp_host="mail.example", smtp_from="nobody")
    assert main(["check", "email"]) == 1
    assert capsys.readouterr().out.startswith("MESOGUIDE_SMTP_FROM: 'nobody' is not an e-mail address")


def test_without_any_address_it_says_where_to_add_one(settings: Set, capsys: pytest.CaptureFixture[str]) -> None:
    settings(smtp_host="127.0.0.1", smtp_from=USER, clinic_file=ROOT / "clinic.yml")
    assert main(["check", "email"]) == 1
    assert capsys.readouterr().out.startswith("There is nobody to write to: add alert_emails to clinic.yml")


def test_an_app_that_is_right_gets_a_test_message(settings: Set, capsys: pytest.CaptureFixture[str]) -> None:
    with running(Twilio()) as twilio:
        settings(twilio_account=ACCOUNT, twilio_token=AUTH, twilio_sms_from=OURS, twilio_api=twilio.url)
        settings(public_url=PUBLIC)
        assert main(["check", "sms", PATIENT]) == 0
        assert capsys.readouterr().out.endswith("The test message is sent. Look whether it arrived.\n")
        assert [sent["To"] for sent in twilio.sent] == [PATIENT]
        assert main(["check", "sms", "+1"]) == 1
        assert capsys.readouterr().out.endswith("The app doesn't know this patient's address any more.\n")
