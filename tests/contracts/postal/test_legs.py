"""Postal legs: a decision completes on the day of delivery, and on nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from sekisho.contracts.errors import IndividualNumber, MissingField, UnknownDecision, UnknownField, WrongValue
from sekisho.contracts.lifecycle.errors import NotAccepted
from sekisho.contracts.postal.errors import (
    DeliveryAfterCompletion,
    DeliveryBeforeSending,
    DeliveryInFuture,
    NotAwaitingPost,
    PostingExists,
    PostingReturned,
    PostingUnknown,
)
from sekisho.contracts.postal.leg import EventKind
from sekisho.contracts.postal.service import PostalDesk
from sekisho.contracts.service import Asking
from sekisho.contracts.tables import contract_decision
from sekisho.keys.errors import KeyDestroyed
from tests.contracts.applications import ADDRESS, BIRTH, NAME, written
from tests.contracts.lifecycle.lives import BY, CLERK, Shop, open_shop, said

TRACKING = "123-45-67890-1"
OTHER = "123-45-67890-2"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shop]:
    """A fresh workspace on each database."""
    url = None if request.param == "sqlite" else request.getfixturevalue("postgres_schema").url
    opened = open_shop(tmp_path, database_url=url)
    yield opened
    opened.workspace.close()


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Shop]:
    """A fresh workspace on SQLite."""
    opened = open_shop(tmp_path)
    yield opened
    opened.workspace.close()


def post(shop: Shop) -> PostalDesk:
    """The postal legs of the shop."""
    return PostalDesk(shop.workspace, lambda: shop.desk)


def resident_record(day: date, **changed: Any) -> dict[str, Any]:
    """The original of a resident record, received by post."""
    return {
        "kind": "document_original",
        "person": "subject",
        "at": day.isoformat(),
        "document": "resident_record_copy",
        "issued_on": "2026-11-01",
        "altered": False,
        "name": NAME,
        "address": ADDRESS,
        "birth_date": BIRTH,
    } | changed


def waiting(shop: Shop, reference: str = "P-1") -> str:
    """A decision that waits for registered post to the residence."""
    made = written(application=reference, channel="remote", evidence=[resident_record(shop.today)])
    plain = {name: value for name, value in made.items() if name not in ("applied_at", "decided_at")}
    answer = shop.desk.decide(plain, CLERK, Asking())
    assert answer.document["verdict"] == "accept_on_completion"
    return answer.id


def event(
    shop: Shop, kind: str, *, number: str = TRACKING, ago: timedelta = timedelta(), **more: Any
) -> dict[str, Any]:
    """An event at the shop's time."""
    told: dict[str, Any] = {
        "event": kind,
        "tracking_number": number,
        "at": (shop.clock.now() - ago).isoformat(timespec="seconds"),
    }
    if kind == "sent":
        told |= {"post": "registered_non_forwarding", "addressed_to": "residence"}
    return told | more


def decisions(shop: Shop) -> int:
    """How many decisions there are."""
    with shop.workspace.database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(contract_decision)).scalar_one())


def test_delivery_completes_the_decision_on_its_day(shop: Shop) -> None:
    """A new decision names the first; the act and the record have the day of the delivery, not of the news of it."""
    first = waiting(shop)
    sent = post(shop).add(first, event(shop, "sent"), CLERK)
    assert sent.decision is None
    shop.pass_days(3)
    delivered_on = shop.today
    news = event(shop, "delivered")
    shop.pass_days(2)
    answer = post(shop).add(first, news, CLERK)
    assert answer.decision is not None
    document = answer.decision.document
    assert (document["verdict"], document["verified_on"]) == ("accept", delivered_on.isoformat())
    assert document["as_of"] == delivered_on.isoformat()
    assert answer.document()["complete"] is True
    assert post(shop).completed_by(first) == answer.decision.id
    begun = shop.life.begin([answer.decision.id], by=BY).contract
    shop.go_to(date(2027, 2, 1))
    shop.due()
    # The first decision, the post and the completion are kept as long as the contract.
    for kept in (first, answer.decision.id, sent.delivery.id, answer.delivery.id, begun.id):
        assert shop.leaf_opens(kept)
    assert [each.event.kind for each in post(shop).events(first)] == [EventKind.SENT, EventKind.DELIVERED]


