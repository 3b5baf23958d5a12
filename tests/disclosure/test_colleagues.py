"""Whoever is named in a case is somebody: on the staff now, in a role for it, and named for it beforehand."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from sekisho.access import service as access
from sekisho.access.errors import RoleNotForServices, StaffExists, StaffNotFound
from sekisho.access.principal import Principal, Proof
from sekisho.access.roles import Role, Scope, StaffKind, scopes_of
from sekisho.disclosure.errors import CaseRefused, NotApart
from sekisho.disclosure.progress import Part, State
from tests.disclosure.made_cases import case, item
from tests.disclosure.test_grants_end import fire, turn
from tests.disclosure.world import Desk

NIGHT = {"type": "emergency", "document": {"number": "", "valid_until": None}, "items": [item(wanted=["log"])]}
SECRET = {"state": "asked", "until": None}


def hire(desk: Desk, staff_id: str, *roles: Role, kind: StaffKind = StaffKind.PERSON) -> None:
    """Somebody new, now."""
    with desk.workspace.database.read() as connection:
        admin = access.stated_principal(connection, "admin", required=Scope.STAFF_ADMIN)
    now = desk.clock.now()
    add = partial(access.add_staff, actor=admin, staff_id=staff_id, name=staff_id, kind=kind, now=now)
    desk.workspace.change(add)
    for role in roles:
        desk.workspace.change(partial(access.grant_role, actor=admin, staff_id=staff_id, role=role, now=now))


def test_a_member_is_a_colleague_of_the_desk(desk: Desk) -> None:
    """Not an id nobody has, not who left, not who has no part in the desk's work, not a program, not an approver from
    outside: each named later, or by the request itself."""
    hire(desk, "robot", Role.DISCLOSURE_CLERK, kind=StaffKind.SERVICE)
    fire(desk, "kakunin2")
    made = desk.received(secrecy=SECRET)
    for name, error in (
        ("daremo", StaffNotFound),
        ("kakunin2", StaffNotFound),
        ("madoguchi", CaseRefused),
        ("robot", CaseRefused),
        ("bengoshi", CaseRefused),
    ):
        with pytest.raises(error):
            desk.service.name_member(made.id, name, by=desk["uketsuke"])
        with pytest.raises(error):
            desk.received(secrecy=SECRET, knows=[name])
    assert set(desk.service.parts(made.id, by=desk["kansa"])) == {"uketsuke"}
    assert desk.service.count(by=desk["kansa"]) == 1
    desk.service.question_back(made.id, "？", by=desk["uketsuke"])
    with pytest.raises(CaseRefused):
        desk.service.answer_question(made.id, case(knows=["bengoshi"]), by=desk["uketsuke"])


def test_an_agencys_contact_who_left_stops_no_request(desk: Desk) -> None:
    """What a registered party sends is taken in although one of the contacts named for it is there no more."""
    agency = Principal(
        "agency.police", StaffKind.SERVICE, frozenset({Scope.DISCLOSURE_INTAKE}), Proof.SIGNED, None, None
    )
    fire(desk, "kakunin2")
    made = desk.service.receive(case(secrecy=SECRET, knows=["kakunin", "kakunin2", "bengoshi"]), by=agency)
    assert set(desk.service.parts(made.id, by=desk["kansa"])) == {"agency.police", "kakunin"}


def test_an_approver_outside_was_named_before_the_case_came(desk: Desk) -> None:
    """Nobody is made one for the case at hand; who isn't one, or is one no more, isn't called."""
    made = desk.service.receive(case(**NIGHT), by=desk["uketsuke"])
    desk.clock.advance(timedelta(minutes=5))
    hire(desk, "tomodachi", Role.OUTSIDE_APPROVER)
    for name, error in (
        ("tomodachi", CaseRefused),
        ("daremo", StaffNotFound),
        ("kakunin", CaseRefused),
        ("hogo", CaseRefused),
        ("uketsuke", CaseRefused),
    ):
        with pytest.raises(error):
            desk.service.emergencies.call(made.id, name, by=desk["uketsuke"])
    desk.service.emergencies.call(made.id, "bengoshi", by=desk["uketsuke"])
    later = desk.service.receive(case(**NIGHT), by=desk["uketsuke"])
    desk.service.emergencies.call(later.id, "tomodachi", by=desk["uketsuke"])
    desk.service.emergencies.approve(later.id, "承認", by=desk.acting("tomodachi"))
    fire(desk, "bengoshi")
    with pytest.raises(StaffNotFound):
        desk.service.emergencies.approve(made.id, "x", by=desk["bengoshi"])


def test_a_colleague_turned_outside_approver_approves_nothing_they_knew(desk: Desk) -> None:
    """A member of the case who gets the role afterwards isn't the one who was named for it."""
    made = desk.service.receive(case(**NIGHT), by=desk["uketsuke"])
    desk.service.name_member(made.id, "kakunin", by=desk["uketsuke"])
    desk.clock.advance(timedelta(minutes=5))
    with desk.workspace.database.read() as connection:
        admin = access.stated_principal(connection, "admin", required=Scope.STAFF_ADMIN)
    now = desk.clock.now()
    for change, role in ((access.revoke_role, Role.DISCLOSURE_REVIEWER), (access.grant_role, Role.OUTSIDE_APPROVER)):
        desk.workspace.change(partial(change, actor=admin, staff_id="kakunin", role=role, now=now))
    with pytest.raises(CaseRefused):
        desk.service.emergencies.approve(made.id, "x", by=desk.acting("kakunin"))


