"""Staff, roles and tokens in the database, on both engines."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import Connection, Engine, LargeBinary, String, select

from sekisho.access import AccessEventKind, Principal, PrincipalCache, Proof, Role, Scope, StaffKind, service
from sekisho.access.cache import KEPT_FOR, MAX_KEPT
from sekisho.access.errors import (
    AccessError,
    AccessTermsRefused,
    LastAdministrator,
    OwnRequest,
    RoleNotForServices,
    RolesConflict,
    ScopeMissing,
    ScopesExceedRoles,
    StaffExists,
    StaffNotFound,
    TokenExpired,
    TokenNotAccepted,
    TokenNotFound,
    TokenRevoked,
)
from sekisho.access.tables import api_token
from tests.access.conftest import DAY, NOW, TABLES, Office, furnish


def test_the_first_administrator_is_first(connection: Connection) -> None:
    """One can be added to an empty workspace, once; before that nothing else works."""
    with pytest.raises(StaffNotFound):
        service.stated_principal(connection, "kanri", required=None)
    assert service.generation(connection) == 0
    change = service.add_first_administrator(connection, staff_id="kanri", name="管理 花子", now=NOW)
    assert [event.kind for event in change.events] == [AccessEventKind.STAFF_ADDED, AccessEventKind.ROLE_GRANTED]
    assert change.events[1].body == {"by": "founding", "staff_id": "kanri", "role": "administrator"}
    with pytest.raises(StaffExists):
        service.add_first_administrator(connection, staff_id="other", name="別人", now=NOW)


def test_a_token_opens_what_it_should(office: Office) -> None:
    """Each person is who their token says, with their role's scopes; a missing scope is named."""
    sato = service.authenticate(office.connection, office.tokens["sato"], required=Scope.DECIDE, now=NOW)
    assert (sato.staff_id, sato.kind, sato.proof) == ("sato", StaffKind.PERSON, Proof.TOKEN)
    assert sato.scopes == {Scope.DECIDE, Scope.READ, Scope.REQUEST}
    assert office.who("signup").kind is StaffKind.SERVICE
    with pytest.raises(ScopeMissing):
        service.authenticate(office.connection, office.tokens["sato"], required=Scope.APPROVE, now=NOW)


def test_tokens_of_nobody_are_not_accepted(office: Office) -> None:
    """Unknown, cut, and mixed tokens are refused alike."""
    one, two = office.tokens["sato"], office.tokens["suzuki"]
    unknown = "sk_" + "0" * 16 + "_" + "0" * 64
    for text in (unknown, one[:-1], one[:20] + two[20:], two[:20] + one[20:], "", one.upper()):
        with pytest.raises(TokenNotAccepted):
            service.authenticate(office.connection, text, required=None, now=NOW)


def test_the_database_holds_no_secret(office: Office) -> None:
    """No column of any table contains a token's secret, as text or bytes; the event and reprs don't either."""
    issued = service.issue_token(
        office.connection, actor=office.admin, staff_id="sato", scopes=[Scope.READ], expires_at=NOW + DAY, now=NOW
    )
    secrets = [text.split("_")[2] for text in [*office.tokens.values(), issued.value.text]]
    stored = ""
    for table in TABLES:
        for row in office.connection.execute(select(table)):
            for value in row:
                stored += value.hex() if isinstance(value, bytes) else str(value)
    shown = stored + repr(issued) + str(issued.event.body)
    assert not any(secret in shown for secret in secrets)
    assert issued.event.body["scopes"] == ["read"]
    assert isinstance(api_token.c.secret_hash.type, LargeBinary)
    assert isinstance(api_token.c.scopes.type, String)


def test_a_pepper_must_match(office: Office) -> None:
    """A token issued with the workspace's pepper opens with it only, and one without isn't accepted under a pepper."""
    pepper = bytes(range(32))
    issued = service.issue_token(
        office.connection, actor=office.admin, staff_id="sato", scopes=[Scope.READ], expires_at=NOW + DAY, now=NOW,
        pepper=pepper,
    ).value.text
    assert service.authenticate(office.connection, issued, required=None, now=NOW, pepper=pepper).staff_id == "sato"
    for text, other in ((issued, None), (issued, bytes(32)), (office.tokens["sato"], pepper)):
        with pytest.raises(TokenNotAccepted):
            service.authenticate(office.connection, text, required=None, now=NOW, pepper=other)


