"""The gate of a workspace: nothing is permitted that wasn't compared with the paper, and its law is the workspace's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from sekisho.disclosure.kinds import Act, DataClass
from sekisho.disclosure.law import load_disclosure
from sekisho.disclosure.scope import Planned
from sekisho.disclosure.scope_errors import ClassNotOrdered, NothingNamed, ScopeExceeded, TimeNotOrdered
from sekisho.disclosure.search.plan import batches
from sekisho.workspace.legal_texts import LegalTexts
from tests.disclosure.logs_made import ready, searched, store_for
from tests.disclosure.made_cases import case, item
from tests.disclosure.world import Desk
from tests.logs.lookup.made import Store


@pytest.fixture
def store(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Logs behind the desk."""
    made = store_for(desk, monkeypatch)
    yield made
    made.lookups.close()


def test_nobody_asks_the_gate_without_what_would_be_done(desk: Desk, store: Store) -> None:
    """To hold and to search there must be a plan, and it lies within the paper; what leaves is judged as found."""
    made = ready(desk)
    known, gate = desk.service.steps.known(made.id, desk["kensaku"]), desk.service.gate
    items, secrecy = known.case.items, DataClass.SECRECY
    (batch,) = batches(known.case, items, caller="kensaku", holds=frozenset(), now=desk.clock.now())
    order, plan = batch.order(known.case), Planned.of_grant(batch.terms, batch.classes)
    assert gate.require_planned(known, Act.SEARCH, secrecy, [(order, plan)], items=items).permitted
    for act in (Act.HOLD, Act.SEARCH):
        with pytest.raises(ValueError, match="require_planned"):
            gate.require(known, act, secrecy, items=items)
        with pytest.raises(NothingNamed):
            gate.require_planned(known, act, secrecy, [], items=items)
        wider = replace(plan, end=plan.end + timedelta(seconds=1))
        with pytest.raises(TimeNotOrdered):
            gate.require_planned(known, act, secrecy, [(order, wider)], items=items)
        with pytest.raises(ClassNotOrdered):
            gate.require_planned(known, act, DataClass.SUBSCRIBER, [(order, plan)], items=items)
    for act in (Act.DISCLOSE, Act.FORWARD):
        with pytest.raises(ValueError, match="require"):
            gate.require_planned(known, act, secrecy, [(order, plan)], items=items)
        with pytest.raises(NothingNamed):
            gate.require(known, act, secrecy, items=items, outcome="unique")


def test_what_was_found_about_somebody_else_is_not_handed_over(desk: Desk, store: Store) -> None:
    """The questions that were really asked are compared with the paper: with another paper the answer stays here."""
    made = searched(desk, items=[item(wanted=["log"])])
    known, gate = desk.service.steps.known(made.id, desk["kaiji"]), desk.service.gate
    assert gate.require(known, Act.DISCLOSE, DataClass.SECRECY, items=known.case.items, outcome="unique").permitted
    strange: tuple[dict[str, Any], ...] = (
        {"value": "203.0.113.6"},
        {"port": 2001},
        {"begin": "2026-11-20T12:00:00.1+09:00"},
    )
    for changed in strange:
        paper = case(items=[item(**{"wanted": ["log"], "end": "2026-11-20T12:00:00.1+09:00", **changed})])
        other = replace(known, entry=replace(known.entry, case=paper))
        for items in (paper.items, known.case.items, ()):
            with pytest.raises(ScopeExceeded):
                gate.require(other, Act.DISCLOSE, DataClass.SECRECY, items=items, outcome="unique")
        with pytest.raises(ScopeExceeded):
            gate.require_found_within(other, paper.items)


def test_what_is_confirmed_while_the_desk_is_at_work_counts_at_once(desk: Desk) -> None:
    """The gate's law is the workspace's: each confirmation is seen by the next question."""
    gate, texts = desk.service.gate, LegalTexts(desk.workspace, load_disclosure())
    assert gate.law().as_known_at == gate.today()
    assert gate.law().confirmation == texts.settings()[1]
    texts.confirm_rule("ground.warrant", source="e-Gov", source_bytes=b"218", by="stated:houmu")
    assert "ground.warrant" in gate.law().confirmation.confirmed
    assert gate.law().confirmation == texts.settings()[1]