def test_whoever_did_anything_in_an_emergency_doesnt_review_it_afterwards(desk: Desk) -> None:
    """Calling the approver gives no part, and is enough all the same."""
    made = desk.service.receive(case(**NIGHT), by=desk["uketsuke"])
    desk.service.emergencies.call(made.id, "bengoshi", by=desk["kakunin2"])
    desk.service.emergencies.approve(made.id, "承認", by=desk["bengoshi"])
    desk.service.withdraw(made.id, "救助された", by=desk["uketsuke"])
    with pytest.raises(NotApart):
        desk.service.emergencies.review_afterwards(made.id, "x", by=desk["kakunin2"])
    desk.service.emergencies.review_afterwards(made.id, "相当", by=desk["kakunin"])


@pytest.mark.parametrize("roles", [[Role.DISCLOSURE_REVIEWER, Role.LOG_CUSTODIAN, Role.DISCLOSURE_RELEASER]])
def test_one_person_through_every_role_has_one_part(desk: Desk, roles: list[Role]) -> None:
    """A clerk who is made reviewer, custodian and releaser one after the other stays the clerk of what they took in;
    leaving and coming back isn't possible under the same id, and a program never is one."""
    made = desk.received()
    service, held = desk.service, Role.DISCLOSURE_CLERK
    for role in roles:
        turn(desk, "uketsuke", held, role)
        held, who = role, desk.acting("uketsuke")
        assert who.scopes == scopes_of([role])
        steps = {
            Role.DISCLOSURE_REVIEWER: lambda who=who: service.review(made.id, "x", by=who),
            Role.LOG_CUSTODIAN: lambda who=who: service.searching._require_searcher(
                service.steps.known(made.id, who), who
            ),
            Role.DISCLOSURE_RELEASER: lambda who=who: service.hearings._how.require_apart(
                service.hearings._how.read(made.id, who), who
            ),
        }
        with pytest.raises(NotApart):
            steps[role]()  # type: ignore[no-untyped-call]  # the lambdas above
    assert service.find(made.id, by=desk["kansa"]).state is State.RECEIVED
    assert service.parts(made.id, by=desk["kansa"])["uketsuke"] == {Part.INTAKE}
    fire(desk, "uketsuke")
    with pytest.raises(StaffExists):
        hire(desk, "uketsuke")
    for role in (Role.DISCLOSURE_REVIEWER, Role.DISCLOSURE_RELEASER, Role.LOG_CUSTODIAN, Role.OUTSIDE_APPROVER):
        with pytest.raises(RoleNotForServices):
            hire(desk, f"robot-{role.value.replace('_', '-')}", role, kind=StaffKind.SERVICE)
