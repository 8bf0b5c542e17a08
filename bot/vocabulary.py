"""The closed word lists that every other module shares."""

from __future__ import annotations

from enum import Enum


class Kind(str, Enum):
    """What a bot message is. A channel may style a kind; it never changes its text."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    EMERGENCY = "emergency"
    URGENT = "urgent"
    CRISIS = "crisis"
    MINOR = "minor"
    DECLINE_ADVICE = "decline_advice"
    QUESTIONNAIRE = "questionnaire"
    HANDOFF = "handoff"
    SMALLTALK = "smalltalk"
    FALLBACK = "fallback"
    NOTICE = "notice"


SAFETY_KINDS = frozenset({Kind.EMERGENCY, Kind.URGENT, Kind.CRISIS, Kind.MINOR})
"""What the red-flag check says."""

REFUSALS = SAFETY_KINDS | {Kind.DECLINE_ADVICE}
"""What stands whatever is asked back: it is said again, and nothing before it is opened."""
PASSING = frozenset({Kind.SMALLTALK, Kind.NOTICE})
"""What may stand between an answer and what is asked back about it."""


class Author(str, Enum):
    """Who wrote a message of the conversation log."""

    PATIENT = "patient"
    BOT = "bot"
    STAFF = "staff"
    SYSTEM = "system"


class State(str, Enum):
    """Who has the word in a conversation."""

    BOT = "bot"
    WAITING = "waiting"
    HUMAN = "human"
    CLOSED = "closed"


APPS = frozenset({"telegram", "whatsapp", "messenger", "sms", "twilio_whatsapp"})
"""Channels into which messages have to be sent; from all others patients fetch them."""


class ChatStatus(str, Enum):
    """What a patient in a messaging app has agreed to."""

    ASKED = "asked"
    ACTIVE = "active"
    STOPPED = "stopped"
    """Blocked us or is gone: who writes again is back."""
    SILENCED = "silenced"
    """Told us to stop: only START lifts that."""


class Level(str, Enum):
    """How soon a red flag needs care."""

    EMERGENCY = "emergency"
    URGENT = "urgent"
    CRISIS = "crisis"
    MINOR = "minor"


class Reason(str, Enum):
    """Why a person is needed."""

    ASKED = "asked"
    RED_FLAG = "red_flag"
    NOT_UNDERSTOOD = "not_understood"
    QUESTIONNAIRE = "questionnaire"
    ADVICE_DECLINED = "advice_declined"
    STAFF = "staff"


class Priority(str, Enum):
    """How soon staff should look."""

    NORMAL = "normal"
    URGENT = "urgent"


class Status(str, Enum):
    """How far a handoff is. The first two are open: a conversation has at most one of those."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    CLOSED = "closed"
    HANDED_BACK = "handed_back"


class Act(str, Enum):
    """What happens to a handoff."""

    OPEN = "open"
    RAISE = "raise"
    CLAIM = "claim"
    RELEASE = "release"
    TRANSFER = "transfer"
    TAKE_OVER = "take_over"
    HAND_BACK = "hand_back"
    WITHDRAW = "withdraw"
    CLOSE = "close"
    REMIND = "remind"
    """Nobody has claimed it: those on duty are told again."""
    ESCALATE = "escalate"
    """Still nobody: others are told, and the patient."""


class Sending(str, Enum):
    """How far something is that has to reach somebody outside."""

    WAITING = "waiting"
    SENT = "sent"
    DROPPED = "dropped"
    """Never sent, because it is no longer needed."""
    FAILED = "failed"
    """Given up until somebody sends it again."""


PATIENT = "patient"
"""Stands where a member of staff's id would, in a handoff's history and among who looks at a conversation."""

BACK_TO_BOT = "/back_to_bot"
"""The payload of the button that leads from staff back to the bot; the gateway carries it out itself."""

RESUME_TALK = "/resume_talk"
"""The payload of the turn in which the bot speaks first, because staff have left."""

WITHDRAWN = "/request_withdrawn"
"""As RESUME_TALK, after a patient has taken back the request for a person: what was left open is gone through."""

ASK_AGAIN = "/ask_again"
"""As RESUME_TALK, after the system has said something in between: the question that was left open is asked again."""

