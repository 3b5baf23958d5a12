"""The screening rules as a rulebook that is read and confirmed, and what an unconfirmed one does in a workspace that
requires it: nothing, and loudly."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from sekisho.calls.compiling import ShippedCompiler
from sekisho.calls.confirming import REASON, Confirming, as_written, held_in
from sekisho.calls.law import load_calls
from sekisho.clock import FixedClock
from sekisho.engine.rules import Strength
from sekisho.keys import make_key_file
from sekisho.keys.disk import RealDisk
from sekisho.rulebook.worklist import load_sources_list, unsourced, worklist
from sekisho.workspace import Workspace
from sekisho.workspace.legal_texts import LegalTexts
from tests.calls.desk import NOW, NUMBER, CallDesk, call, desk_of

FORGED = {"asserted": "0201234567", "trunk": "t1"}
DUTIES = [rule for rule in load_calls().rules.values() if rule.strength is Strength.DUTY]


@pytest.fixture(name="desk")
def _desk(tmp_path: Path) -> Iterator[CallDesk]:
    clock, key = FixedClock(NOW), make_key_file(tmp_path / "key", RealDisk())
    with Workspace.create(
        tmp_path / "ws", name="関所通信", legal_confirmation="required", keyring=key, clock=clock
    ) as workspace:
        yield desk_of(workspace, clock)


def test_every_rule_is_in_the_worklist() -> None:
    """Every duty of the shipped set stands under a text that is to be read; its condition is the one written."""
    assert unsourced(load_sources_list(), DUTIES) == []
    listed = [rule.id for item in worklist(load_sources_list(), DUTIES) for rule in item.rules]
    assert sorted(listed) == sorted(rule.id for rule in DUTIES)
    assert all(rule.start.day is not None and rule.provisions for rule in DUTIES)


def test_unconfirmed_rules_change_no_call(desk: CallDesk) -> None:
    """Published, and told: an unconfirmed duty lets the call pass and says so; what withholds a number counts from the
    bundle after its confirmation. 110 connects throughout."""
    publishing = desk.service.publishing
    publishing.publish(by=desk["tanto"])
    held = publishing.state()["without_effect"]
    assert len(held) > 20
    assert set(held) <= {rule.id for rule in DUTIES if not rule.id.startswith("calls.emergency")}
    decision, _, _ = desk.service.decide(call(**FORGED), by=desk["madoguchi"])
    assert (decision.outcome.value, decision.reason) == ("pass", REASON)
    urgent, _, _ = desk.service.decide(call(called="110", **FORGED), by=desk["madoguchi"])
    assert (urgent.outcome.value, urgent.reason) == ("pass", "emergency_call")
    assert desk.leaves("calls.bundle_published")[-1]["rules_without_effect"] == len(held)
    texts = LegalTexts(desk.workspace, load_calls())
    assert decision.rule is not None
    texts.confirm_rule(decision.rule, source="kisoku.xml", source_bytes=b"text", by="houmu")
    publishing.publish(by=desk["tanto"])
    confirmed, _, _ = desk.service.decide(call(**FORGED), by=desk["madoguchi"])
    assert (confirmed.outcome.value, confirmed.rule) == ("anonymise", decision.rule)
    back = publishing.roll_back(1, by=desk["tanto"])
    assert back.number == 3
    again, _, _ = desk.service.decide(call(**FORGED), by=desk["madoguchi"])
    assert again.outcome.value == "anonymise", "going back doesn't take a confirmation back"


def test_freed_numbers_reach_the_proxies(desk: CallDesk) -> None:
    """Unconfirmed rules don't keep a freed number from being published."""
    desk.enter(action="reject")
    desk.service.free(NUMBER, "誤登録", by=desk["tanto"])
    assert desk.hit(NUMBER) == "pass"


def test_a_changed_rule_waits_again(desk: CallDesk) -> None:
    """Confirmed is this very content: an operator's set with the same id and another condition is without effect, and
    one that was held is taken as it was written."""
    confirming, house = Confirming(desk.service.desk), ShippedCompiler().house()
    texts = LegalTexts(desk.workspace, confirming.rulebook(house))
    rule = next(one for one in held_in(confirming.applied(house)[0]))
    texts.confirm_rule(rule, source="kisoku.xml", source_bytes=b"text", by="houmu")
    applied, held = confirming.applied(house)
    assert rule not in held
    assert json.loads(as_written(applied))["rules"] == json.loads(house)["rules"]
    assert confirming.applied(applied) == (applied, held)
    document = json.loads(house)
    for each in document["rules"]:
        if each["id"] == rule:
            each["boxes"] = each["boxes"] * 2
    assert rule in confirming.applied(json.dumps(document).encode())[1]
