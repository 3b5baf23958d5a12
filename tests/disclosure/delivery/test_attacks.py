"""Nothing leaves by the wrong person, for another case, after its time, changed, or a second time as something else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from sekisho.access.errors import ProofTooWeak, ScopeMissing
from sekisho.disclosure.attaching import HANDED, Keep
from sekisho.disclosure.deciding import Choice
from sekisho.disclosure.delivery.errors import (
    OtherPackage,
    PackageOutdated,
    UnknownPackage,
    WrongRecipient,
)
from sekisho.disclosure.delivery.service import Channel, DeliveryDesk, Mode
from sekisho.disclosure.errors import CaseMoved, CaseRefused, NotApart, UnknownCase, WrongState
from sekisho.disclosure.gate_errors import NotPermittedByLaw
from sekisho.disclosure.hearing.record import Answer
from sekisho.disclosure.progress import State
from sekisho.disclosure.scope_errors import RecipientNotNamed
from sekisho.disclosure.stepping import nothing
from sekisho.disclosure.tables import disclosure_attachment
from sekisho.keys.errors import CouldNotDecrypt
from tests.disclosure.delivery.made_deliveries import REQUESTER, TODAY, agreed_claim, packed, released, warrant
from tests.disclosure.logs_made import searched
from tests.disclosure.made_cases import item
from tests.disclosure.world import Desk
from tests.logs.lookup.made import Store

ITEMS = [item(wanted=["log"]), item(2, port=2001, wanted=["log"])]


def test_only_the_releaser_releases(desk: Desk, store: Store) -> None:
    """Neither the searcher, the clerk, the reviewer nor the auditor; nor a releaser who only says who they are."""
    case_id, deliveries = warrant(desk), DeliveryDesk(desk.service)
    package = packed(desk, case_id)
    for name in ("kensaku", "uketsuke", "kakunin", "kansa", "hogo", "bengoshi", "madoguchi"):
        with pytest.raises((ScopeMissing, UnknownCase)):
            packed(desk, case_id, by=name)
        with pytest.raises((ScopeMissing, UnknownCase)):
            released(desk, case_id, package, by=name)
    with pytest.raises(ProofTooWeak):
        deliveries.release(case_id, package.id, channel=Channel.PAPER, how="手渡し", by=desk.stated("kaiji"))
    assert desk.service.find(case_id, by=desk["kansa"]).state is State.DECIDED


def test_whoever_reviewed_does_not_release(desk: Desk, store: Store) -> None:
    """Somebody with both roles reviewed the case: they neither pack nor release it."""
    made = desk.received(items=[item(wanted=["log"])])
    desk.service.review(made.id, "確認", by=desk["kakunin2"])
    with pytest.raises(NotApart):
        packed(desk, made.id, by="kakunin2")


def test_another_cases_package_is_unknown(desk: Desk, store: Store) -> None:
    """A package is released in its own case alone."""
    one, two = warrant(desk), warrant(desk)
    package = packed(desk, one)
    packed(desk, two)
    with pytest.raises(UnknownPackage):
        released(desk, two, package)
    assert desk.service.find(two, by=desk["kansa"]).state is State.DECIDED


def test_nothing_is_packed_before_it_is_decided(desk: Desk, store: Store) -> None:
    """What was found and not decided doesn't leave."""
    found = searched(desk, items=[item(wanted=["log"])])
    with pytest.raises(WrongState):
        packed(desk, found.id)


def test_a_paper_that_expired_closes_the_way(desk: Desk, store: Store) -> None:
    """Packed in time, released too late: the gate is asked at the moment, also when it is handed over again."""
    case_id, late = warrant(desk), warrant(desk)
    package, other = packed(desk, case_id), packed(desk, late)
    released(desk, late, other)
    desk.clock.advance(timedelta(days=10))
    with pytest.raises(NotPermittedByLaw):
        released(desk, case_id, package)
    assert desk.service.find(case_id, by=desk["kansa"]).state is State.DECIDED
    deliveries = DeliveryDesk(desk.service)
    with pytest.raises(NotPermittedByLaw):
        deliveries.redeliver(late, other.id, channel=Channel.PAPER, how="再送", by=desk["kaiji"])


