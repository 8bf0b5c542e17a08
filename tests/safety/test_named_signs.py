"""Every sign that the clinical page names fires by the plain rules, in its own words and in another wording."""

from __future__ import annotations

import pytest

from bot.safety.check import SafetyCheck
from bot.safety.opinion import RANK
from bot.safety.signs import LEVELS

NAMED = {
    "E1": [
        "face swelling", "my face is swelling", "my face swells", "my face is swollen", "swelling of my face",
        "the whole of my face is swelling up", "my lips are swelling", "swollen tongue", "my throat is swelling",
        "throat swelling", "trouble breathing", "i am having difficulty breathing", "wheezing since the injections",
        "i started to wheeze after the jab", "hoarse voice since the injections", "my voice has gone hoarse",
        "my neck is swelling and i have trouble swallowing", "i can't swallow",
    ],
    "E2": [
        "hives all over and i feel faint", "covered in hives and vomiting", "hives everywhere and belly pain",
        "widespread hives and trouble breathing",
    ],
    "E3": [
        "she collapsed", "i collapsed after the injections", "he won't wake up", "she is not waking up",
        "confusion since the injections", "she is confused since the treatment",
        "i fainted after the injections", "still faint an hour after the session",
    ],
    "E4": [
        "chest pain", "my chest hurts", "chest tightness", "tight chest", "pressure in my chest", "short of breath",
        "i am breathless", "shortness of breath",
    ],
    "E5": [
        "sudden loss of vision", "i lost the sight in one eye", "change of vision since the injections",
        "my vision changed suddenly", "double vision", "i am seeing double", "severe eye pain",
        "my eye hurts really badly",
    ],
    "E6": [
        "face drooping", "my face is drooping on one side", "face droop", "my arm is weak", "arm weakness",
        "weakness in my left leg", "slurred speech", "i am slurring my words", "sudden numbness",
        "my arm suddenly went numb", "worst headache of my life", "the worst headache ever",
        "i can't walk straight", "trouble walking", "i have difficulty walking",
    ],
    "E7": [
        "seizure", "i had a seizure after the numbing cream", "irregular heartbeat after the injections",
        "very fast heartbeat since the numbing cream", "my heart is racing after the injections",
        "my heartbeat is irregular since the cream",
    ],
    "E8": [
        "the injection site is infected and i am confused", "infected site and slurred speech",
        "infected spot and my skin is blotchy", "infected injection site and fast breathing",
        "my wound is infected and i have had no urine all day", "i feel like i am going to die",
        "i feel i may die",
    ],
    "E9": [
        "black skin on my cheek", "my cheek has gone black", "the skin on my nose is white",
        "grey patch on my chin", "my nose looks dusky", "mottled skin on my face",
        "white skin on my leg with severe pain",
    ],
    "E10": [
        "the bleeding won't stop", "it keeps bleeding after 10 minutes of pressure", "heavy bleeding that doesn't stop",
    ],
    "U1": [
        "redness is spreading", "spreading redness", "the heat is spreading", "the swelling is spreading",
        "the pain is spreading", "pus", "there is pus coming out", "red streaks", "there are red streaks on my leg",
        "i have a temperature of 38.5", "temperature of 101", "fever 38.5", "38.2 fever", "my temp is 39", "chills",
        "i have chills", "chills and fever",
    ],
    "U2": [
        "cold patch on my leg", "the skin on my thigh feels cold", "a cool patch on my arm", "pale patch on my thigh",
        "my thigh is mottled", "dusky skin on my arm", "black patch on my belly", "black skin on my leg",
        "slow colour return", "the colour is slow to come back when i press",
    ],
    "U3": [
        "severe pain", "i have severe pain", "unbearable pain", "the pain is out of proportion",
        "the pain is getting worse on day 2", "pain getting worse",
    ],
    "U4": [
        "blisters", "i have blisters", "open sores", "open sore where they injected", "skin breakdown",
        "the skin is breaking down", "drainage from the injection site", "the site is draining",
    ],
    "U5": [
        "my eyelid is hot and infected", "redness and pain around my eye and fever",
        "i am diabetic and the site is red and hot", "weak immune system and the injection site is infected",
    ],
    "U6": [
        "new lumps three weeks after the injections", "boils two months after", "sores months after my injections",
        "a new lump came up weeks later",
    ],
    "U7": [
        "uneven smile", "my smile is uneven after the chin injections", "face weakness", "weak face after chin shots",
        "my chin is still numb after the shots", "numbness in my chin",
        "trouble swallowing after the chin injections",
    ],
    "U8": [
        "hives are spreading", "spreading hives", "the itch is spreading", "itching is spreading over my body",
    ],
    "U9": [
        "racing heart for days since the injections", "tremor for days since the injections",
        "sweating for days after the treatment", "my hands have been shaking for days since the shots",
    ],
    "U10": [
        "hard growing very painful bruise", "my bruise is hard and getting bigger", "hematoma that is growing",
        "bald patch after the scalp injections", "new bald patches where they injected my scalp",
    ],
    "U11": [
        "i found out i am pregnant after the treatment", "just found out i'm pregnant, had my session last week",
        "i forgot to mention a medicine", "i forgot to tell you about my allergy",
    ],
    "U12": [
        "unlicensed injector", "an unlicensed injector did my chin", "i went to an unlicensed injector",
        "i had it injected at home", "we shared needles", "the needle was reused",
        "i got injections from someone without a license",
    ],
    "4D": ["suicide", "i want to kill myself", "self harm", "i hurt myself", "i feel hopeless about my looks",
           "there is no hope for my face, i want to die"],
    "4E": ["i'm 16", "i am under 18", "my daughter is 15 and wants it", "i'm still at school"],
}  # fmt: skip
QUIET = [
    "will my face be swollen?",
    "how long is the face swollen after",
    "will my face swell?",
    "is my face going to be swollen for the wedding",
    "does the face swell after mesotherapy",
    "how do i reduce face swelling",
    "my face is not swollen",
    "no face swelling",
    "my face is a bit swollen the day after",
    "can it cause blisters?",
    "will i get chills?",
    "no blisters",
    "i don't have chills",
    "no fever, no chills",
    "i don't have a fever",
    "is fever common after it",
    "what temperature is a fever",
    "my temperature is normal, 36.6",
    "temperature 37.2",
    "what if i get a fever of 39",
    "should i store the serum at a temperature of 38",
    "is severe pain normal",
    "can it cause severe pain?",
    "no severe pain",
    "can redness spread?",
    "the redness is not spreading",
    "what if the redness is spreading",
    "can it make my face droop",
    "does botox make the face droop?",
    "my face is drooping with age, can you lift it",
    "my arm is not weak",
    "can my arm get weak from it",
    "my arms are weak and flabby, is that treatable",
    "will i be able to walk straight after",
    "can i walk straight after the injections",
    "how do i spot an unlicensed injector",
    "what if the injector is unlicensed",
    "are you an unlicensed injector",
    "should i put a cold pack on the area",
    "can i use a cold compress on my leg",
    "do you treat black skin",
    "is it safe for black skin",
    "i have black skin, will it scar",
    "is black skin more likely to scar",
    "netflix and chill after the session",
    "just chilling",
    "my face always swells when i cry",
    "i suffer severe period pain",
    "my shoes gave me blisters",
    "is your injector unlicensed?",
    "i'm 38 with temperature sensitive skin",
]


@pytest.mark.parametrize(
    ("code", "message"), [(code, message) for code, messages in NAMED.items() for message in messages]
)
def test_a_named_sign_fires_without_any_encoder(check: SafetyCheck, code: str, message: str) -> None:
    flag = check.plain.assess(message)
    assert flag is not None
    assert RANK[flag.level] <= RANK[LEVELS[code]]


@pytest.mark.parametrize("message", QUIET)
def test_a_question_about_it_or_a_denial_stays_quiet(check: SafetyCheck, message: str) -> None:
    assert check.plain.assess(message) is None
