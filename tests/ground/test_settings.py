from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.errors import SettingsError
from bot.privacy.cipher import new_key
from bot.settings import Settings, load_content_settings, load_settings

KEY = new_key()
SECRET = "a-secret-for-gateway-and-brain-only-0123"


@pytest.fixture(autouse=True)
def secrets_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A private file of the test's own in place of the machine's, and nothing set in the environment."""
    file = tmp_path / "secrets.env"
    for settings in (Settings, type(load_content_settings())):
        monkeypatch.setattr(settings.__config__, "env_file", (tmp_path / ".env", file))
        for name in settings.__fields__:
            monkeypatch.delenv(f"MESOGUIDE_{name.upper()}", raising=False)
    file.write_text(f"MESOGUIDE_DATA_KEY={KEY}\nMESOGUIDE_BRAIN_SECRET={SECRET}\n")
    return file


def _complaint(monkeypatch: pytest.MonkeyPatch, **values: str) -> str:
    for name, value in values.items():
        monkeypatch.setenv(f"MESOGUIDE_{name.upper()}", value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    return str(caught.value)


def test_two_keys_in_the_private_file_are_enough() -> None:
    settings = load_settings()
    assert settings.data_key.get_secret_value() == KEY
    assert (settings.host, settings.port, settings.brain_url) == ("127.0.0.1", 8080, "http://127.0.0.1:5055")
    assert settings.allowed_sites == ()


def test_the_environment_wins_over_the_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MESOGUIDE_PORT", "9000")
    assert load_settings().port == 9000


def test_missing_secrets_are_named_each_with_its_mend(secrets_file: Path) -> None:
    secrets_file.unlink()
    with pytest.raises(SettingsError) as caught:
        load_settings()
    first, second = str(caught.value).splitlines()
    assert first == (
        "MESOGUIDE_DATA_KEY is not set; `make run` creates one in var/secrets.env, or set it in the environment."
    )
    assert second.startswith("MESOGUIDE_BRAIN_SECRET is not set; ")


def test_what_needs_no_secret_starts_without_one(secrets_file: Path) -> None:
    secrets_file.unlink()
    assert load_content_settings().knowledge_dir.is_dir()


WRONG: list[tuple[str, str, str]] = [
    ("port", "eighty", "integer"),
    ("port", "70000", "65535"),
    ("port", "-1", "1"),
    ("brain_timeout_s", "0", "greater than 0"),
    ("brain_timeout_s", "60", "20"),
    ("messages_per_minute", "0", "1"),
    ("log_level", "LOUD", "use DEBUG, INFO, WARNING or ERROR"),
    ("brain_secret", "short", "make a random one"),
    ("public_url", "chat.clinic.example", "write it like https://chat.example.org"),
    ("public_url", "http://chat.clinic.example", "write it like https://chat.example.org"),
    ("public_url", "https://chat.clinic.example/console", "write it like https://chat.example.org"),
    ("smtp_security", "ssl", "'starttls', 'tls', 'none'"),
    ("smtp_from", "clinic", "write it like console@clinic.example"),
    ("smtp_from", "a@clinic.example\r\nBcc: b@c.example", "write it like console@clinic.example"),
    ("webhook_url", "http://hooks.example/x", "not an https:// address"),
    ("webhook_url", "https://", "not an https:// address"),
    ("webhook_url", "http://[", "not an https:// address"),
]


@pytest.mark.parametrize(("name", "value", "mend"), WRONG)
def test_a_wrong_setting_is_named_with_its_mend(
    name: str, value: str, mend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    complaint = _complaint(monkeypatch, **{name: value})
    assert complaint.startswith(f"MESOGUIDE_{name.upper()}: ")
    assert mend in complaint


def test_all_that_is_wrong_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(_complaint(monkeypatch, port="x", log_level="y", sites="z").splitlines()) == 3


NO_ORIGINS = [
    "www.example.org",
    "https://www.example.org/",
    "https://www.example.org/page",
    "https://*.example.org",
    "https://",
    "ftp://example.org",
    "https://a.example;script-src",
    "https://a.example,https://b.example",
    "https://a.example?x=1",
    "https://a.example#x",
    "https://user@a.example",
    "https://a.example:port",
    "'self'",
    "*",
    "javascript:alert(1)",
]


@pytest.mark.parametrize("site", NO_ORIGINS)
def test_a_site_must_be_a_web_origin(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    complaint = _complaint(monkeypatch, sites=f"https://fine.example {site}")
    assert complaint == f"MESOGUIDE_SITES: {site!r} is not a web origin; write it like https://www.example.org."


def test_several_sites_may_embed_the_widget(monkeypatch: pytest.MonkeyPatch) -> None:
    sites = ("https://www.example.org", "http://localhost:3000", "http://[::1]:8080")
    monkeypatch.setenv("MESOGUIDE_SITES", " ".join(sites))
    assert load_settings().allowed_sites == sites


def test_no_secret_is_shown_when_settings_are_printed() -> None:
    settings = Settings(
        data_key=SecretStr(KEY),
        brain_secret=SecretStr(SECRET),
        database_url="postgresql://clinic:sesame@localhost/clinic",
    )
    for shown in (repr(settings), str(settings)):
        assert not [secret for secret in (KEY, SECRET, "sesame") if secret in shown]


def test_a_wrong_secret_is_not_shown_in_the_complaint(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "sesame" not in _complaint(monkeypatch, brain_secret="sesame")


def test_alerts_are_off_until_set() -> None:
    settings = load_settings()
    assert (settings.smtp_host, settings.webhook_url, settings.public_url) == ("", "", "")


def test_a_mail_server_needs_a_sender(monkeypatch: pytest.MonkeyPatch) -> None:
    complaint = _complaint(monkeypatch, smtp_host="mail.clinic.example")
    assert complaint.startswith("MESOGUIDE_SMTP_FROM: '' is not an e-mail address")


def test_a_password_never_travels_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    sender = {"smtp_from": "console@clinic.example", "smtp_security": "none", "smtp_password": "sesame"}
    complaint = _complaint(monkeypatch, smtp_host="mail.clinic.example", **sender)
    assert complaint == (
        "MESOGUIDE_SMTP_PASSWORD: would travel unencrypted; set MESOGUIDE_SMTP_SECURITY to starttls or tls."
    )
    monkeypatch.setenv("MESOGUIDE_SMTP_HOST", "localhost")
    assert load_settings().smtp_password.get_secret_value() == "sesame"


@pytest.mark.parametrize("secret", ["", "short-sesame"])
def test_a_webhook_needs_a_long_secret_and_its_address_is_not_shown(
    secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    complaint = _complaint(monkeypatch, webhook_url="https://hooks.example/sesame", webhook_secret=secret)
    assert complaint.startswith("MESOGUIDE_WEBHOOK_SECRET: is shorter than 32 characters")
    assert "sesame" not in complaint
    monkeypatch.setenv("MESOGUIDE_WEBHOOK_SECRET", SECRET)
    assert "sesame" not in repr(load_settings())


@pytest.mark.parametrize(
    "url", ["https://chat.clinic.example", "https://chat.clinic.example/", "http://localhost:8080"]
)
def test_the_public_address_ends_without_a_slash(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MESOGUIDE_PUBLIC_URL", url)
    assert load_settings().public_url == url.rstrip("/")
