"""What is stored and what staff read of it."""

from __future__ import annotations

import json

from bot.candidacy.assessment import assessment_record, summary
from bot.candidacy.desk import Desk
from bot.candidacy.model import Loosened, Override
from tests.candidacy.visit import Visit


def finished(desk: Desk, **changed: str) -> Visit:
    visit = Visit(desk)
    visit.to_end(**changed)
    visit.press("read_back", "all_right")
    visit.press("send", "send")
    return visit


def test_the_record_holds_version_answers_outcome_trace_and_times(desk: Desk) -> None:
    visit = finished(desk, keloids="yes", goal="fat")
    record = json.loads(json.dumps(assessment_record(desk, visit.state)))
    assert (record["protocol_version"], record["protocol_hash"]) == (desk.protocol.version, desk.protocol.hash)
    assert (record["outcome"], record["is_partial"], record["overrides"]) == ("not_now", False, [])
    assert [cause["rule"] for cause in record["trace"]] == ["R18", "R6.fat"]
    assert record["trace"][0]["answers"] == {"keloids": ["yes"]}
    said = {one["question"]: one["said"] for one in record["answers"]}
    assert (said["keloids"], said["diabetes"]) == ("Yes", "No")
    assert "consent" not in said
    assert record["started_at"] < record["ended_at"]


def test_staff_read_the_outcome_first_on_one_page(desk: Desk) -> None:
    visit = finished(desk, keloids="yes")
    page = summary(desk, assessment_record(desk, visit.state))
    assert page.title == "Not now"
    titles = [title for title, _ in page.sections]
    assert titles == [desk.protocol.sheet.reasons, desk.protocol.sheet.answers]
    assert "Q18 Thick scars: Yes." in dict(page.sections)[desk.protocol.sheet.answers]


def test_staff_see_every_rule_that_was_made_looser(desk: Desk) -> None:
    signed = Override(signed_by="A clinician", signed_on="2026-12-01", why="Well controlled.")
    loosened = Loosened(rule="R12", outcome="clinician_review", override=signed)
    looser = Desk(desk.protocol.copy(update={"loosened": (loosened,)}), desk.values)
    visit = finished(looser)
    page = summary(looser, assessment_record(looser, visit.state))
    assert "R12: A clinician, 2026-12-01: Well controlled." in dict(page.sections)[desk.protocol.sheet.overrides]