def test_an_objection_after_packing_closes_the_way(desk: Desk, store: Store) -> None:
    """The sender opposes after all: what was packed stays here."""
    case_id = agreed_claim(desk)
    package = packed(desk, case_id)
    desk.service.hearings.answer(case_id, 1, Answer.OPPOSES, on=TODAY, how="書面", reasons="撤回する", by=desk["kaiji"])
    with pytest.raises(NotPermittedByLaw):
        released(desk, case_id, package)


def test_a_decision_that_changed_makes_the_package_old(desk: Desk, store: Store) -> None:
    """An item is refused after packing: the package that holds it isn't released."""
    case_id = warrant(desk, items=ITEMS)
    package = packed(desk, case_id)
    desk.service.deciding.decide(case_id, {1: (Choice.DISCLOSE, "可"), 2: (Choice.REFUSE, "撤回")}, by=desk["kaiji"])
    with pytest.raises(PackageOutdated):
        released(desk, case_id, package)
    assert released(desk, case_id, packed(desk, case_id)).package.id != package.id


def test_only_whom_the_decision_names(desk: Desk, store: Store) -> None:
    """The next provider isn't given what a warrant's officer may have; a channel fits its package."""
    case_id, deliveries = warrant(desk), DeliveryDesk(desk.service)
    with pytest.raises(WrongRecipient):
        deliveries.prepare(case_id, "next_provider", "別の会社", mode=Mode.PAPER, by=desk["kaiji"])
    with pytest.raises(CaseRefused):
        deliveries.prepare(case_id, "requester", REQUESTER, mode=Mode.KEY, by=desk["kaiji"])
    with pytest.raises(RecipientNotNamed):
        deliveries.prepare(case_id, "requester", "別の県警察本部", mode=Mode.PAPER, by=desk["kaiji"])
    package = packed(desk, case_id)
    with pytest.raises(CaseRefused):
        deliveries.release(case_id, package.id, channel=Channel.LINE, how="回線", by=desk["kaiji"])


def test_changed_bytes_never_leave(desk: Desk, store: Store) -> None:
    """A package changed or exchanged in the database is not opened, and the case stays as it was."""
    case_id, table = warrant(desk), disclosure_attachment
    package, other = packed(desk, case_id), packed(desk, case_id, mode=Mode.PASSPHRASE)
    with desk.workspace.database.read() as connection:
        body = connection.execute(select(table.c.body).where(table.c.id == package.id)).scalar_one()
        strange = connection.execute(select(table.c.body).where(table.c.id == other.id)).scalar_one()
    for changed in (body[:-1] + bytes([body[-1] ^ 1]), strange):
        values = {"body": changed}

        def write(connection: Connection, values: dict[str, bytes] = values) -> None:
            connection.execute(update(table).where(table.c.id == package.id).values(values))

        desk.workspace.commit(write)
        with pytest.raises(CouldNotDecrypt):
            released(desk, case_id, package)
    assert desk.service.find(case_id, by=desk["kansa"]).state is State.DECIDED


def test_the_same_again_and_nothing_else(desk: Desk, store: Store) -> None:
    """The very package is handed over again, as often as it takes; another content isn't, nor anything before it."""
    case_id, deliveries, kaiji = warrant(desk), DeliveryDesk(desk.service), desk["kaiji"]
    package, other = packed(desk, case_id), packed(desk, case_id, mode=Mode.PASSPHRASE)
    with pytest.raises(WrongState):
        deliveries.redeliver(case_id, package.id, channel=Channel.PAPER, how="再送", by=kaiji)
    first = released(desk, case_id, package)
    assert released(desk, case_id, package) == first
    again = deliveries.redeliver(case_id, package.id, channel=Channel.PAPER, how="紛失のため再送", by=kaiji)
    assert (again.data, again.package) == (first.data, first.package)
    with pytest.raises(OtherPackage):
        deliveries.redeliver(case_id, other.id, channel=Channel.MEDIUM, how="再送", by=kaiji)
    with pytest.raises(OtherPackage):
        released(desk, case_id, other)
    with pytest.raises(OtherPackage):
        deliveries.receipt(case_id, other.id, received_on=TODAY, signed_by="x", sha256=None, by=kaiji)
    with pytest.raises(WrongState):
        packed(desk, case_id)
    with pytest.raises(WrongState):
        released(desk, case_id, package, how="別の方法")
    events = [one.event for one in desk.service.timeline(case_id, by=desk["kansa"])]
    assert events[-4:] == ["packed", "packed", "deliver", "redelivered"]