def test_times_are_kept_exactly(office: Office) -> None:
    """A token expires at its microsecond on both databases."""
    end = NOW + timedelta(hours=1, microseconds=7)
    text = service.issue_token(
        office.connection, actor=office.admin, staff_id="sato", scopes=[Scope.READ], expires_at=end, now=NOW
    ).value.text
    just_before = end - timedelta(microseconds=1)
    assert service.authenticate(office.connection, text, required=None, now=just_before).expires_at == end
    with pytest.raises(TokenExpired):
        service.authenticate(office.connection, text, required=None, now=end)


def test_scopes_cannot_escalate(office: Office) -> None:
    """No token beyond the holder's roles; a role gained later doesn't widen an old token; a role lost narrows it."""
    with pytest.raises(ScopesExceedRoles):
        service.issue_token(
            office.connection, actor=office.admin, staff_id="sato", scopes=[Scope.READ, Scope.APPROVE],
            expires_at=NOW + DAY, now=NOW,
        )
    service.grant_role(office.connection, actor=office.admin, staff_id="sato", role=Role.CLERK, now=NOW)
    assert Scope.ATTEST not in office.who("sato").scopes
    service.revoke_role(office.connection, actor=office.admin, staff_id="sato", role=Role.REVIEWER, now=NOW)
    assert office.who("sato").scopes == {Scope.DECIDE, Scope.READ}
    service.revoke_role(office.connection, actor=office.admin, staff_id="sato", role=Role.CLERK, now=NOW)
    assert office.who("sato").scopes == set()


def test_a_separated_role_is_not_granted(office: Office) -> None:
    """Who searches isn't made approver, nor the reverse, until the other role is gone; a service is never one."""
    wrong = (("tanaka", Role.PRIVACY_OFFICER), ("suzuki", Role.LOG_CUSTODIAN), ("suzuki", Role.ADMINISTRATOR))
    for name, role in wrong:
        with pytest.raises(RolesConflict):
            service.grant_role(office.connection, actor=office.admin, staff_id=name, role=role, now=NOW)
    with pytest.raises(RoleNotForServices):
        service.grant_role(office.connection, actor=office.admin, staff_id="signup", role=Role.ADMINISTRATOR, now=NOW)
    service.revoke_role(office.connection, actor=office.admin, staff_id="tanaka", role=Role.LOG_CUSTODIAN, now=NOW)
    service.grant_role(office.connection, actor=office.admin, staff_id="tanaka", role=Role.PRIVACY_OFFICER, now=NOW)
    # The old token was for searching: being an approver now, it can do only what both allow.
    assert office.who("tanaka").scopes == {Scope.READ}


def test_only_administrators_administer(office: Office) -> None:
    """Without ``staff.admin`` nothing about staff, roles or tokens of others can be changed."""
    for name in ("sato", "suzuki", "tanaka", "signup"):
        actor, connection = office.who(name), office.connection
        others = next(text for other, text in office.tokens.items() if other != name)[3:19]
        attempts: list[Callable[..., object]] = [
            partial(service.add_staff, staff_id="x", name="x", kind=StaffKind.PERSON),
            partial(service.end_staff, staff_id="kanri"),
            partial(service.grant_role, staff_id="kanri", role=Role.CLERK),
            partial(service.revoke_role, staff_id="kanri", role=Role.ADMINISTRATOR),
            partial(service.issue_token, staff_id="kanri", scopes=[Scope.READ], expires_at=NOW + DAY),
            partial(service.revoke_token, token_id=others),
            partial(service.revoke_token, token_id="f" * 16),
        ]
        for attempt in attempts:
            with pytest.raises(ScopeMissing):
                attempt(connection, actor=actor, now=NOW)


def test_nobody_grants_to_themselves(office: Office) -> None:
    """An administrator asks another administrator."""
    with pytest.raises(OwnRequest):
        service.grant_role(office.connection, actor=office.admin, staff_id="kanri", role=Role.LEGAL, now=NOW)


def test_revoked_tokens_end_at_once(office: Office) -> None:
    """Their holder may revoke them, an administrator too; a second time there is nothing to revoke."""
    sato = office.who("sato")
    assert sato.token_id is not None
    event = service.revoke_token(office.connection, actor=sato, token_id=sato.token_id, now=NOW).event
    assert event.body == {"by": "sato", "staff_id": "sato", "token_id": sato.token_id}
    with pytest.raises(TokenRevoked):
        office.who("sato")
    with pytest.raises(TokenNotFound):
        service.revoke_token(office.connection, actor=office.admin, token_id=sato.token_id, now=NOW)
    service.revoke_token(office.connection, actor=office.admin, token_id=office.tokens["suzuki"][3:19], now=NOW)
    with pytest.raises(TokenRevoked):
        office.who("suzuki")


