from __future__ import annotations

import socket
import ssl
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.errors import DeliveryError
from tests.channels.mail_server import PASSWORD, USER, MailServer, free_port, mail_server
from tests.channels.samples import NURSE, email, leased, mailer

pytestmark = pytest.mark.anyio
SIGN_IN = {"user": USER, "password": SecretStr(PASSWORD)}


async def _refused(port: int, **others: Any) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await mailer(port, **others).send(leased(email()))
    return caught.value


async def test_a_mail_arrives_with_all_that_a_mail_needs(mail: MailServer) -> None:
    one = leased(email())
    await mailer(mail.port).send(one)
    (message,) = mail.messages
    assert mail.receivers == [NURSE]
    assert (message["To"], message["From"], message["Subject"]) == (NURSE, f"MesoGuide <{USER}>", "Subject a")
    assert message["Message-ID"] == f"<{one.stable_id}@clinic.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content().splitlines() == ["Somebody waits."]


async def test_sent_twice_it_has_the_same_message_id(mail: MailServer) -> None:
    await mailer(mail.port).send(leased(email()))
    await mailer(mail.port).send(leased(email()))
    await mailer(mail.port).send(leased(email("b")))
    first, second, other = (message["Message-ID"] for message in mail.messages)
    assert first == second != other


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_it_goes_out_encrypted_and_signed_in(security: str, trusted: ssl.SSLContext) -> None:
    with mail_server(tls=trusted, at_once=security == "tls") as server:
        sign_in = SIGN_IN if security == "starttls" else {}
        await mailer(server.port, security=security, **sign_in).send(leased(email()))
        assert server.was_encrypted == [True]


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_an_unknown_certificate_gets_no_password(security: str, certificate: tuple[Path, ssl.SSLContext]) -> None:
    with mail_server(tls=certificate[1], at_once=security == "tls") as server:
        error = await _refused(server.port, security=security, **SIGN_IN)
        assert (error.code, error.is_permanent, server.messages) == ("tls", False, [])


async def test_a_wrong_password_is_tried_again_but_not_soon(trusted: ssl.SSLContext) -> None:
    with mail_server(tls=trusted) as server:
        error = await _refused(server.port, security="starttls", user=USER, password=SecretStr("wrong"))
        assert (error.code, error.is_permanent) == ("sign_in", False)
        assert error.retry_after_s is not None
        assert error.retry_after_s >= 600


async def test_a_server_without_starttls_gets_nothing(mail: MailServer) -> None:
    error = await _refused(mail.port, security="starttls")
    assert (error.code, error.is_permanent, mail.messages) == ("no_starttls", False, [])


async def test_a_server_without_sign_in_is_named(mail: MailServer) -> None:
    assert (await _refused(mail.port, **SIGN_IN)).code == "no_sign_in"


@pytest.mark.parametrize(
    ("answer", "code", "is_permanent"),
    [("451 Busy", "smtp_451", False), ("550 Spam", "smtp_550", True), ("554 No", "smtp_554", True)],
)
async def test_what_the_server_says_decides_whether_to_try_again(
    answer: str, code: str, is_permanent: bool, mail: MailServer
) -> None:
    mail.refusals = [answer]
    error = await _refused(mail.port)
    assert (error.code, error.is_permanent) == (code, is_permanent)


@pytest.mark.parametrize(
    ("answer", "code", "is_permanent"),
    [("550 No such user", "recipient_refused", True), ("450 Greylisted", "smtp_450", False)],
)
async def test_an_unknown_address_is_given_up_and_a_greylisted_one_is_not(
    answer: str, code: str, is_permanent: bool, mail: MailServer
) -> None:
    mail.refused_receivers = {NURSE: answer}
    error = await _refused(mail.port)
    assert (error.code, error.is_permanent) == (code, is_permanent)


async def test_nobody_there_is_tried_again() -> None:
    error = await _refused(free_port())
    assert (error.code, error.is_permanent) == ("no_connection", False)


async def test_an_unknown_server_is_tried_again() -> None:
    error = await _refused(25, host="mail.invalid")
    assert (error.code, error.is_permanent) == ("no_connection", False)


async def test_a_server_that_hangs_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.email.transport.TIMEOUT_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        error = await _refused(silent.getsockname()[1])
    assert (error.code, error.is_permanent) == ("timeout", False)


async def test_an_error_quotes_neither_addresses_nor_the_servers_words(mail: MailServer) -> None:
    mail.refused_receivers = {NURSE: f"550 {NURSE} is unknown here"}
    error = await _refused(mail.port)
    assert NURSE not in repr(error)
    assert error.__cause__ is None
