"""A hidden case beside the desk's own lists: the log desk's grants and holds, and the ledger's leaves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import select

from sekisho.disclosure.errors import UnknownCase
from sekisho.disclosure.hold_terms import terms_of
from sekisho.disclosure.kinds import CaseType
from sekisho.disclosure.leaf_visibility import may_open
from sekisho.disclosure.overview import overview
from sekisho.logs.holds.errors import UnknownHold
from sekisho.logs.holds.rows import HoldState
from sekisho.logs.holds.rules import ReleaseReason
from sekisho.logs.holds.service import Holds
from sekisho.logs.lookup.errors import UnknownGrant
from sekisho.logs.lookup.grants import Grants
from sekisho.store.outbox import outbox
from tests.disclosure.logs_made import searched, store_for
from tests.disclosure.made_cases import item
from tests.disclosure.test_holding import KNOWS, SECRET, preservation
from tests.disclosure.world import Desk
from tests.logs.lookup.made import Store


@pytest.fixture
def store(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Logs behind the desk."""
    made = store_for(desk, monkeypatch)
    yield made
    made.lookups.close()


def opened(desk: Desk) -> list[tuple[str, str, bytes]]:
    """Every leaf: kind, owner, what it says."""
    with desk.workspace.database.read() as connection:
        ids = connection.execute(select(outbox.c.id)).scalars().all()
    found = [desk.workspace.open_leaf(one) for one in ids]
    return [(one.row.kind, one.row.owner, one.body) for one in found if one is not None]


def test_a_hidden_cases_leaves_open_to_its_members_and_the_auditor(desk: Desk, store: Store) -> None:
    """Its steps, its grants and the lookups under them; of a case like any other they open to everybody."""
    hidden = searched(desk, items=[item(wanted=["log"])], secrecy=SECRET, knows=[*KNOWS, "hogo", "kensaku"])
    (grant,) = desk.service.deciding.evidence(hidden.id, by=desk["kansa"])[0]["grants"]
    words = (hidden.id.encode(), str(grant).encode())
    mine = [one for one in opened(desk) if one[1] == f"disclosure/{hidden.id}" or any(word in one[2] for word in words)]
    assert {kind for kind, _, _ in mine} >= {"disclosure.step", "log.grant_requested", "log.grant_made", "log.lookup"}
    others = [one for one in opened(desk) if one not in mine]
    with desk.workspace.database.read() as connection:
        opens = partial(may_open, connection, desk.workspace.keyring)
        for who, may in (("kansa", True), ("hogo", True), ("kensaku", True), ("kakunin2", False), (None, False)):
            by = None if who is None else desk[who]
            for kind, owner, body in mine:
                assert opens(owner=owner, body=body, by=by) is may, (kind, who)
            assert all(opens(owner=owner, body=body, by=by) for _, owner, body in others)
    assert all(b"203.0.113.5" not in body for _, _, body in others)


def test_a_hidden_cases_grants_are_in_no_list_of_the_logs(desk: Desk, store: Store) -> None:
    """As the log desk's commands list and show them: none for who isn't on the case, whatever their scope."""
    searched(desk, items=[item(wanted=["log"])], secrecy=SECRET, knows=[*KNOWS, "hogo", "kensaku"])
    grants = Grants(desk.workspace)
    (mine,) = grants.every(by=desk["kensaku"])
    for name in ("kensaku2", "kakunin2", "hogo", "kansa"):
        assert grants.every(by=desk[name]) == []
        with pytest.raises(UnknownGrant):
            grants.show(mine.id, by=desk[name])


def test_a_hidden_cases_holds_are_in_no_list_of_the_logs(desk: Desk) -> None:
    """A custodian who isn't on the case finds its hold neither in the list nor by its id."""
    kept = preservation(desk, secrecy=SECRET, knows=["kakunin", "kensaku"])
    (hold,) = desk.service.holding.hold(kept.id, by=desk["kensaku"])
    holds = Holds(desk.workspace)
    assert [one.id for one in holds.every(by=desk["kensaku"])] == [hold.id]
    assert holds.every(by=desk["kensaku2"]) == []
    for hold_id in (hold.id, "h" + "0" * 16):
        with pytest.raises(UnknownHold):
            holds.find(hold_id, by=desk["kensaku2"])


