"""Approvals in the database, on both engines."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from sqlalchemy import Engine, insert, update
from sqlalchemy.exc import IntegrityError

from sekisho.access import (
    AccessEventKind,
    Approval,
    ApprovalState,
    Proof,
    Role,
    Scope,
    approval_service,
    service,
    subject_hash,
)
from sekisho.access.errors import (
    AccessError,
    AlreadyDecided,
    ApprovalExpired,
    ApprovalNotFound,
    ApprovalNotGiven,
    ApprovalUsed,
    OwnRequest,
    ProofTooWeak,
    ScopeMissing,
    SubjectChanged,
    TooFewApprovers,
)
from sekisho.access.tables import approval
from tests.access.conftest import DAY, NOW, Office, furnish

KIND = "disclosure.answer"
SUBJECT = subject_hash(KIND, {"case": "D-2026-0001", "rows": 3})
OTHER = subject_hash(KIND, {"case": "D-2026-0001", "rows": 4})


def ask(office: Office, who: str = "sato") -> Approval:
    """``who`` asks for approval of ``SUBJECT``."""
    return approval_service.request_approval(
        office.connection, actor=office.who(who), kind=KIND, subject_hash=SUBJECT, expires_at=NOW + 2 * DAY, now=NOW
    ).value


def grant(office: Office, asked: Approval, who: str = "suzuki") -> Approval:
    """``who`` approves."""
    return approval_service.approve(
        office.connection, actor=office.who(who), approval_id=asked.id, subject_hash=SUBJECT, now=NOW
    ).value


def test_asked_given_used(office: Office) -> None:
    """The whole way, with an event for each step, and what is stored is what was returned."""
    asked = ask(office)
    assert approval_service.open_approvals(office.connection, now=NOW) == [asked]
    given = approval_service.approve(
        office.connection, actor=office.who("suzuki"), approval_id=asked.id, subject_hash=SUBJECT, now=NOW
    )
    assert given.event.kind is AccessEventKind.APPROVAL_APPROVED
    assert given.event.body == {
        "approval_id": asked.id, "subject_kind": KIND, "subject_hash": SUBJECT.hex(), "requested_by": "sato",
        "expires_at": (NOW + 2 * DAY).isoformat(), "by": "suzuki",
    }
    done = approval_service.require_approval(
        office.connection, actor=office.who("sato"), approval_id=asked.id, kind=KIND, subject_hash=SUBJECT, now=NOW
    )
    assert done.event.kind is AccessEventKind.APPROVAL_USED
    assert approval_service.find_approval(office.connection, asked.id) == done.value
    assert done.value.state is ApprovalState.USED
    assert approval_service.open_approvals(office.connection, now=NOW) == []


def test_side_doors_are_shut(office: Office) -> None:
    """Own request, changed subject, no scope, only stated identity, unknown id: each its own refusal, nothing
    changes.
    """
    asked = ask(office)
    connection = office.connection
    stated = service.stated_principal(connection, "suzuki", required=Scope.APPROVE)

    def approve(actor: object, subject: bytes = SUBJECT, approval_id: str = asked.id) -> None:
        approval_service.approve(
            connection, actor=actor, approval_id=approval_id,  # type: ignore[arg-type]  # always a principal here
            subject_hash=subject, now=NOW,
        )

    with pytest.raises(ScopeMissing):
        approve(office.who("sato"))
    with pytest.raises(ScopeMissing):
        approve(office.who("signup"))
    with pytest.raises(ProofTooWeak):
        approve(stated)
    with pytest.raises(ProofTooWeak):
        approval_service.refuse(connection, actor=stated, approval_id=asked.id, now=NOW)
    with pytest.raises(SubjectChanged):
        approve(office.who("suzuki"), OTHER)
    with pytest.raises(ApprovalNotFound):
        approve(office.who("suzuki"), approval_id="ap_missing")
    with pytest.raises(ScopeMissing):
        approval_service.request_approval(
            connection, actor=office.who("suzuki"), kind=KIND, subject_hash=SUBJECT, expires_at=NOW + DAY, now=NOW
        )
    assert approval_service.find_approval(connection, asked.id) == asked


def test_an_approver_who_was_once_the_requester(office: Office) -> None:
    """Changing roles between asking and approving doesn't help: it is still one's own request."""
    asked = ask(office, "tanaka")
    connection, admin = office.connection, office.admin
    service.revoke_role(connection, actor=admin, staff_id="tanaka", role=Role.LOG_CUSTODIAN, now=NOW)
    service.grant_role(connection, actor=admin, staff_id="tanaka", role=Role.PRIVACY_OFFICER, now=NOW)
    token = service.issue_token(
        connection, actor=admin, staff_id="tanaka", scopes=[Scope.APPROVE], expires_at=NOW + DAY, now=NOW
    ).value.text
    tanaka = service.authenticate(connection, token, required=Scope.APPROVE, now=NOW)
    with pytest.raises(OwnRequest):
        approval_service.approve(connection, actor=tanaka, approval_id=asked.id, subject_hash=SUBJECT, now=NOW)


def test_use_is_once_for_what_was_approved_in_time(office: Office) -> None:
    """Not before approval, not for another subject or kind, not by the approver, not after expiry, not twice."""
    connection, sato, suzuki = office.connection, office.who("sato"), office.who("suzuki")
    asked = ask(office)

    def use(actor: object = sato, kind: str = KIND, subject: bytes = SUBJECT, days: int = 0) -> None:
        approval_service.require_approval(
            connection, actor=actor, approval_id=asked.id, kind=kind,  # type: ignore[arg-type]  # always a principal here
            subject_hash=subject, now=NOW + days * DAY,
        )

    with pytest.raises(ApprovalNotGiven):
        use()
    grant(office, asked)
    with pytest.raises(SubjectChanged):
        use(subject=OTHER)
    with pytest.raises(SubjectChanged):
        use(kind="log.search")
    with pytest.raises(OwnRequest):
        use(suzuki)
    with pytest.raises(ApprovalExpired):
        use(days=2)
    use()
    with pytest.raises(ApprovalUsed):
        use()
    with pytest.raises(AlreadyDecided):
        approval_service.refuse(connection, actor=suzuki, approval_id=asked.id, now=NOW)


def test_a_refusal_is_final(office: Office) -> None:
    """After a refusal neither another approver nor a use gets through."""
    asked = ask(office)
    change = approval_service.refuse(office.connection, actor=office.who("suzuki"), approval_id=asked.id, now=NOW)
    assert change.event.kind is AccessEventKind.APPROVAL_REFUSED
    with pytest.raises(AlreadyDecided):
        grant(office, asked, "takahashi")


def test_two_approvals_by_two_people(office: Office) -> None:
    """Where two are needed, two from one person don't do, nor the same one named twice; two people's do, once."""
    connection, sato = office.connection, office.who("sato")
    one, two, three = (ask(office) for _ in range(3))
    grant(office, one)
    grant(office, two)
    grant(office, three, "takahashi")

    def use(*ids: str) -> tuple[Approval, ...]:
        return approval_service.require_approvals(
            connection, actor=sato, approval_ids=ids, needed=2, kind=KIND, subject_hash=SUBJECT, now=NOW
        ).value

    for few in ([one.id, two.id], [one.id, one.id], [three.id], []):
        with pytest.raises(TooFewApprovers):
            use(*few)
    assert {each.decided_by for each in use(one.id, three.id)} == {"suzuki", "takahashi"}
    with pytest.raises(ApprovalUsed):
        use(one.id, three.id)


def test_expired_ones_are_marked(office: Office) -> None:
    """The clean-up marks open and approved ones that ran out, with an event without an actor, and leaves the others."""
    asked, given, done = ask(office), grant(office, ask(office)), grant(office, ask(office))
    approval_service.require_approval(
        office.connection, actor=office.who("sato"), approval_id=done.id, kind=KIND, subject_hash=SUBJECT, now=NOW
    )
    assert approval_service.expire_approvals(office.connection, now=NOW + DAY).events == ()
    change = approval_service.expire_approvals(office.connection, now=NOW + 2 * DAY)
    assert {each.id for each in change.value} == {asked.id, given.id}
    assert {(event.kind, event.body["by"]) for event in change.events} == {(AccessEventKind.APPROVAL_EXPIRED, None)}
    assert approval_service.expire_approvals(office.connection, now=NOW + 2 * DAY).events == ()
    assert approval_service.find_approval(office.connection, done.id).state is ApprovalState.USED


@pytest.mark.parametrize(
    "values",
    [
        {"state": "approved", "decided_by": "sato"},
        {"state": "used", "decided_by": "suzuki", "used_by": "suzuki"},
        {"state": "used"},
        {"state": "approved", "decided_by": "nobody"},
    ],
)
def test_the_database_refuses_too(office: Office, values: dict[str, str]) -> None:
    """A row the code would never write is refused by the database itself: own approval, own use, use without
    approval.
    """
    asked = ask(office)
    with pytest.raises(IntegrityError):
        office.connection.execute(update(approval).where(approval.c.id == asked.id).values(**values))


def test_the_database_refuses_strangers(office: Office) -> None:
    """A request by somebody who isn't staff can't be stored."""
    with pytest.raises(IntegrityError):
        office.connection.execute(insert(approval).values(
            id="ap_x", subject_kind=KIND, subject_hash=SUBJECT, requested_by="nobody", requested_at=NOW,
            expires_at=NOW + DAY, state="requested",
        ))


def test_many_users_one_use(engine: Engine) -> None:
    """Eight transactions try to use one approval at the same time: one succeeds, the others are told it was used."""
    with engine.begin() as connection:
        office = furnish(connection)
        given = grant(office, ask(office))
        sato = office.who("sato")
    outcome: list[str] = []
    ready = threading.Barrier(8)

    def use() -> None:
        with engine.connect() as connection:
            ready.wait()
            try:
                with connection.begin():
                    approval_service.require_approval(
                        connection, actor=sato, approval_id=given.id, kind=KIND, subject_hash=SUBJECT, now=NOW
                    )
            except AccessError as error:
                outcome.append(error.reason)
            else:
                outcome.append("used")

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcome) == ["approval_used"] * 7 + ["used"]


def test_somebody_outside_approves_emergencies_only(office: Office) -> None:
    """Whoever approves from outside gives approvals of the disclosure desk's emergencies, proven, and no others."""
    connection, kind = office.connection, "disclosure.emergency.search"
    subject = subject_hash(kind, {"case": "d0"})
    outside = office.who("ito-law")
    asked = approval_service.request_approval(
        connection, actor=office.who("sato"), kind=kind, subject_hash=subject, expires_at=NOW + DAY, now=NOW
    ).value
    with pytest.raises(ProofTooWeak):
        approval_service.approve(
            connection, actor=replace(outside, proof=Proof.STATED), approval_id=asked.id, subject_hash=subject, now=NOW
        )
    given = approval_service.approve(connection, actor=outside, approval_id=asked.id, subject_hash=subject, now=NOW)
    assert given.value.decided_by == "ito-law"
    other = ask(office)
    with pytest.raises(ScopeMissing):
        approval_service.approve(connection, actor=outside, approval_id=other.id, subject_hash=SUBJECT, now=NOW)
    with pytest.raises(ScopeMissing):
        approval_service.refuse(connection, actor=outside, approval_id=other.id, now=NOW)
