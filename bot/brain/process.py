"""What the process of a brain needs before anything of Rasa is imported."""

from __future__ import annotations

import os

from bot.brain.private_logs import keep_names_only
from bot.brain.tensorflow_free import keep_tensorflow_out


def prepare_process() -> None:
    """Call first: no word to Rasa's makers, none of patients in its logs, one thread, no TensorFlow."""
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    # The matrices of one message are small: a second thread only spins on the core that the gateway needs.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    keep_names_only()
    keep_tensorflow_out()
