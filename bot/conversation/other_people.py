"""Recognises by its words alone a message that asks for somebody else's visit, file or number.

Only looked at where a message is no question that a card answers, so it may be plain. It must still leave alone who
asks on somebody's behalf ("my husband wants it too, what does it cost").
"""

from __future__ import annotations

import re

LONGEST = 300
"""Characters. Such a question is asked in a sentence or two; a longer message is a story for whoever reads it."""

_RELATION = (
    r"(?:husband|hubby|wife|spouse|partner|boyfriend|girlfriend|bf|gf|fianc[eé]e?|ex|mum|mom|mam|mother|dad|father|"
    r"parents?|son|daughter|kid|child|sister|brother|sis|bro|aunt|uncle|cousin|niece|nephew|gran|grandmother|"
    r"grandfather|friend|mate|neighbou?r|boss|colleague|co-?worker|flatmate|roommate|tenant|employee)"
)
_OF_HERS = r"(?:late|ex|little|big|best|old|older|younger|good|dear)"
_RELATIVE = rf"(?:my|our|the) (?:{_OF_HERS}[ -])*{_RELATION}(?:[ -]in[ -]law)?(?:['’]?s)?(?: (?-i:[A-Z][\w'’]+))?"
_NAMED = r"(?:(?:mr|mrs|ms|miss)\.? [\w'’-]+|patient (?!who|that|with|can|may|is|has|and|or)[\w'’-]+)"
_FULL_NAME = r"(?-i:[A-Z][a-zà-ž'’-]+ [A-Z][\w'’-]+)"
_ONE = rf"(?:{_RELATIVE}|{_NAMED}|{_FULL_NAME}|he|she)"
_OTHERS = r"(?:(?:all |the |your |other |another |any )+(?:patients?|clients?|customers?)(?:['’]s?)?)"
_FEW = r"(?:\w+ ){0,2}?"

_FILE = r"(?:files?|records?|medical records?|medical history|charts?)"
_DATA = (
    rf"(?:{_FILE}|notes?|phone numbers?|telephone numbers?|mobile numbers?|numbers|(?:home )?address(?:es)?|e-?mails?|"
    r"e-?mail address(?:es)?|contact details|details|personal (?:data|information|info)|diagnosis|date of birth|"
    r"birthday|names|prescriptions?|bills?|invoices?|receipts?)"
)
_OF_ONE = rf"(?:{_DATA}|number|phone|results?|test results?|photos?|pictures?|pics?|weight|appointments?|bookings?)"
_ASKS = (
    r"\b(?:(?:give|send|show|tell|text|forward|email|mail|read|get|find|pass)(?: it)?(?: (?:me|us|to me))|"
    r"(?:^|please )give|look up|pull up|open|list|read out|(?:can|could|may) (?:i|we) (?:have|get|see|read)|"
    r"i(?: would|['’]d)? (?:want|need|like|am entitled to)(?: to (?:see|have|know|read))?|"
    r"do you have|have you got|what(?:['’]?s| is| are| was| were)|where(?:['’]?s| is)|when(?:['’]?s| is| was))\b"
)

_PATTERNS = [
    # Somebody's file, or their number, results and the like when they are asked for.
    rf"\b{_RELATIVE} {_FILE}\b(?! (?:is|says?|shows?)\b)",
    rf"{_ASKS}[^?.!]*\b(?:{_RELATIVE}|his|her|{_NAMED}(?:['’]?s)?|{_FULL_NAME}['’]s) "
    rf"(?:(?!registration)\w+ )?{_OF_ONE}\b",
    rf"{_ASKS}[^?.!]*\b{_OF_ONE} (?:of|for|from|about|on) (?:{_RELATIVE}|{_NAMED}|{_FULL_NAME})(?!\w)",
    rf"{_ASKS}[^?.!]*\b{_DATA} (?:of|for|from|about|on) {_OTHERS}",
    rf"{_ASKS}[^?.!]*\b{_OTHERS} {_DATA}\b",
    rf"^\W*{_RELATIVE} {_OF_ONE}(?: please|\s*[,?.!]|$)",
    rf"{_ASKS}[^?.!]*\b{_OF_ONE} (?:of|for|from|about|on) (?:that|another|the other) (?:patient|client|customer)\b",
    # Whether they were here, are, or will be.
    rf"\b(?:was|were|wasn['’]?t) {_ONE} {_FEW}(?:in(?! (?:the|a|an|his|her|my|for)\b)|here|there|with you|"
    r"at (?:your|yours|the)|in (?:the|your) (?:clinic|office)|seen|treated|booked)\b",
    rf"\b(?:has|have|had|hasn['’]?t) {_ONE} {_FEW}(?:been (?:in|here|seen|treated|"
    r"(?:to|at|with) (?:yours?|you|the)\b)|come in|come to|visited|"
    r"booked|paid|cancel+ed|registered|signed up)\b",
    rf"\bdid {_ONE} {_FEW}(?:come|visit|book|turn up|show up|attend|pay|cancel|register|"
    r"see (?:you|the|a|your)|(?:have|make|keep|miss) (?:an?|the|his|her) (?:appointment|booking|treatment|session))\b",
    rf"\bis {_ONE} (?:(?:still )?(?:in|here|there|with you)(?: (?:now|today|right now|yet|still))*\W*$|"
    r"(?:still )?(?:booked|coming in)\b|(?:a|an|one of your) (?:\w+ )?(?:patients?|clients?|customers?)\b)",
    rf"\bis {_ONE} (?:visiting|coming to) (?:you|the clinic)",
    rf"\b(?:if|whether|confirm|check)(?: that)? {_ONE} {_FEW}(?:came|visited|was (?:in|here|there|at|with)|has been)\b",
    r"\b(?:which|what) (?:other )?(?:patients|clients|customers) (?:come|came|are coming|are booked|are in)\b",
    # What was done with them, or said.
    rf"\b(?:what|why|when|where|how much) (?:did|has|have|was|were|is|are) (?:you|the (?:doctor|nurse|clinic)|she|he) "
    rf"(?:\w+ )?(?:prescrib\w*|giv\w*|gave|inject\w*|do|done|doing|say|said|tell|told|charge\w*)\b[^?.!]*\b{_RELATIVE}",
    rf"\b(?:what|when|where|why|how often|how much) (?:did|does|has|was|is) {_ONE} {_FEW}(?:weigh\w*|pay|paid|buy|"
    r"book\w*|come in|coming in|have done|had done|get done|tell you|told you|say to you|see (?:you|the doctor))\b",
    rf"\btell (?:me|us) (?:what|when|where|why|if|whether|who|how) {_ONE} {_FEW}(?:weigh\w*|paid|pays|booked|had|"
    r"has been|was|were|came|comes|is in|said|told|visited|did)\b",
]
_ABOUT_OTHERS = re.compile("|".join(f"(?:{pattern})" for pattern in _PATTERNS), re.IGNORECASE)


def asks_about_others(text: str) -> bool:
    """Whether `text` asks what a clinic may tell nobody: who else comes here, and what is held about them."""
    said = " ".join(text.split())
    return len(said) <= LONGEST and _ABOUT_OTHERS.search(said) is not None