def test_who_leaves_is_gone(office: Office) -> None:
    """Their tokens stop, their roles end, their id is not reused, and the past stays readable."""
    service.end_staff(office.connection, actor=office.admin, staff_id="sato", now=NOW + DAY)
    with pytest.raises(TokenRevoked):
        office.who("sato")
    attempts: list[Callable[[], object]] = [
        lambda: service.end_staff(office.connection, actor=office.admin, staff_id="sato", now=NOW),
        lambda: service.grant_role(office.connection, actor=office.admin, staff_id="sato", role=Role.CLERK, now=NOW),
        lambda: service.stated_principal(office.connection, "sato", required=None),
    ]
    for attempt in attempts:
        with pytest.raises(StaffNotFound):
            attempt()
    with pytest.raises(StaffExists):
        service.add_staff(
            office.connection, actor=office.admin, staff_id="sato", name="別人", kind=StaffKind.PERSON, now=NOW
        )
    past = {person.id: (person.left_at, roles) for person, roles in service.list_staff(office.connection)}
    assert past["sato"] == (NOW + DAY, frozenset())
    assert past["tanaka"] == (None, frozenset({Role.LOG_CUSTODIAN}))
    (token,) = [token for token in service.list_tokens(office.connection) if token.staff_id == "sato"]
    assert token.revoked_at == NOW + DAY


def test_the_last_administrator_stays(office: Office) -> None:
    """Neither leaving nor losing the role is possible until there is another."""
    with pytest.raises(LastAdministrator):
        service.end_staff(office.connection, actor=office.admin, staff_id="kanri", now=NOW)
    with pytest.raises(LastAdministrator):
        service.revoke_role(office.connection, actor=office.admin, staff_id="kanri", role=Role.ADMINISTRATOR, now=NOW)
    service.grant_role(office.connection, actor=office.admin, staff_id="sato", role=Role.ADMINISTRATOR, now=NOW)
    service.revoke_role(office.connection, actor=office.admin, staff_id="kanri", role=Role.ADMINISTRATOR, now=NOW)


@pytest.mark.parametrize(
    "staff_id",
    [
        "", "Sato", "sa to", "佐藤", "-sato", "a" * 65, "sato\n", "founding", "sato_h", "agency.keisatsu",
        "provider.kita",
    ],
)
def test_ids_that_are_refused(office: Office, staff_id: str) -> None:
    """A staff id is short, plain, and neither the founding's nor an agency's or another provider's."""
    with pytest.raises(AccessTermsRefused):
        service.add_staff(
            office.connection, actor=office.admin, staff_id=staff_id, name="名前", kind=StaffKind.PERSON, now=NOW
        )


@pytest.mark.parametrize("name", ["", "   ", "a" * 201, "a\nb", "a\x00b"])
def test_names_that_are_refused(office: Office, name: str) -> None:
    """A name is something that can be printed on one line."""
    with pytest.raises(AccessTermsRefused):
        service.add_staff(
            office.connection, actor=office.admin, staff_id="x", name=name, kind=StaffKind.PERSON, now=NOW
        )


def test_names_keep_their_characters(office: Office) -> None:
    """A name outside the basic plane comes back as it was given."""
    service.add_staff(
        office.connection, actor=office.admin, staff_id="yoshida", name="𠮷田 はな子", kind=StaffKind.PERSON, now=NOW
    )
    assert "𠮷田 はな子" in {person.name for person, _ in service.list_staff(office.connection)}


def test_roles_are_held_once(office: Office) -> None:
    """A role held already isn't granted again, one not held isn't revoked."""
    with pytest.raises(AccessTermsRefused):
        service.grant_role(office.connection, actor=office.admin, staff_id="sato", role=Role.REVIEWER, now=NOW)
    with pytest.raises(AccessTermsRefused):
        service.revoke_role(office.connection, actor=office.admin, staff_id="sato", role=Role.CLERK, now=NOW)


def test_a_stated_principal_is_marked(office: Office) -> None:
    """At the command line a person has their roles' scopes, and it is known that they only said who they are."""
    suzuki = service.stated_principal(office.connection, "suzuki", required=Scope.READ)
    assert (suzuki.proof, suzuki.token_id) == (Proof.STATED, None)
    assert Scope.APPROVE in suzuki.scopes
    with pytest.raises(ScopeMissing):
        service.stated_principal(office.connection, "suzuki", required=Scope.STAFF_ADMIN)


