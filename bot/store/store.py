"""The store: everything that must survive a restart, behind one name."""

from __future__ import annotations

from bot.store.assessments import Assessments
from bot.store.conversations import Conversations
from bot.store.handoffs import Handoffs
from bot.store.held import HeldData
from bot.store.log import Log
from bot.store.missed import MissedQuestions
from bot.store.protocols import Protocols
from bot.store.records import Records
from bot.store.retention import Retention
from bot.store.staff import StaffAccounts
from bot.store.trackers import Trackers
from bot.store.turns import Turns


class Store(
    Conversations,
    Log,
    Turns,
    Handoffs,
    Records,
    Retention,
    HeldData,
    Trackers,
    Assessments,
    Protocols,
    MissedQuestions,
    StaffAccounts,
):
    """The conversation log of one clinic.

    Made from an engine (`create_store_engine`, after `upgrade`) and a cipher. Blocking and thread-safe; several
    processes may share one database. Failures of the database itself surface as SQLAlchemy's errors, whose texts
    hold no parameters.
    """
