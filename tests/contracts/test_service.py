"""The contract desk's service: what decides in one workspace, and what other processes may change meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sekisho.clock import FixedClock
from sekisho.contracts.errors import UnknownDecision
from sekisho.contracts.service import Asking, Caller, ContractService
from sekisho.keys import make_key_file
from sekisho.keys.disk import RealDisk
from sekisho.rulebook.errors import UnknownInstrument, UnknownRule
from sekisho.store.identity import LegalConfirmation
from sekisho.workspace import Workspace
from tests.contracts.applications import at_the_counter, written

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
CLERK = Caller("stated:clerk", may_attest=True)
LAWYER = "stated:lawyer"


def made(path: Path, url: str | None, mode: LegalConfirmation) -> Workspace:
    """A new workspace."""
    key = make_key_file(path / "sekisho.key", RealDisk())
    return Workspace.create(
        path / "ws", name="t", legal_confirmation=mode, keyring=key, database_url=url, clock=FixedClock(AT)
    )


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def workspace(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Workspace]:
    """A workspace in which unconfirmed law doesn't decide, on each database."""
    url = None if request.param == "sqlite" else request.getfixturevalue("postgres_schema").url
    with made(tmp_path, url, "required") as opened:
        yield opened


def confirm_all(service: ContractService, *, rules: list[str]) -> None:
    """Record that a lawyer compared each rule with its text."""
    for rule in rules:
        service.confirm_rule(rule, source="text.txt", source_bytes=b"the text that was read", by=LAWYER)


def test_unconfirmed_law_does_not_decide_until_somebody_confirms_it(workspace: Workspace) -> None:
    """The verdict waits for confirmation, names the rules, and is given once each of them is confirmed."""
    service = ContractService(workspace)
    before = service.decide(at_the_counter(), CLERK, Asking()).document
    assert (before["verdict"], before["would_be"]) == ("needs_legal_confirmation", "accept")
    deciding = [rule["rule"] for rule in before["deciding"] if rule["confirmed"] is False]
    confirm_all(service, rules=deciding)
    assert service.decide(at_the_counter(), CLERK, Asking()).document["verdict"] == "accept"
    assert not {rule.id for rule in service.unconfirmed()} & set(deciding)


def test_a_confirmation_is_a_leaf_of_the_ledger(workspace: Workspace) -> None:
    """Who confirmed which rule against which text can be opened from the ledger."""
    index = ContractService(workspace).confirm_rule(
        "contract.duty.identity.natural", source="law.txt", source_bytes=b"text", by=LAWYER
    )
    workspace.queue.close()  # an index is noted when the queue is idle, or ends
    opened = workspace.open_leaf(index)
    assert opened is not None
    assert (opened.row.kind, b'"confirmed_by":"stated:lawyer"' in opened.body) == ("rulebook.confirmed", True)


@pytest.mark.postgres
def test_another_worker_sees_a_confirmation_at_once(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """A worker that has decided before goes by what another has confirmed since."""
    url = request.getfixturevalue("postgres_schema").url
    with made(tmp_path, url, "required") as first:
        running = ContractService(first)
        waiting = running.decide(at_the_counter(), CLERK, Asking()).document
        other = ContractService(first)
        confirm_all(other, rules=[rule["rule"] for rule in waiting["deciding"] if rule["confirmed"] is False])
        assert running.decide(at_the_counter(), CLERK, Asking()).document["verdict"] == "accept"


def test_an_industry_rule_binds_once_it_is_adopted(tmp_path: Path) -> None:
    """Data lines are outside the law; an operator that adopts the industry's rule asks for evidence."""
    with made(tmp_path, None, "shown") as workspace:
        service = ContractService(workspace)
        data = written(service="data_sms", evidence=[])
        assert service.decide(data, CLERK, Asking()).document["verdict"] == "accept"
        service.adopt("industry-telesa", by=LAWYER)
        assert service.decide(data, CLERK, Asking()).document["verdict"] == "need_evidence"


def test_what_does_not_exist_is_said(workspace: Workspace) -> None:
    """An unknown rule, instrument or decision is an error of its own, and an act can't be adopted."""
    service = ContractService(workspace)
    with pytest.raises(UnknownRule):
        service.confirm_rule("no.such.rule", source="x", source_bytes=b"", by=LAWYER)
    for instrument in ("no-such", "keitai-act"):
        with pytest.raises(UnknownInstrument):
            service.adopt(instrument, by=LAWYER)
    with pytest.raises(UnknownDecision):
        service.find("0" * 32)


def test_a_decision_is_found_again_as_it_was_given(workspace: Workspace) -> None:
    """What was stored is what was answered: verdict, deciding rules, record and place in the ledger."""
    service = ContractService(workspace)
    given = service.decide(at_the_counter(), CLERK, Asking())
    found = service.find(given.id)
    assert found.ledger_index == given.ledger_index
    for part in ("verdict", "would_be", "deciding", "duties", "record", "as_of", "rulebook"):
        assert found.document[part] == given.document[part]