QUIET_TURNS = frozenset({WITHDRAWN, ASK_AGAIN})
"""Turns in which the bot says nothing when no question was left open."""


class Role(str, Enum):
    """What a member of staff is; each may do all that the one before may."""

    VIEWER = "viewer"
    AGENT = "agent"
    LEAD = "lead"
    ADMIN = "admin"


class Permission(str, Enum):
    """What a page of the console asks of whoever opens it. Which role has which: `bot/staff/permissions.py`."""

    PUBLIC = "public"
    """Nobody needs to be signed in."""
    SELF = "self"
    """Signed in, whatever the role."""
    READ = "read"
    REPLY = "reply"
    EXPORT = "export"
    ERASE = "erase"
    CANNED = "canned"
    NUMBERS = "numbers"
    USERS = "users"
    SETTINGS = "settings"
    AUDIT = "audit"


class Outcome(str, Enum):
    """What the questionnaire comes to; the first one that any answer leads to is the result. Never a verdict."""

    URGENT = "urgent"
    UNDER_AGE = "under_age"
    NOT_NOW = "not_now"
    CLINICIAN_REVIEW = "clinician_review"
    NO_BARRIER_FOUND = "no_barrier_found"

    @property
    def rank(self) -> int:
        """0 for the one that wins over all others."""
        return list(Outcome).index(self)


class Right(str, Enum):
    """What a patient may want done with what is held about them."""

    HELD = "held"
    """Be told what it is."""
    TRANSCRIPT = "transcript"
    """Take the talk along."""
    ERASE = "erase"


class Missed(str, Enum):
    """Why a question is kept for the owner to learn from."""

    UNANSWERED = "unanswered"
    NOT_HELPFUL = "not_helpful"
    WRONG = "wrong"
    """A member of staff says so."""


TOPICS: tuple[str, ...] = (
    "what_is",
    "how_it_works",
    "history_popularity",
    "benefits",
    "effectiveness_evidence",
    "worth_it_reviews",
    "treatment_areas",
    "facial_rejuvenation",
    "hair_loss",
    "cellulite",
    "fat_reduction",
    "scars_acne_pigmentation",
    "pain_management",
    "substances_ingredients",
    "techniques_devices",
    "session_count",
    "session_duration",
    "session_spacing",
    "results_onset",
    "results_duration",
    "pain",
    "numbing",
    "preparation",
    "aftercare",
    "downtime",
    "risks_side_effects",
    "serious_complications",
    "contraindications",
    "candidacy",
    "pregnancy_breastfeeding",
    "medications_blood_thinners",
    "medical_conditions",
    "allergies",
    "age_limits",
    "cost",
    "insurance_payment",
    "alternatives_comparison",
    "combination_treatments",
    "provider_qualifications",
    "clinic_standards_regulation",
    "at_home_diy",
    "booking_hours_location",
)
"""What a card can be about, and what an envelope's `topics` may name."""

AREAS: tuple[str, ...] = (
    "face",
    "neck",
    "hands",
    "hair",
    "body_fat",
    "cellulite",
    "scars",
    "pain_relief",
)
"""Where on the body, or for what purpose, an answer differs."""

AREA_OF_TOPIC: dict[str, str] = {
    "facial_rejuvenation": "face",
    "hair_loss": "hair",
    "fat_reduction": "body_fat",
    "cellulite": "cellulite",
    "scars_acne_pigmentation": "scars",
    "pain_management": "pain_relief",
}
"""Topics that are themselves about one area: who asks about them has named it."""

CONCERN_OF_AREA: dict[str, str] = {
    "cellulite": "cellulite",
    "scars": "scars_acne_pigmentation",
    "pain_relief": "pain_management",
}
"""Areas that say what for, not only where: who names one has named a concern."""

ANYWHERE = "any"
"""Named instead of an area by who asks in general again."""

TREATMENT_OF_AREA: dict[str, str] = {
    "face": "skin",
    "neck": "skin",
    "hands": "skin",
    "hair": "hair",
    "body_fat": "fat",
    "cellulite": "cellulite",
    "scars": "scars",
    "pain_relief": "pain",
}
"""What a clinic offers and prices, by the area that it is for."""
