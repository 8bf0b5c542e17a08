"""Recognises, without the brain, what patients want done with their data: while staff have the word, and while the
brain is down. Cautious: whoever isn't surely meant gets no notice, for a person reads the message anyway."""

from __future__ import annotations

import re

from bot.vocabulary import Right

LONGEST = 160
"""Characters. A wish of this kind is said in a sentence; within a story it is for whoever reads the story."""

OBJECT = (
    r"(?:chats?|chat (?:history|log)|conversations?|convo|msgs|messages|chat history|personal data|datas?|"
    r"personal (?:information|info|details)|(?:my|all) (?:information|info)|talk with (?:you|me)|transcripts?)"
)
MINE = r"(?:all(?: of)?|any of|every|my|our|this|these|the|whole|full|entire|complete|stored|personal|saved|and|me|us)"
DELETE = r"(?:delete|delet|delte|erase|wipe|remove|destroy|get rid of|clear|purge|scrub|eliminate)"
SEND = (
    r"(?:(?:send|email|e-mail|mail|forward|export|print|download|give|share)|"
    r"(?<!you )(?<!\bu )(?:save|keep|get|have|receive))"
)
# "I deleted", "don't delete", "if you delete", "why did you delete": told or feared, not wished.
NOT_WISHED = re.compile(
    r"\b(?:don['’]?t|do not|not|never|without|won['’]?t|didn['’]?t|did|if|unless|instead of|why|when|before|after|"
    r"by mistake|by accident|accidentally|already)\b",
    re.IGNORECASE,
)
PART = re.compile(
    r"\b(?:last|first|photo|picture|pic|number|appointment|booking|about the|price|form|exam|app)\b", re.IGNORECASE
)
"""Part of the talk, or something else, for a person to see to."""


def _found(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


def _whole(*patterns: str) -> re.Pattern[str]:
    polite = r"(?:(?:please|pls|plz|hi|hello|hey|ok|okay|now|and|sorry|can you|could you|i want you to)\W+)*"
    end = r"(?:\W+(?:please|pls|plz|thanks|thank you|now|again|here|dear|then))*\W*"
    return re.compile(rf"\W*{polite}(?:{'|'.join(patterns)}){end}", re.IGNORECASE)


_ERASE = _found(
    rf"\b{DELETE} (?:{MINE} )*(?:{OBJECT})\b",
    rf"\b{DELETE} (?:everything|all|all of it|anything|whatever)(?: that)?(?: you (?:have|know|hold|keep))?"
    r" (?:about|on|of) me\b",
    rf"\b{DELETE} (?:everything|all)(?: that| of what)? i (?:said|wrote|typed|told you)\b",
    rf"\b(?:my|this|our) {OBJECT} (?:deleted|erased|wiped|removed|destroyed|gone)\b",
    r"\bi (?:withdraw|revoke|take back) my consent\b",
)
_ERASE_WHOLE = _whole(
    r"forget (?:about )?me",
    r"(?:delete|erase|forget|remove) (?:me|everything|all of this|all of it|my details|my account)",
    r"right to be forgotten",
)
_TRANSCRIPT = _found(
    rf"\b{SEND} (?:me |us )?(?:a )?(?:copy of |record of |printout of )(?:{MINE} )*{OBJECT}\b",
    rf"\b{SEND} (?:{MINE} )*(?:transcript|chat log|chat history|whole chat|full chat)\b",
    r"\b(?:export|print|download|(?<!you )(?<!\bu )save) (?:out )?(?:my|our|this|the)(?: whole| full| entire)? "
    rf"{OBJECT}\b",
    r"\b(?:send|email|e-mail|mail|forward) (?:me |us )?(?:this|our|the|my) (?:whole |full |entire |complete )?"
    r"(?:chat|conversation|convo|data)\b",
    r"\bcopy of (?:this|our|the whole|the) (?:chat|conversation|convo|talk)\b",
)
_TRANSCRIPT_WHOLE = _whole(r"(?:the )?transcript", r"(?:save|print|export|download) (?:chat|this|this chat)")
_HELD = _found(
    r"\b(?:what|which|wot|wat)(?: all)?(?: personal)?(?: data| info| information| details| informations)?(?: of mine)? "
    r"(?:do|have|did|does) (?:you|u|they|the clinic)(?: \w+)? ?"
    r"(?:know|have|hold|keep|kept|stored?|saved?|got|collect(?:ed)?)(?: stored| saved| on file| recorded)* "
    r"(?:about|on|of|for) me\b",
    r"\bwho (?:can|may|could|else can|is able to) (?:read|see|access) "
    r"(?:this|all this|what i|(?:my|our|these) (?:chats?|messages|answers|data|conversation))\b",
    r"\bwho(?:['’]s| is)? (?:reads|sees|reading|watching) "
    r"(?:this|what i|(?:my|our|these) (?:chats?|messages|msgs|answers|conversation))\b",
    r"\bhow long (?:do|will) (?:you|u) (?:keep|store|hold|save) (?:this|these|my|our|all|what i|the chat)\b",
    r"\b(?:is|are) (?:this|these|my|our) (?:chats?|conversation|messages|data) "
    r"(?:\w+ )?(?:saved|stored|recorded|kept|logged|private|confidential|anonymous)\b",
    r"\b(?:show|tell) me what you (?:know|have|hold|keep|store)(?: \w+)? (?:about|on) me\b",
)
_HELD_WHOLE = _whole(
    r"is (?:this|that|all this) (?:all )?(?:being )?(?:saved|stored|recorded|private|confidential)"
    r"(?: anywhere| somewhere)?",
    r"who (?:reads|sees|can see|can read) (?:this|it)",
)
_PATTERNS = (
    (Right.ERASE, _ERASE, _ERASE_WHOLE),
    (Right.TRANSCRIPT, _TRANSCRIPT, _TRANSCRIPT_WHOLE),
    (Right.HELD, _HELD, _HELD_WHOLE),
)


_YES = re.compile(
    r"\W*(?:(?:yes|yep|yeah|yup|y|sure|ok|okay|please|do it|confirm|i do|i am sure|go ahead)\W*){1,3}", re.IGNORECASE
)
_NO = re.compile(
    r"\W*(?:no|nope|nah|n|keep it|cancel|stop|never ?mind|better not|don['’]?t|do not)"
    r"(?:\W+(?:thanks|thank you|keep it))?\W*",
    re.IGNORECASE,
)


def yes_or_no(text: str) -> bool | None:
    """Whether `text` is a plain yes or no, and nothing else."""
    said = " ".join(text.split())
    if _NO.fullmatch(said):
        return False
    return True if _YES.fullmatch(said) else None


def wish(text: str) -> Right | None:
    """What `text` surely asks for, or None."""
    said = " ".join(text.split())
    if len(said) > LONGEST or PART.search(said):
        return None
    for right, anywhere, whole in _PATTERNS:
        if whole.fullmatch(said):
            return right
        found = anywhere.search(said)
        if found and (right is Right.HELD or not NOT_WISHED.search(said[: found.start()])):
            return right
    return None