def test_what_came_back_is_not_complete(small: Shop) -> None:
    """A returned item leaves the person unverified and says so; sent again and delivered, it completes."""
    first = waiting(small)
    post(small).add(first, event(small, "sent"), CLERK)
    small.pass_days(7)
    back = post(small).add(first, event(small, "returned"), CLERK)
    assert back.decision is not None
    assert back.decision.document["verdict"] == "need_evidence"
    assert back.document()["complete"] is False
    with pytest.raises(NotAccepted):
        small.life.begin([back.decision.id], by=BY)
    with pytest.raises(PostingReturned):
        post(small).add(first, event(small, "delivered"), CLERK)
    post(small).add(first, event(small, "sent", number=OTHER), CLERK)
    small.pass_days(1)
    again = post(small).add(first, event(small, "delivered", number=OTHER), CLERK)
    assert again.decision is not None
    assert again.decision.document["verdict"] == "accept"


def test_the_same_event_twice_is_one(shop: Shop) -> None:
    """Sent again, an event gives the first answer; nothing is decided or recorded a second time."""
    first = waiting(shop)
    sent = event(shop, "sent")
    one, two = post(shop).add(first, sent, CLERK), post(shop).add(first, sent, CLERK)
    assert one.delivery.id == two.delivery.id
    shop.pass_days(1)
    news = event(shop, "delivered")
    one = post(shop).add(first, news, CLERK)
    count = decisions(shop)
    two = post(shop).add(first, news, CLERK)
    assert one.decision is not None
    assert two.decision is not None
    assert (one.delivery.id, one.decision.id) == (two.delivery.id, two.decision.id)
    assert decisions(shop) == count