def test_no_event_names_a_person(office: Office) -> None:
    """Events carry ids; names stay in the staff table."""
    change = service.add_staff(
        office.connection, actor=office.admin, staff_id="ito", name="伊藤 架空", kind=StaffKind.PERSON, now=NOW
    )
    assert change.event.body == {"by": "kanri", "staff_id": "ito", "staff_kind": "person"}
    assert change.event.at == NOW


# -- the cache
# ----------------------------------------------------------------------------------------------------------


def test_a_cached_principal_ends_with_the_next_change(office: Office) -> None:
    """With the generation read each time, a revocation, a lost role or a departure acts on the next request."""
    cache, connection, token = PrincipalCache(), office.connection, office.tokens["sato"]

    def ask(required: Scope | None = None) -> Principal:
        return service.authenticate_cached(connection, cache, token, required=required, now=NOW)

    first = ask()
    assert ask() is first
    with pytest.raises(ScopeMissing):
        ask(Scope.APPROVE)
    service.revoke_role(connection, actor=office.admin, staff_id="sato", role=Role.REVIEWER, now=NOW)
    assert ask().scopes == set()
    service.revoke_token(connection, actor=office.admin, token_id=token[3:19], now=NOW)
    with pytest.raises(TokenRevoked):
        ask()


def test_a_cached_principal_ends_with_time() -> None:
    """It is kept for seconds at most, and never beyond the token's own end."""
    cache = PrincipalCache()
    for token, life in (("long", DAY), ("short", timedelta(seconds=1))):
        principal = Principal("sato", StaffKind.PERSON, frozenset(), Proof.TOKEN, "0" * 16, NOW + life)
        cache.keep(token, principal, generation=4, now=NOW)
    assert cache.find("long", generation=4, now=NOW + KEPT_FOR - timedelta(microseconds=1)) is not None
    assert cache.find("long", generation=4, now=NOW + KEPT_FOR) is None
    assert cache.find("short", generation=4, now=NOW + timedelta(seconds=1)) is None


def test_the_cache_forgets_other_generations_and_the_oldest() -> None:
    """An entry of another generation isn't used; beyond its size the longest unused goes."""
    cache = PrincipalCache()
    principal = Principal("sato", StaffKind.PERSON, frozenset(), Proof.TOKEN, "0" * 16, None)
    cache.keep("a", principal, generation=1, now=NOW)
    assert cache.find("a", generation=2, now=NOW) is None
    assert cache.find("a", generation=1, now=NOW) is None
    for number in range(MAX_KEPT + 1):
        cache.keep(str(number), principal, generation=1, now=NOW)
    assert cache.find("0", generation=1, now=NOW) is None
    assert cache.find("1", generation=1, now=NOW) is principal


def test_wrong_tokens_are_never_cached(office: Office) -> None:
    """A refused token is looked up again each time, and lone surrogates don't break the cache."""
    cache = PrincipalCache()
    for text in ("sk_" + "0" * 16 + "_" + "0" * 64, "\udc00"):
        with pytest.raises(TokenNotAccepted):
            service.authenticate_cached(office.connection, cache, text, required=None, now=NOW)
        assert cache.find(text, generation=service.generation(office.connection), now=NOW) is None


# -- several at once
# ----------------------------------------------------------------------------------------------------


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_two_conflicting_grants_at_once(engine: Engine) -> None:
    """Two administrators' transactions that together would break the separation: one waits, then is refused."""
    with engine.begin() as connection:
        office = furnish(connection)
        service.add_staff(
            connection, actor=office.admin, staff_id="ito", name="伊藤", kind=StaffKind.PERSON, now=NOW
        )
    outcome: list[str] = []
    ready = threading.Barrier(2)

    def grant(role: Role) -> None:
        with engine.connect() as connection, connection.begin() as transaction:
            ready.wait()
            try:
                service.grant_role(connection, actor=office.admin, staff_id="ito", role=role, now=NOW)
            except AccessError as error:
                transaction.rollback()
                outcome.append(error.reason)
            else:
                transaction.commit()
                outcome.append("granted")

    threads = [
        threading.Thread(target=grant, args=(role,)) for role in (Role.LOG_CUSTODIAN, Role.PRIVACY_OFFICER)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcome) == ["granted", "roles_conflict"]