def test_receipts_are_not_of_tomorrow_nor_the_searchers(desk: Desk, store: Store) -> None:
    """A receipt has a day that came, and is registered by a clerk or the releaser after a delivery."""
    case_id, deliveries = warrant(desk), DeliveryDesk(desk.service)
    package = packed(desk, case_id)
    with pytest.raises(WrongState):
        deliveries.receipt(case_id, package.id, received_on=TODAY, signed_by="x", sha256=None, by=desk["kaiji"])
    released(desk, case_id, package)
    for day in (TODAY + timedelta(days=1), TODAY - timedelta(days=1)):
        with pytest.raises(CaseRefused):
            deliveries.receipt(case_id, package.id, received_on=day, signed_by="x", sha256=None, by=desk["kaiji"])
    with pytest.raises(ScopeMissing):
        deliveries.receipt(case_id, package.id, received_on=TODAY, signed_by="x", sha256=None, by=desk["kensaku"])


def test_a_secret_cases_packages_are_unknown_to_others(desk: Desk, store: Store) -> None:
    """Whoever isn't on a secret case is told that there is none."""
    case_id = warrant(
        desk,
        secrecy={"state": "asked", "until": None},
        knows=["kakunin", "hogo", "kensaku", "kaiji"],
    )
    package, deliveries = packed(desk, case_id), DeliveryDesk(desk.service)
    with pytest.raises(UnknownCase):
        deliveries.packages(case_id, by=desk["kakunin2"])
    with pytest.raises(UnknownCase):
        released(desk, case_id, package, by="kakunin2")


def test_a_package_is_no_paper_to_look_at(desk: Desk, store: Store) -> None:
    """What would leave isn't read as one of the case's papers, by nobody: handing it over is what opens it."""
    case_id = warrant(desk)
    package, other = packed(desk, case_id), packed(desk, case_id, mode=Mode.PASSPHRASE)
    assert other.key is not None
    for name in ("uketsuke", "kakunin", "kensaku", "kansa", "hogo", "kaiji"):
        for paper in (package.id, other.id, other.key):
            with pytest.raises(CaseRefused):
                desk.service.papers.find(case_id, paper, by=desk[name])
    assert released(desk, case_id, package).data


def test_nothing_is_delivered_without_a_package(desk: Desk, store: Store) -> None:
    """The step of a delivery names what is handed over, and it is there: nothing, another case's, a letter isn't."""
    case_id, other = warrant(desk), warrant(desk)
    strange = packed(desk, other)
    letter = desk.service.papers.attach(case_id, "answer_letter", b"%PDF-1", keep=Keep.RECORD, by=desk["kaiji"])
    known = desk.service.steps.known(case_id, desk["kaiji"])
    for paper in ("", "p0", strange.id, letter.id):
        with pytest.raises(CaseRefused):
            desk.service.hand_over(known, paper, {}, by=desk["kaiji"], write=nothing)
    assert desk.service.find(case_id, by=desk["kansa"]).state is State.DECIDED
    for kind in HANDED:
        with pytest.raises(CaseRefused):
            desk.service.papers.attach(case_id, kind, b"x", keep=Keep.RECORD, by=desk["kaiji"])


def test_what_changes_while_it_is_handed_over_stops_it(
    desk: Desk, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An item is refused after the package was compared and before the step: the old package doesn't leave."""
    case_id, deliveries = warrant(desk, items=ITEMS), DeliveryDesk(desk.service)
    package, compare = packed(desk, case_id), DeliveryDesk._require_same

    def overtaken(self: DeliveryDesk, *given: Any) -> None:
        compare(self, *given)
        choices = {1: (Choice.DISCLOSE, "可"), 2: (Choice.REFUSE, "撤回")}
        desk.service.deciding.decide(case_id, choices, by=desk["kaiji"])

    monkeypatch.setattr(DeliveryDesk, "_require_same", overtaken)
    with pytest.raises(CaseMoved):
        deliveries.release(case_id, package.id, channel=Channel.PAPER, how="手渡し", by=desk["kaiji"])
    assert desk.service.find(case_id, by=desk["kansa"]).state is State.DECIDED
