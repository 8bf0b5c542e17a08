"""A bank's customers: training lines that have nothing to do with clinics."""

from __future__ import annotations

import yaml

from tests.nlu.pipeline import Line

BANK = {
    "block_card": """
        I lost my card, please block it
        someone stole my debit card
        freeze my card right now
        my wallet is gone and the card was in it
        can you stop my visa from working
        card missing since last night, lock it
        I left my credit card in a taxi
        please cancel the card I lost
        the machine swallowed my card
        disable my bank card at once
        thief has my card
        how do I put a hold on my card""",
    "check_balance": """
        how much money do I have
        what is my balance
        show me what is in my account
        am I overdrawn
        how much is left on my current account
        tell me my available funds
        balance please
        is there still money in my savings
        what's in my checking account today
        did I go below zero this month
        account total
        how rich am I right now""",
    "send_money": """
        transfer 50 to Anna
        I want to pay my landlord
        send money to my brother abroad
        make a wire to this iban
        can I move cash to another bank
        pay 200 to the electrician
        set up a payment to my sister
        how do I send euros to Poland
        wire the rent today
        move 30 from savings to Tom
        I need to transfer a large sum
        remit some money home""",
    "change_address": """
        I have moved house
        update my postal address
        my street changed, where do I tell you
        new address from next month
        please send letters to my new flat
        how can I change where my mail goes
        we relocated to another town
        correct the house number you have for me
        I live somewhere else now
        change my home address in your files
        moved in with my partner, new postcode
        my zip code is wrong""",
    "apply_loan": """
        I want to borrow money for a car
        can I get a mortgage
        what do I need for a personal loan
        apply for credit of ten thousand
        loan for a new kitchen
        would you lend me five grand
        how do I request a home loan
        I'd like financing for my studies
        is it possible to take out a second loan
        get me a loan offer
        borrowing for a small business
        need a lender for my flat""",
    "opening_times": """
        when do you open
        are you open on saturday
        what time does the branch close
        opening hours of the city office
        is the bank shut on holidays
        until when can I come today
        hours please
        do you close for lunch
        at what time in the morning do you start
        is the branch open late on thursdays
        sunday opening?
        when does the counter shut""",
}


def bank_lines() -> list[Line]:
    return [Line(text.strip(), intent) for intent, block in BANK.items() for text in block.strip().splitlines()]


def bank_file() -> str:
    """The same as a training file of Rasa's format."""
    blocks = [{"intent": intent, "examples": _list(intent)} for intent in BANK]
    return str(yaml.safe_dump({"version": "3.1", "nlu": blocks}, sort_keys=False))


def _list(intent: str) -> str:
    return "".join(f"- {line.text}\n" for line in bank_lines() if line.intent == intent)


UNSEEN = {
    "my purse was stolen with my credit card inside": "block_card",
    "please tell me how much is in my account": "check_balance",
    "I would like to transfer money to a friend": "send_money",
    "we moved, here is our new address": "change_address",
    "could I borrow money to buy a boat": "apply_loan",
    "what time do you close on friday": "opening_times",
}
GIBBERISH = ("xqzt blorp fnarg", "asdf jkl qwer", "zzzz zzzz", "lorem ipsum dolor", "purple elephants juggle violins")
