"""What an engineer sets: read from the environment, `.env` and the private secrets file, checked at start."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import BaseSettings, Field, SecretStr, ValidationError, validator

from bot.app_settings import AppSettings
from bot.errors import SettingsError

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
SHORTEST_SECRET = 32
SECRETS_FILE = VAR / "secrets.env"
ORIGIN = re.compile(r"https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?")

MAILBOX = re.compile(r"[^@\s<>,;\"()]+@[A-Za-z0-9.-]+")
LOOPBACK = ("localhost", "127.0.0.1", "::1")

Model = TypeVar("Model", bound=BaseSettings)


class ContentSettings(BaseSettings):
    """Where the bot's words are. All that training and `rasa shell` need: no secret among it."""

    clinic_file: Path = ROOT / "clinic.yml"
    knowledge_dir: Path = ROOT / "knowledge"

    class Config:
        env_prefix = "MESOGUIDE_"
        env_file = (SECRETS_FILE, ROOT / ".env")
        extra = "ignore"


class Settings(ContentSettings, AppSettings):
    """Every setting has the prefix `MESOGUIDE_` in the environment; `.env.example` explains each."""

    data_key: SecretStr = Field(..., description="One or more Fernet keys, comma separated; the first one encrypts.")
    brain_secret: SecretStr = Field(..., description="Shared by gateway and brain, at least 32 characters.")
    # Not shown with the other settings: it may carry a password.
    database_url: str = Field(f"sqlite:///{VAR / 'mesoguide.db'}", repr=False)
    host: str = "127.0.0.1"
    port: int = Field(8080, ge=1, le=65535)
    brain_port: int = Field(5055, ge=1, le=65535)
    brain_timeout_s: float = Field(8.0, gt=0, le=20, description="Stays below the lease of a turn.")
    models_dir: Path = ROOT / "models"
    sites: str = Field("", description="Web addresses that may embed the widget, space separated.")
    messages_per_minute: int = Field(20, ge=1, le=1000)
    new_conversations_per_minute: int = Field(10, ge=1, le=10000)
    require_totp: bool = Field(False, description="Ask every role for a second factor, not only lead and admin.")
    log_level: str = "INFO"
    public_url: str = Field("", description="Where browsers reach the gateway; links in alerts start with it.")
    smtp_host: str = Field("", description="The mail server for alerts. Empty: no e-mail.")
    smtp_port: int = Field(587, ge=1, le=65535)
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_from: str = ""
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    # Not shown: some receivers put a key into the address itself.
    webhook_url: str = Field("", repr=False, description="Gets alerts as signed JSON. Empty: no webhook.")
    webhook_secret: SecretStr = Field(SecretStr(""), description="Signs them, at least 32 characters.")

    @validator("brain_secret")
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        if len(value.get_secret_value()) < SHORTEST_SECRET:
            raise ValueError(f"is shorter than {SHORTEST_SECRET} characters; make a random one")
        return value

    @validator("log_level")
    def _known_level(cls, value: str) -> str:
        if value.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            raise ValueError(f"{value!r} is not a log level; use DEBUG, INFO, WARNING or ERROR")
        return value.upper()

    @validator("sites")
    def _origins_only(cls, value: str) -> str:
        for site in value.split():
            if not ORIGIN.fullmatch(site):
                raise ValueError(f"{site!r} is not a web origin; write it like https://www.example.org")
        return value

    @validator("public_url")
    def _own_origin(cls, value: str) -> str:
        if value and (not ORIGIN.fullmatch(value.rstrip("/")) or not _is_private_way(value)):
            raise ValueError(f"{value!r} is not an address that staff can open; write it like https://chat.example.org")
        return value.rstrip("/")

    @validator("smtp_from", always=True)
    def _sender(cls, value: str, values: dict[str, Any]) -> str:
        if (value or values.get("smtp_host")) and not MAILBOX.fullmatch(value):
            raise ValueError(f"{value!r} is not an e-mail address; write it like console@clinic.example")
        return value

    @validator("smtp_password")
    def _not_in_the_clear(cls, value: SecretStr, values: dict[str, Any]) -> SecretStr:
        is_open = values.get("smtp_security") == "none" and values.get("smtp_host") not in LOOPBACK
        if value.get_secret_value() and is_open:
            raise ValueError("would travel unencrypted; set MESOGUIDE_SMTP_SECURITY to starttls or tls")
        return value

    @validator("webhook_url")
    def _https_only(cls, value: str) -> str:
        if value and not _is_private_way(value):
            raise ValueError("is not an https:// address; plain http:// may go to this machine only")
        return value

    @validator("webhook_secret", always=True)
    def _signs(cls, value: SecretStr, values: dict[str, Any]) -> SecretStr:
        if values.get("webhook_url") and len(value.get_secret_value()) < SHORTEST_SECRET:
            raise ValueError(f"is shorter than {SHORTEST_SECRET} characters; make a random one")
        return value

    @property
    def brain_url(self) -> str:
        return f"http://127.0.0.1:{self.brain_port}"

    @property
    def allowed_sites(self) -> tuple[str, ...]:
        return tuple(self.sites.split())


def _is_private_way(url: str) -> bool:
    """Whether nobody on the way can read along."""
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and (
            parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
        )
    except ValueError:
        return False


def values_set(secrets_file: Path) -> dict[str, str | None]:
    """What environment, `.env` and `secrets_file` set together, unchecked, by the variables' names."""
    return {**dotenv_values(secrets_file), **dotenv_values(ROOT / ".env"), **os.environ}


def load_content_settings() -> ContentSettings:
    """As `load_settings`, for what needs no secret."""
    return _load(ContentSettings)


def load_settings() -> Settings:
    """Read and check all settings. Raises SettingsError that names each wrong one and what to do."""
    return _load(Settings)


def _load(model: type[Model]) -> Model:
    try:
        return model()
    except ValidationError as error:
        raise SettingsError("\n".join(_sentence(problem) for problem in error.errors())) from None


def _sentence(problem: Any) -> str:
    location = problem["loc"]
    name = f"MESOGUIDE_{str(location[0]).upper()}" if isinstance(location, tuple) else "a setting"
    if problem["type"] == "value_error.missing":
        return f"{name} is not set; `make run` creates one in var/secrets.env, or set it in the environment."
    return f"{name}: {problem['msg']}."
