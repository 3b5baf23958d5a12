"""A hidden hold stays hidden where days and vaults end: in leaves, certificates, lists and what is told of the work."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from sekisho.access.errors import ScopeMissing
from sekisho.destruction.certificate import PURGE, RELEASE, check
from sekisho.due import plan_all
from sekisho.keys.schedule import log_key
from sekisho.logs.holds.rows import HoldState
from sekisho.logs.holds.rules import ReleaseReason
from sekisho.logs.holds.vault import hold_key
from sekisho.logs.purge.certificates import issued, listed
from sekisho.logs.purge.errors import UnknownLogCertificate
from sekisho.logs.purge.tasks import keeping_tasks
from tests.logs.declared import AUDITOR, CUSTODIAN, OFFICER, OTHER_CUSTODIAN
from tests.logs.holds.test_survival import lines
from tests.logs.keeping import GONE_ON, YESTERDAY, Keeper, failed

NAT_DAY = log_key("ap.nat", YESTERDAY)


def test_a_days_certificate_names_no_hidden_hold_and_still_shows_that_it_was_served(keeper: Keeper) -> None:
    """The hidden hold has a name of its own in planned and carved leaf, the open one its id; the certificate holds."""
    keeper.take(*lines())
    hidden = keeper.hold(
        type="court_order", until=None, knows=["reader"], scope={"addresses": ["203.0.113.5"]}
    )
    plain = keeper.hold(type="court_order", until=None, scope={"addresses": ["203.0.113.5"]})
    assert (hidden.hidden, plain.hidden, hidden.state) == (True, False, HoldState.ACTIVE)
    keeper.go_to(GONE_ON)
    told = keeper.due()
    assert failed(told) == []
    document = keeper.certificate(NAT_DAY)
    found = check(document, key=None)
    assert found.format == PURGE
    names = found.said["planned"]["holds"]
    assert {one["hold"] for one in found.said["carved"]["holds"]} == set(names)
    assert plain.id in names
    (other,) = set(names) - {plain.id}
    assert other.startswith("hidden-")
    assert hidden.id not in json.dumps(found.said)
    assert hidden.id.encode() not in document


def test_a_hidden_holds_own_certificate_is_there_for_those_who_knew(keeper: Keeper) -> None:
    """Others don't find its key in the list, get the answer for a key that nobody has, and the reverse vault names it
    no more than a day does."""
    keeper.take(*lines())
    hidden = keeper.hold(silent=True, knows=["reader"], scope={"addresses": ["203.0.113.5"]})
    plain = keeper.hold(scope={"addresses": ["203.0.113.5"]})
    keeper.holds.release(plain.id, ReleaseReason.WITHDRAWN, document="関サ保第13号", by=CUSTODIAN)
    assert failed(keeper.due()) == []
    found = check(keeper.certificate(hold_key(plain.id)), key=None)
    assert found.format == RELEASE
    assert hidden.id not in json.dumps(found.said)
    assert len(found.said["carved"]["holds"]) == 1
    keeper.holds.release(hidden.id, ReleaseReason.WITHDRAWN, document="関サ保第14号", by=CUSTODIAN)
    assert failed(keeper.due()) == []
    key = hold_key(hidden.id)
    for one, sees in ((CUSTODIAN, True), (AUDITOR, True), (OTHER_CUSTODIAN, False), (OFFICER, False)):
        assert (key in {each.key for each in listed(keeper.workspace, by=one)}) is sees, one.staff_id
        if not sees:
            with pytest.raises(UnknownLogCertificate):
                issued(keeper.workspace, key, by=one)
    nobody = replace(CUSTODIAN, scopes=frozenset())
    with pytest.raises(ScopeMissing):
        list(listed(keeper.workspace, by=nobody))


def test_what_is_due_names_a_hidden_hold_to_those_alone_who_know_of_it(keeper: Keeper) -> None:
    """The worklist of somebody else counts it, without id and type."""
    keeper.take(*lines())
    hidden = keeper.hold(silent=True, knows=["reader"], scope={"addresses": ["203.0.113.5"]})
    assert hidden.until is not None
    keeper.go_to(hidden.until)

    def told(by: str) -> str:
        tasks = keeping_tasks(keeper.workspace, None, by=by)
        return json.dumps([each.document() for each in plan_all(tasks)], ensure_ascii=False)

    assert hidden.id in told(CUSTODIAN.staff_id)
    for other in (OTHER_CUSTODIAN.staff_id, ""):
        assert hidden.id not in told(other)
        assert "秘密の保全" in told(other)