@pytest.mark.parametrize("kind", ["preservation_request", "tax_preservation", "voluntary_preservation"])
def test_a_hidden_cases_holds_are_hidden_whatever_their_type(desk: Desk, kind: str) -> None:
    """A hold whose type the law lets nobody silence is as hidden as its case: in the list, by its id, to approvers."""
    kept = preservation(desk, secrecy=SECRET, knows=["kakunin", "kensaku", "hogo"])
    case = desk.service.steps.known(kept.id, desk["kansa"]).case
    made = replace(case, type=CaseType(kind))
    (terms,) = terms_of(made, until=None, knows=frozenset({"kakunin"}))
    hold = Holds(desk.workspace).add(terms, by=desk["kensaku"])
    assert hold.hidden
    assert Holds(desk.workspace).every(by=desk["kensaku2"]) == []
    for name in ("hogo", "kakunin2"):
        with pytest.raises(UnknownHold):
            Holds(desk.workspace).approve(hold.id, by=desk[name])


def test_who_is_let_know_later_goes_on_with_the_hold(desk: Desk) -> None:
    """A colleague who became a member after the hold was made sees it through the case, and releases it."""
    kept = preservation(desk, secrecy=SECRET, knows=["kakunin", "kensaku"])
    desk.service.holding.hold(kept.id, by=desk["kensaku"])
    with pytest.raises(UnknownCase):
        desk.service.holding.find(kept.id, by=desk["kensaku2"])
    desk.service.name_member(kept.id, "kensaku2", by=desk["uketsuke"])
    (hold,) = desk.service.holding.find(kept.id, by=desk["kensaku2"])
    assert Holds(desk.workspace).every(by=desk["kensaku2"]) == []
    released = partial(desk.service.holding.release, kept.id, ReleaseReason.WITHDRAWN, document="取消書")
    released(by=desk["kensaku2"])
    (hold,) = desk.service.holding.find(kept.id, by=desk["kensaku2"])
    assert hold.state is HoldState.RELEASING


def test_a_hidden_holds_leaves_open_to_who_may_know(desk: Desk) -> None:
    """Each that names it: its own, what was copied, and the end of its key. Others' leaves stay open to everybody."""
    kept = preservation(desk, secrecy=SECRET, knows=["kakunin", "kensaku"])
    (hold,) = desk.service.holding.hold(kept.id, by=desk["kensaku"])
    # A hold that no case stands behind, made silent in the log desk.
    assert hold.terms is not None
    alone = Holds(desk.workspace).add(replace(hold.terms, knows=frozenset({"kakunin"})), by=desk["kensaku2"])
    desk.service.name_member(kept.id, "hogo", by=desk["uketsuke"])
    may = {hold.id: {"kansa", "kakunin", "kensaku", "hogo"}, alone.id: {"kansa", "kakunin", "kensaku2"}}
    leaves = opened(desk)
    with desk.workspace.database.read() as connection:
        opens = partial(may_open, connection, desk.workspace.keyring)
        for hold_id, told in may.items():
            mine = [one for one in leaves if hold_id in one[1] or hold_id.encode() in one[2]]
            assert len(mine) > 1
            for who in ("kansa", "kakunin", "kensaku", "hogo", "kensaku2", "kakunin2", None):
                by = None if who is None else desk[who]
                for kind, owner, body in mine:
                    assert opens(owner=owner, body=body, by=by) is (who in told), (kind, who)
        ended = b'{"holds":["%s"],"key":"log/ap.nat/2026-11-20"}' % alone.id.encode()
        assert opens(owner="house", body=ended, by=desk["kakunin"])
        assert not opens(owner="house", body=ended, by=desk["hogo"])
        ids = (*may, kept.id)
        others = [one for one in leaves if not any(each in one[1] or each.encode() in one[2] for each in ids)]
        assert others
        assert all(opens(owner=owner, body=body, by=None) for _, owner, body in others)


def test_a_hidden_case_has_no_overview(desk: Desk, store: Store) -> None:
    """Nor terms, corrections or ends of secrecy: an outsider is told what an id nobody has is told."""
    made = desk.received(secrecy=SECRET)
    service, by = desk.service, desk["kakunin2"]
    assert service.deadlines_of([made.id], by=by) == {made.id: []}
    for case_id in (made.id, "d" + "0" * 16):
        for way in (
            lambda case_id=case_id: overview(service, case_id, by=by),
            lambda case_id=case_id: service.corrections.every(case_id, by=by),
            lambda case_id=case_id: service.secrecy.every(case_id, by=by),
            lambda case_id=case_id: service.searching.waiting(case_id, by=by),
            lambda case_id=case_id: service.searching.approve(case_id, by=by),
            lambda case_id=case_id: service.emergencies.call(case_id, "bengoshi", by=by),
            lambda case_id=case_id: service.emergencies.review_afterwards(case_id, "x", by=by),
            lambda case_id=case_id: service.name_member(case_id, "daremo", by=by),
        ):
            with pytest.raises(UnknownCase) as caught:
                way()
            assert caught.value.fields == {"case": case_id}
