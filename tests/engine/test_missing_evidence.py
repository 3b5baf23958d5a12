"""Which absent evidence settles most, on the shipped rulebook."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from sekisho.contracts.application import read_application
from sekisho.contracts.evidence_items import Origin
from sekisho.contracts.law import contract_engine
from sekisho.engine.conclude import Confirmation, judge
from sekisho.engine.facts import Case
from sekisho.engine.missing_evidence import Missing, missing_evidence
from sekisho.engine.rules import Selection

EXAMPLES = Path(__file__).parents[2] / "examples" / "contracts"


def missing(name: str) -> tuple[list[Missing], Case]:
    """The plan for one of the example applications, and its case."""
    raw = json.loads((EXAMPLES / name).read_text(encoding="utf-8"))
    application = read_application(raw, now=datetime(2026, 11, 23, tzinfo=UTC), origin=Origin.ATTESTED)
    day = application.decided_at.date()
    case = application.case(until=day)
    outcome = judge(
        contract_engine(),
        case,
        as_of=day,
        as_known_at=day,
        selection=Selection(),
        confirmation=Confirmation(required=False, confirmed={}),
    )
    return missing_evidence(contract_engine(), outcome, day), case


def test_a_face_is_there_so_a_chip_settles_it() -> None:
    """Where the face was photographed already, reading a chip alone fulfils the duty, and so does a signature."""
    found = {each.kind: each for each in missing("04-selfie-next-day.json")[0]}
    assert found["chip_read"].duties == ("identity",)
    assert "electronic_signature" in found
    assert "face_image" not in found


def test_only_what_is_absent_and_open_is_named() -> None:
    """Nothing that is there already is asked for, and an accepted application asks for nothing."""
    found, case = missing("10-second-line-password-only.json")
    assert found
    assert not {each.kind for each in found} & set(case.evidence)
    assert missing("01-signature.json")[0] == []
