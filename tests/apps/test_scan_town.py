"""A whole scan of the town's busiest site: who receives in which state, everybody and nobody else."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bench.apps_town.declared import operators, parties, truth
from bench.apps_town.town import Town
from sekisho.apps.evidence import Consent
from sekisho.apps.law.questions import Answers
from sekisho.apps.law.verdicts import LawVerdict
from sekisho.apps.looking import Asked, look
from sekisho.apps.scan import Scan, scan
from sekisho.apps.visiting import Browser, WebPages
from tests.apps.collector.conftest import (  # noqa: F401  fixtures of that package, used here too
    Planned,
    _chromium_there,
    _place,
    _planned,
)

pytestmark = pytest.mark.chromium
AUDITED = "www.hayaokuri.example"
STATES = (Consent.BEFORE, Consent.ACCEPTED, Consent.REJECTED)
PAGES = frozenset({"top", "article", "form", "shop", "notice"})


@pytest.fixture(name="made", scope="module")
def _made(place: Town, planned: Planned) -> Scan:
    address = operators()[AUDITED].address
    plan = planned(address, states=STATES, max_pages=len(PAGES))
    asked = Asked(service="はや送り百貨", targets=(address,), plan=plan)
    material = look(asked, collector=Browser(place.resolver), pages=WebPages())
    return scan(material, answers=Answers(), on=date(2026, 11, 24))


def test_everybody_and_nobody_else(made: Scan) -> None:
    """For each state of consent, the recipients are those to whom the site really sends: all found, none invented."""
    declared: dict[Consent, set[str]] = {state: set() for state in STATES}
    for each in truth(AUDITED):
        if each.state in declared and each.kind in PAGES:
            declared[each.state].add(parties()[each.host].recipient)
    seen: dict[Consent, set[str]] = {
        state: {each.key for each in made.receivers if state in each.states} for state in STATES
    }
    assert seen == declared


def test_what_follows_is_held_open(made: Scan) -> None:
    """Nobody answered anything and no notice was confirmed: nothing is found right, and what to do is said."""
    about = [each for each in made.findings if each.item.startswith("ETR-")]
    assert about
    assert LawVerdict.COMPLIANT not in {each.verdict for each in about}
    assert all(each.next_step for each in about if each.verdict is LawVerdict.TO_CONFIRM and each.item != "ETR-20")


def test_what_was_typed_into_forms_is_found(made: Scan) -> None:
    """A made-up person's e-mail reaches somebody, through layers, and is told with its place."""
    flows: list[Any] = [each for each in made.flows if each.key.information == "email" and not each.key.own]
    assert flows
    assert all(piece.place.path for each in flows for _, piece in each.observed)
