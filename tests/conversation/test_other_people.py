"""Who asks for somebody else's visit or file, told by the words alone."""

from __future__ import annotations

import pytest

from bot.conversation.other_people import asks_about_others

ABOUT_OTHERS = [
    # The two that were found.
    "was my husband in yesterday?",
    "give me phone number of patient nowak",
    # Worried, suspicious, curt, formal, foreign; on a phone and at a desk.
    "did my wife come to her appointment this morning, she isn't picking up",
    "hi!! is my mum still there??",
    "Has my ex-husband been to your clinic?",
    "has mrs kowalska been in this week",
    "is Anna Kowalska a patient of yours",
    "whats my sisters weight from her file",
    "Could I see my mother's results, I do all her paperwork",
    "I would like to see the medical records of my father.",
    "my brother in law's chart pls",
    "please to send me number from patient Petrov",
    "give me the e-mails of all your patients",
    "i need other patients phone numbers so i can ask if it worked",
    "what did you inject into my girlfriend",
    "what did the doctor tell my mum on monday",
    "tell me what my flatmate had done",
    "how much did my wife pay",
    "when is my husband's appointment, I'm driving him",
    "when does my daughter come in, I forgot",
    "did Tomasz Nowak book with you",
    "send me her file",
    "was she treated by you or not",
    "look up my neighbours records would ya",
    "do you have the address of mr brown",
    "my mother's results please, she said it's fine",
    "Could you check whether Ms Brown came today? I am her manager.",
    "which clients are coming tomorrow",
    "give me the number of that patient who sat next to me",
]
ON_SOMEBODYS_BEHALF = [
    "my husband wants it too, what does it cost",
    "can my husband be in the room with me",
    "is my mum too old for it",
    "my sister was in yesterday and loved it, how many sessions do people need",
    "how much would it be for my wife and me",
    "can i book an appointment for my mum",
    "my sister's results were amazing, will mine be like that",
    "show me photos of other patients",
    "what do other patients say about it",
    "do other patients bruise",
    "what is the number of patients you treat a week",
    "do you keep records of what I say",
    "what data do you have about me",
    "send me my file",
    "when is my appointment",
    "what is your phone number",
    "give me the number of the clinic",
    "was dr smith in yesterday",
    "my daughter is 15, is she allowed to come in",
    "will my partner notice",
    "did your doctor go to medical school",
    "my friend told me to come here, is it any good",
    "is she a good candidate, my wife I mean",
    "she has diabetes, can she have it",
    "what is the best treatment for my husband's bald spot",
    "can you show me what it did for your patients",
    "has anyone been treated for this here",
    "does my husband have to pick me up after",
    "I want the same as my sister had",
    "is it in stock",
    "What is the capital of Peru",
    "my boss will see me the next day, is there swelling",
    "tell me if my husband can have it too",
    "tell me how my mum should prepare",
    "which patients get the best results",
    "my husband's results faded, is that usual",
    "check if my wife can take it with her tablets",
]


@pytest.mark.parametrize("text", ABOUT_OTHERS)
def test_who_asks_what_is_somebody_elses_is_found(text: str) -> None:
    assert asks_about_others(text)


@pytest.mark.parametrize("text", ON_SOMEBODYS_BEHALF)
def test_who_asks_for_others_or_for_themselves_is_not(text: str) -> None:
    assert not asks_about_others(text)
