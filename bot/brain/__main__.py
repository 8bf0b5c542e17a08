"""`python -m bot.brain`: load the newest model and answer the gateway on loopback."""

from __future__ import annotations

import logging
import sys

from bot.brain.process import prepare_process
from bot.errors import MesoGuideError
from bot.privacy.logs import configure_logging
from bot.settings import load_settings
from bot.wiring import content, open_store, use_office

logger = logging.getLogger("bot.brain")


def main() -> int:
    try:
        settings = load_settings()
        configure_logging(settings.log_level)
        prepare_process()
        # Imported here, after TensorFlow has been kept out.
        from aiohttp import web

        from bot.brain.brain import load_brain
        from bot.brain.server import create_app

        content()
        store = open_store(settings)
        use_office(store)
        brain = load_brain(settings.models_dir, store)
    except MesoGuideError as error:
        logging.basicConfig()
        logger.error("%s", error)
        return 1
    app = create_app(brain, settings.brain_secret.get_secret_value())
    web.run_app(app, host="127.0.0.1", port=settings.brain_port, access_log=None, print=None)
    return 0


if __name__ == "__main__":
    sys.exit(main())
