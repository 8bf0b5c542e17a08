"""The store: everything that must survive a restart, behind one name."""

from __future__ import annotations

from bot.store.assessments import Assessments
from bot.store.audit import Audit
from bot.store.chats import Chats
from bot.store.contacts import Contacts
from bot.store.conversations import Conversations
from bot.store.counts import Counts
from bot.store.handoffs import Handoffs
from bot.store.held import HeldData
from bot.store.inbox import Inbox
from bot.store.log import Log
from bot.store.missed import MissedQuestions
from bot.store.notes import Notes
from bot.store.office import CannedReplies, OfficeSettings
from bot.store.outbox import Outbox
from bot.store.presence import Presences
from bot.store.protocols import Protocols
from bot.store.pulse import Pulses
from bot.store.queue import Queue
from bot.store.receipts import Receipts
from bot.store.records import Records
from bot.store.reminders import Reminders
from bot.store.retention import Retention
from bot.store.review import Review
from bot.store.search import Search
from bot.store.staff import StaffAccounts
from bot.store.staff_links import StaffLinks
from bot.store.staff_secrets import StaffSecrets
from bot.store.staff_sessions import StaffSessions
from bot.store.trackers import Trackers
from bot.store.transcripts import Transcripts
from bot.store.turns import Turns
from bot.store.views import SavedViews
from bot.store.waits import Waits


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
    Counts,
    OfficeSettings,
    CannedReplies,
    Notes,
    Transcripts,
    Presences,
    Outbox,
    Receipts,
    Reminders,
    StaffSessions,
    StaffSecrets,
    StaffLinks,
    Audit,
    Queue,
    SavedViews,
    Search,
    Pulses,
    Review,
    Contacts,
    Waits,
    Chats,
    Inbox,
):
    """The conversation log of one clinic.

    Made from an engine (`create_store_engine`, after `upgrade`) and a cipher. Blocking and thread-safe; several
    processes may share one database. Failures of the database itself surface as SQLAlchemy's errors, whose texts
    hold no parameters.
    """
