"""`python -m bot.gateway`: what patients' browsers talk to."""

from __future__ import annotations

import logging
import sys

import uvicorn

from bot.conversation.brain import HttpBrain
from bot.errors import MesoGuideError
from bot.gateway.app import create_app
from bot.privacy.logs import configure_logging
from bot.settings import load_settings
from bot.talk import connect
from bot.wiring import content, open_store, ship_canned_replies, starter_questions, use_office

logger = logging.getLogger("bot.gateway")

STOP_LIMIT_S = 3
"""Then open streams and long polls are cut; their readers come back with the number that they have."""
SWITCH_S = 0.001
"""How long a thread computes before another that waits gets its turn. By default, five times that: while patients'
messages are being read in other threads, each step of storing and acknowledging the next one would wait so long."""


def main() -> int:
    try:
        settings = load_settings()
        configure_logging(settings.log_level)
        brain = HttpBrain(
            settings.brain_url, settings.brain_secret.get_secret_value(), timeout_s=settings.brain_timeout_s
        )
        store = open_store(settings)
        office = use_office(store)
        ship_canned_replies(store)
        talk = connect(store, brain, settings)
        clinic, starters = content().clinic, starter_questions()
    except MesoGuideError as error:
        logging.basicConfig()
        logger.error("%s", error)
        return 1
    app = create_app(
        talk,
        clinic,
        starters=starters,
        sites=settings.allowed_sites,
        new_conversations_per_minute=settings.new_conversations_per_minute,
        office=office,
        require_totp=settings.require_totp,
    )
    sys.setswitchinterval(SWITCH_S)
    # No access log: addresses and paths together say who talked with a clinic about what, and when.
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_config=None,
        server_header=False,
        ws="none",
        timeout_graceful_shutdown=STOP_LIMIT_S,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
