"""A case's search grants end with what they were given for: nothing that nobody can use is listed as in force."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest

from sekisho.access import service as access
from sekisho.access.roles import Role, Scope
from sekisho.disclosure.deciding import Choice
from sekisho.disclosure.errors import CaseMoved, NotApart
from sekisho.disclosure.progress import Part, RefusalReason, State
from sekisho.disclosure.search.desk import APPROVAL_KIND
from sekisho.disclosure.search.errors import ApproverGone, GrantsMissing, GrantsMoved
from sekisho.logs.lookup.errors import GrantDecided, UnknownGrant
from sekisho.logs.lookup.grants import Grants
from tests.disclosure.logs_made import ready, searched, state, store_for
from tests.disclosure.world import NOW, Desk
from tests.logs.lookup.made import Store


@pytest.fixture
def store(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Logs behind the desk."""
    made = store_for(desk, monkeypatch)
    yield made
    made.lookups.close()


def grants(desk: Desk) -> list[str]:
    """Where every grant of the desk stands, the latest first."""
    return [one.state for one in Grants(desk.workspace, approval_kind=APPROVAL_KIND).every(by=desk["hogo"])]


def fire(desk: Desk, staff_id: str) -> None:
    """Somebody leaves."""
    with desk.workspace.database.read() as connection:
        admin = access.stated_principal(connection, "admin", required=Scope.STAFF_ADMIN)
    desk.workspace.change(partial(access.end_staff, actor=admin, staff_id=staff_id, now=NOW))


def turn(desk: Desk, staff_id: str, before: Role, after: Role) -> None:
    """Somebody gets another role in place of the one they had."""
    with desk.workspace.database.read() as connection:
        admin = access.stated_principal(connection, "admin", required=Scope.STAFF_ADMIN)
    desk.workspace.change(partial(access.revoke_role, actor=admin, staff_id=staff_id, role=before, now=NOW))
    desk.workspace.change(partial(access.grant_role, actor=admin, staff_id=staff_id, role=after, now=NOW))


@pytest.mark.parametrize("end", ["refuse", "withdraw", "close"])
@pytest.mark.parametrize("approved", [0, 1, 2])
def test_the_end_of_a_case_ends_its_grants(desk: Desk, store: Store, end: str, approved: int) -> None:
    """Refused, withdrawn or closed: whatever was asked for, approved or in force is withdrawn with it, with a leaf."""
    made = searched(desk) if end == "close" else ready(desk)
    if end != "close":
        desk.service.searching.request(made.id, by=desk["kensaku"])
        for who in ("hogo", "kakunin")[:approved]:
            desk.service.searching.approve(made.id, by=desk[who])
    assert set(grants(desk)) == ({"active"} if end == "close" else {"requested"})
    if end == "withdraw":
        desk.service.withdraw(made.id, "取下書", by=desk["uketsuke"])
    elif end == "refuse":
        desk.service.refuse(made.id, RefusalReason.NOT_AUTHENTIC, "偽造", by=desk["kakunin2"])
    else:
        desk.service.deciding.decide(made.id, {1: (Choice.REFUSE, "該当なし")}, by=desk["kaiji"])
        desk.service.close(made.id, "回答済み", by=desk["kaiji"])
    assert set(grants(desk)) == {"revoked"}
    assert store.leaves("log.grant_revoked") == len(grants(desk))


def test_a_fact_that_changes_ends_what_was_approved_before(desk: Desk, store: Store) -> None:
    """Two people approved a case as it was: once a reviewer states a fact otherwise, both look at it again."""
    made = ready(desk)
    service = desk.service
    service.searching.request(made.id, by=desk["kensaku"])
    for who in ("kakunin", "hogo"):
        service.searching.approve(made.id, by=desk[who])
    state(desk, made.id, "document.original_received", by="kakunin2")
    assert grants(desk) == ["requested"], "nothing changed by saying the same"
    state(desk, made.id, "document.issued_by_judge", by="kakunin2", value=False)
    state(desk, made.id, "document.issued_by_judge", by="kakunin2")
    assert grants(desk) == ["revoked"]
    with pytest.raises(GrantsMissing):
        service.searching.run(made.id, by=desk["kensaku"])
    (again,) = service.searching.request(made.id, by=desk["kensaku"])
    with pytest.raises(GrantsMoved):
        service.searching.approve(made.id, by=desk["hogo"], shown=["grant-0123456789abcdef"])
    for who in ("kakunin", "hogo"):
        service.searching.approve(made.id, by=desk[who], shown=[again.id])
    assert service.searching.run(made.id, by=desk["kensaku"]).state is State.FOUND