def test_an_interrupted_event_is_finished_by_the_next_run(small: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process ends after the event is durable: ``due`` makes the decision, once."""
    first = waiting(small)
    post(small).add(first, event(small, "sent"), CLERK)
    small.pass_days(1)
    news = event(small, "delivered")
    with monkeypatch.context() as broken:
        broken.setattr(PostalDesk, "_complete", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            post(small).add(first, news, CLERK)
    assert post(small).completed_by(first) is None
    assert said(small.due(), "contract-deliveries") == [("decide_again", "done")]
    completed = post(small).completed_by(first)
    assert completed is not None
    assert said(small.due(), "contract-deliveries") == []
    answer = post(small).add(first, news, CLERK)
    assert answer.decision is not None
    assert answer.decision.id == completed


@pytest.mark.parametrize(
    ("told", "error"),
    [
        ({"event": "lost", "tracking_number": TRACKING, "at": "2026-11-23T10:00:00+09:00"}, WrongValue),
        ({"event": "delivered", "at": "2026-11-23T10:00:00+09:00"}, MissingField),
        ({"event": "delivered", "tracking_number": TRACKING}, MissingField),
        ({"event": "delivered", "tracking_number": TRACKING, "at": "2026-11-23"}, WrongValue),
        ({"event": "delivered", "tracking_number": "個人番号 1234 5678 9018", "at": "x"}, IndividualNumber),
        ({"event": "delivered", "tracking_number": TRACKING, "at": "2026-11-23T10:00:00+09:00", "x": 1}, UnknownField),
    ],
)
def test_what_cannot_be_read_is_refused(small: Shop, told: dict[str, Any], error: type[Exception]) -> None:
    """An event of no kind, without number or time, with a field nobody reads or an individual number."""
    first = waiting(small)
    with pytest.raises(error):
        post(small).add(first, told, CLERK)
    assert post(small).events(first) == []


def test_twelve_digits_of_a_tracking_number_pass(small: Shop) -> None:
    """A tracking number with the check digit of an individual number, by chance, is a tracking number."""
    first = waiting(small)
    post(small).add(first, event(small, "sent", number="123456789018"), CLERK)
    assert [each.event.tracking_number for each in post(small).events(first)] == ["123456789018"]


@pytest.mark.parametrize(
    ("post_kind", "address"), [("ordinary", "residence"), ("registered_non_forwarding", "somewhere")]
)
def test_other_post_closes_nothing(small: Shop, post_kind: str, address: str) -> None:
    """Ordinary post, and an address that isn't one of the catalogue's, are refused when they are sent."""
    first = waiting(small)
    with pytest.raises(WrongValue):
        post(small).add(first, event(small, "sent", post=post_kind, addressed_to=address), CLERK)


def test_events_that_cannot_be_are_named(small: Shop) -> None:
    """Before sending, in the future, under a number of another decision, after completion: each its own error."""
    desk, first, other = post(small), waiting(small), waiting(small, "P-2")
    with pytest.raises(PostingUnknown):
        desk.add(first, event(small, "delivered"), CLERK)
    desk.add(first, event(small, "sent"), CLERK)
    desk.add(other, event(small, "sent", number=OTHER), CLERK)
    with pytest.raises(PostingExists):
        desk.add(first, event(small, "sent", ago=timedelta(hours=1)), CLERK)
    with pytest.raises(PostingUnknown):
        desk.add(first, event(small, "delivered", number=OTHER), CLERK)
    with pytest.raises(DeliveryBeforeSending):
        desk.add(first, event(small, "delivered", ago=timedelta(hours=1)), CLERK)
    with pytest.raises(DeliveryInFuture):
        desk.add(first, event(small, "delivered", ago=-timedelta(hours=1)), CLERK)
    assert len(desk.events(first)) == 1
    small.pass_days(1)
    done = desk.add(first, event(small, "delivered"), CLERK)
    small.pass_days(1)
    for kind in ("delivered", "returned"):
        with pytest.raises(DeliveryAfterCompletion) as caught:
            desk.add(first, event(small, kind), CLERK)
        assert done.decision is not None
        assert caught.value.fields["completed_by"] == done.decision.id
    with pytest.raises(UnknownDecision):
        desk.add("0" * 32, event(small, "sent"), CLERK)
    with pytest.raises(NotAwaitingPost):
        desk.add(small.accepted("K-1"), event(small, "sent"), CLERK)


def test_the_postman_reports_the_identity(small: Shop) -> None:
    """特定事項伝達型: without what was reported the delivery shows no identity; with it, the decision completes."""
    pending = {
        "kind": "postal_item",
        "person": "subject",
        "at": small.today.isoformat(),
        "post": "addressee_only_with_identity",
        "addressed_to": "residence",
        "delivered": False,
        "delivery_failed": False,
    }
    made = written(application="P-3", channel="remote", evidence=[pending])
    plain = {name: value for name, value in made.items() if name not in ("applied_at", "decided_at")}
    answer = small.desk.decide(plain, CLERK, Asking())
    assert answer.document["verdict"] == "accept_on_completion"
    post(small).add(answer.id, event(small, "sent", post="addressee_only_with_identity"), CLERK)
    small.pass_days(2)
    with pytest.raises(WrongValue):
        post(small).add(answer.id, event(small, "delivered", reported={"document": "library_card"}), CLERK)
    reported = {
        "identity_reported": True,
        "document": "driving_licence",
        "valid_until": "2029-04-01",
        "altered": False,
        "name": NAME,
        "address": ADDRESS,
        "birth_date": BIRTH,
    }
    done = post(small).add(answer.id, event(small, "delivered", reported=reported), CLERK)
    assert done.decision is not None
    assert done.decision.document["verdict"] == "accept"
    record = done.decision.document["record"]["counterparty"]
    assert record["verified_on"] == small.today.isoformat()
    assert record["documents"][0]["document"] == "driving_licence"


def test_what_waits_too_long_is_late(small: Shop) -> None:
    """Awaited post is on the worklist; past the day on which its method ends, or after half a year, it is late."""
    first = waiting(small)
    assert said(small.due(), "contract-post") == [("awaiting_post", "waiting")]
    (leg,) = post(small).open_legs()
    assert (leg.decision, leg.last_event, leg.late) == (first, None, False)
    small.go_to(date(2027, 5, 25))
    assert said(small.due(), "contract-post") == [("awaiting_post", "overdue")]
    small.life.not_made(first, by=BY)
    assert said(small.due(), "contract-post") == []


def test_only_declared_evidence_gains_nothing_from_a_delivery(small: Shop) -> None:
    """Who tells of a delivery vouches for the delivery, and not for what nobody vouched for in the first decision."""
    first = waiting(small)
    desk = post(small)
    row = desk._decision(first)
    body = desk._opened(row)
    body["origins"] = ["declared"]
    from sekisho.contracts.postal import service

    sealed = service._DECISION.seal(small.workspace.keyring, body, row_id=first, key=row.key)
    from sqlalchemy import update

    with small.workspace.database.write() as connection:
        connection.execute(update(contract_decision).where(contract_decision.c.id == first).values(body=sealed))
    desk.add(first, event(small, "sent"), CLERK)
    small.pass_days(1)
    answer = desk.add(first, event(small, "delivered"), CLERK)
    assert answer.decision is not None
    assert answer.decision.document["verdict"] == "need_evidence"


def test_after_the_key_nothing_is_told_of_the_post(small: Shop) -> None:
    """Nothing came of it: half a year later neither the events nor the decision can be read."""
    first = waiting(small)
    post(small).add(first, event(small, "sent"), CLERK)
    small.life.not_made(first, by=BY)
    small.go_to(date(2026, 12, 2))
    small.due()
    small.go_to(date(2027, 5, 24))
    small.due()
    with pytest.raises(KeyDestroyed):
        post(small).events(first)
