"""Roles: nobody can collect duties that must stay apart."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.access import Role, Scope, StaffKind
from sekisho.access.errors import RoleNotForServices, RolesConflict
from sekisho.access.roles import NEVER_TOGETHER, PERSONS_ONLY, SCOPES, check_grant, conflict, scopes_of


def test_every_role_has_scopes_and_every_scope_a_role() -> None:
    """No role is empty and no scope is out of reach."""
    assert set(SCOPES) == set(Role)
    assert all(SCOPES.values())
    assert scopes_of(Role) == set(Scope)


def test_no_single_role_breaks_the_separation() -> None:
    """Each role alone respects every separation, so that each can be granted at all."""
    for role in Role:
        check_grant("sato", StaffKind.PERSON, [], role)
        assert not any(pair <= SCOPES[role] for pair in NEVER_TOGETHER)


@pytest.mark.parametrize(
    ("held", "wanted"),
    [
        (Role.LOG_CUSTODIAN, Role.PRIVACY_OFFICER),
        (Role.PRIVACY_OFFICER, Role.LOG_CUSTODIAN),
        (Role.REVIEWER, Role.PRIVACY_OFFICER),
        (Role.CLERK, Role.PRIVACY_OFFICER),
        (Role.ADMINISTRATOR, Role.PRIVACY_OFFICER),
        (Role.ADMINISTRATOR, Role.LOG_CUSTODIAN),
        (Role.ADMINISTRATOR, Role.KEY_CUSTODIAN),
        (Role.LOG_CUSTODIAN, Role.KEY_CUSTODIAN),
        (Role.DISCLOSURE_CLERK, Role.DISCLOSURE_REVIEWER),
        (Role.DISCLOSURE_CLERK, Role.PRIVACY_OFFICER),
        (Role.LOG_CUSTODIAN, Role.DISCLOSURE_REVIEWER),
        (Role.LOG_CUSTODIAN, Role.DISCLOSURE_RELEASER),
        (Role.ADMINISTRATOR, Role.DISCLOSURE_REVIEWER),
        (Role.ADMINISTRATOR, Role.DISCLOSURE_RELEASER),
        (Role.DISCLOSURE_AUDITOR, Role.DISCLOSURE_CLERK),
        (Role.DISCLOSURE_AUDITOR, Role.DISCLOSURE_RELEASER),
        (Role.LOG_CUSTODIAN, Role.DISCLOSURE_AUDITOR),
        (Role.OUTSIDE_APPROVER, Role.DISCLOSURE_CLERK),
        (Role.OUTSIDE_APPROVER, Role.DISCLOSURE_RELEASER),
        (Role.OUTSIDE_APPROVER, Role.LOG_CUSTODIAN),
        (Role.OUTSIDE_APPROVER, Role.PRIVACY_OFFICER),
    ],
)
def test_conflicting_roles(held: Role, wanted: Role) -> None:
    """The pairs written down by hand are refused, naming both."""
    with pytest.raises(RolesConflict) as caught:
        check_grant("sato", StaffKind.PERSON, [held], wanted)
    assert caught.value.fields == {"staff_id": "sato", "held": held.value, "wanted": wanted.value}


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(list(Role)), max_size=12))
def test_no_order_of_grants_collects_separated_scopes(wanted: list[Role]) -> None:
    """Whatever is granted in whatever order, what a person ends up with holds no separated pair: nobody both searches
    and approves."""
    held: list[Role] = []
    for role in wanted:
        try:
            check_grant("sato", StaffKind.PERSON, held, role)
        except RolesConflict:
            continue
        held.append(role)
    scopes = scopes_of(held)
    assert not any(pair <= scopes for pair in NEVER_TOGETHER)
    assert not {Scope.LOG_SEARCH, Scope.APPROVE} <= scopes


def test_conflicts_are_mutual() -> None:
    """If one excludes the other, the other excludes the one."""
    for one, other in combinations(Role, 2):
        assert conflict(one, other) == conflict(other, one)


def test_a_service_holds_nothing_that_needs_a_person() -> None:
    """A service can be an integration, a clerk, an auditor or take requests in, and nothing else."""
    allowed = set()
    for role in Role:
        try:
            check_grant("signup", StaffKind.SERVICE, [], role)
            allowed.add(role)
        except RoleNotForServices:
            assert SCOPES[role] & PERSONS_ONLY
    assert allowed == {Role.INTEGRATION, Role.CLERK, Role.AUDITOR, Role.DISCLOSURE_CLERK}


def test_a_small_operator_can_work() -> None:
    """Three people can hold every human role between them."""
    for roles in (
        (Role.ADMINISTRATOR, Role.LEGAL, Role.CLERK),
        (Role.LOG_CUSTODIAN, Role.REVIEWER, Role.CLERK, Role.DISCLOSURE_CLERK),
        (Role.PRIVACY_OFFICER, Role.AUDITOR, Role.LEGAL, Role.DISCLOSURE_REVIEWER, Role.DISCLOSURE_RELEASER),
    ):
        for position, role in enumerate(roles):
            check_grant("x", StaffKind.PERSON, roles[:position], role)