@pytest.mark.parametrize("gone", ["left", "another role"])
def test_an_approver_who_may_approve_no_more_counts_no_more(desk: Desk, store: Store, gone: str) -> None:
    """Who left, or lost the role, before the search was run: it is asked for anew, and two others approve."""
    made, service = ready(desk), desk.service
    service.searching.request(made.id, by=desk["kensaku"])
    for who in ("kakunin", "hogo"):
        service.searching.approve(made.id, by=desk[who])
    if gone == "left":
        fire(desk, "hogo")
    else:
        turn(desk, "hogo", Role.PRIVACY_OFFICER, Role.LOG_CUSTODIAN)
    with pytest.raises(ApproverGone):
        service.searching.run(made.id, by=desk["kensaku"])
    service.searching.request(made.id, by=desk["kensaku"])
    assert sorted(grants(desk)) == ["requested", "revoked"]
    for who in ("kakunin", "kakunin2"):
        service.searching.approve(made.id, by=desk[who])
    assert service.searching.run(made.id, by=desk["kensaku"]).state is State.FOUND


def test_whoever_asks_for_a_search_has_a_part_in_it(desk: Desk, store: Store) -> None:
    """Having asked is enough: with another role afterwards they state no fact, approve nothing, hand nothing over."""
    made, service = ready(desk), desk.service
    service.searching.request(made.id, by=desk["kensaku"])
    assert service.parts(made.id, by=desk["kansa"])["kensaku"] == {Part.SEARCH}
    turn(desk, "kensaku", Role.LOG_CUSTODIAN, Role.DISCLOSURE_REVIEWER)
    turned = desk.acting("kensaku")
    with pytest.raises(NotApart):
        state(desk, made.id, "document.issued_by_judge", by="kensaku", value=False)
    with pytest.raises(NotApart):
        service.searching.approve(made.id, by=turned)
    with pytest.raises(NotApart):
        service.refuse(made.id, RefusalReason.NOT_AUTHENTIC, "x", by=turned)


def test_whoever_approved_a_search_never_searches_in_the_case(desk: Desk, store: Store) -> None:
    """Not with another role later, not under a grant of their own that others approve."""
    made, service = ready(desk), desk.service
    service.searching.request(made.id, by=desk["kensaku"])
    service.searching.approve(made.id, by=desk["hogo"])
    turn(desk, "hogo", Role.PRIVACY_OFFICER, Role.LOG_CUSTODIAN)
    for step in (service.searching.request, service.searching.run):
        with pytest.raises(NotApart):
            step(made.id, by=desk.acting("hogo"))


def test_an_approval_is_of_the_case_as_it_was_read(desk: Desk, store: Store) -> None:
    """Of two steps at once one is told to look again, and its approval isn't given either."""
    made, service = ready(desk), desk.service
    service.searching.request(made.id, by=desk["kensaku"])
    known = service.steps.known(made.id, desk["hogo"])
    service.set_deadline(made.id, "house", started_on=NOW.date(), due_on=NOW.date(), by=desk["uketsuke"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(service.steps, "known", lambda *_, **__: known)
        with pytest.raises(CaseMoved):
            service.searching.approve(made.id, by=desk["hogo"])
    (waiting,) = service.searching.waiting(made.id, by=desk["hogo"])
    assert service.searching._approvers(waiting) == set()


def test_the_log_desk_neither_shows_nor_moves_a_cases_grant(desk: Desk, store: Store) -> None:
    """Approving, making and withdrawing at the log desk end as for an id that isn't there, whoever knows it."""
    made = ready(desk)
    (grant,) = desk.service.searching.request(made.id, by=desk["kensaku"])
    logs = Grants(desk.workspace)
    for act, who in ((logs.approve, "hogo"), (logs.make, "kensaku"), (logs.revoke, "hogo")):
        with pytest.raises(UnknownGrant):
            act(grant.id, by=desk[who])
    assert grants(desk) == ["requested"]
    desk.service.refuse(made.id, RefusalReason.NOT_AUTHENTIC, "偽造", by=desk["kakunin2"])
    with pytest.raises(GrantDecided):
        Grants(desk.workspace, approval_kind=APPROVAL_KIND).approve(grant.id, by=desk["hogo"])
