"""A case is searched for exactly what it asks, with two approvals, and only one sure holder ever leaves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import orjson
import pytest

from sekisho.access.errors import (
    ProofTooWeak,
    ScopeMissing,
    TooFewApprovers,
)
from sekisho.disclosure.deciding import Choice
from sekisho.disclosure.errors import (
    CaseRefused,
    HearingForbidden,
    ItemsUndecided,
    NotApart,
    NothingPermitted,
    UnknownItem,
    WrongState,
)
from sekisho.disclosure.gate_errors import NotPermittedByLaw
from sekisho.disclosure.progress import State
from sekisho.disclosure.scope import Planned
from sekisho.disclosure.scope_errors import ScopeExceeded
from sekisho.disclosure.search.errors import GrantsMissing, NotSearchable
from sekisho.disclosure.search.plan import Purpose, asked_of, batches
from sekisho.logs.kinds import LogKind
from sekisho.logs.lookup.answer import Outcome
from sekisho.logs.lookup.grant import CP_KINDS
from sekisho.logs.lookup.grants import Grants
from tests.disclosure.claims_made import CLAIM, SENDER
from tests.disclosure.delivery.made_deliveries import handed, packed
from tests.disclosure.logs_made import ready, searched, store_for
from tests.disclosure.made_cases import case, item
from tests.disclosure.world import Desk
from tests.logs.lookup.made import Row, Store


@pytest.fixture
def store(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Logs behind the desk."""
    made = store_for(desk, monkeypatch)
    yield made
    made.lookups.close()


def test_a_case_from_receipt_to_delivery(desk: Desk, store: Store) -> None:
    """Received, reviewed, searched, decided, delivered and closed: each by another person, each a leaf."""
    found = searched(desk, items=[item(wanted=["log"])])
    assert found.state is State.FOUND
    (result,) = desk.service.deciding.results(found.id, by=desk["kaiji"])
    assert (result.outcome, result.age_days) == (Outcome.UNIQUE, 3)
    assert result.answers[0]["branches"][0]["lines"] == ["line-7"]
    decided = desk.service.deciding.decide(found.id, {1: (Choice.DISCLOSE, "令状どおり")}, by=desk["kaiji"])
    assert decided.state is State.DECIDED
    (released,) = desk.service.deciding.released(found.id, by=desk["kaiji"])
    assert (released.item.number, released.decision.recipients) == (1, ("requester",))
    assert released.decision.rules
    handed(desk, found.id)
    assert desk.service.find(found.id, by=desk["kaiji"]).state is State.DELIVERED
    assert desk.service.close(found.id, "交付済み", by=desk["kaiji"]).state is State.CLOSED
    events = [one.event for one in desk.service.timeline(found.id, by=desk["kansa"])]
    assert events[-7:] == ["search_approved", "search", "find", "decide", "packed", "deliver", "close"]


def test_an_account_is_looked_for_where_accounts_are_named(desk: Desk, store: Store) -> None:
    """A content provider's account leads to what it did, by the logs of posts and logins alone."""
    login = store.source("board", LogKind.CP_LOGIN)
    store.put(login, Row("11:59:59", "12:00:01", subject="hana", address="198.51.100.7", ports=(40000, 40000)))
    one = item(kind="account", value="hana", port=None, wanted=["log"])
    found = searched(desk, items=[one])
    (result,) = desk.service.deciding.results(found.id, by=desk["kaiji"])
    assert [each["resource"] for each in result.answers[0]["assignments"]] == ["198.51.100.7"]
    asked = case(items=[one])
    made = batches(asked, asked.items, caller="kensaku", holds=frozenset(), now=desk.clock.now())
    assert [batch.terms.kinds for batch in made] == [frozenset(CP_KINDS)]


def test_the_question_is_the_papers_own_window(desk: Desk) -> None:
    """No margin goes beyond what the paper names, to the microsecond, and each grant allows its own items alone."""
    asked = asked_of(case().items[0])
    assert asked.end - asked.begin <= 1_000_000
    assert asked.begin == 1_795_143_600_000_000
    mixed = case(
        items=[
            item(wanted=["log"]),
            item(2, value="203.0.113.9", wanted=["subscriber"]),
            item(3, kind="line", value="line-7", port=None, wanted=["log", "subscriber"]),
        ]
    )
    made = batches(mixed, mixed.items, caller="kensaku", holds=frozenset(), now=desk.clock.now())
    assert [(one.purpose, [each.number for each in one.items]) for one in made] == [
        (Purpose.ADDRESS_LOG, [1]),
        (Purpose.ADDRESS_WHO, [2]),
        (Purpose.TRAIL, [3]),
        (Purpose.REGISTER, [3]),
    ]
    assert LogKind.SUBSCRIBER not in made[0].terms.kinds
    assert made[3].terms.kinds == {LogKind.SUBSCRIBER}


def test_a_wider_search_than_the_order_is_refused(desk: Desk, store: Store) -> None:
    """Another address, a wider time, another class: none is within the request."""
    made = ready(desk)
    known = desk.service.steps.known(made.id, desk["kensaku"])
    other = case(items=[item(value="203.0.113.6")])
    wider = case(items=[item(precision="minute")])
    whole = case(items=[item(port=None)])
    for strange in (other, wider, whole):
        for batch in batches(strange, strange.items, caller="kensaku", holds=frozenset(), now=desk.clock.now()):
            with pytest.raises(ScopeExceeded):
                desk.service.gate.require_within(
                    batches(known.case, known.case.items, caller="kensaku", holds=frozenset(), now=desk.clock.now())[
                        0
                    ].order(known.case),
                    Planned.of_grant(batch.terms, batch.classes),
                )


def test_nothing_is_searched_before_the_gate_opens(desk: Desk, store: Store) -> None:
    """Without its papers in order, or for an inquiry without compulsory force, no grant is even asked for."""
    made = desk.reviewed()
    with pytest.raises(NotPermittedByLaw) as caught:
        desk.service.searching.request(made.id, by=desk["kensaku"])
    assert "document.issued_by_judge" in caught.value.fields["missing"]
    inquiry = desk.reviewed(type="investigation_inquiry")
    with pytest.raises(NotPermittedByLaw):
        desk.service.searching.request(inquiry.id, by=desk["kensaku"])
    assert store.leaves("log.grant_requested") == 0


def test_an_expired_warrant_closes_the_gate_even_after_approval(desk: Desk, store: Store) -> None:
    """What was approved in time isn't run when the paper's time is over."""
    made = ready(desk)
    desk.service.searching.request(made.id, by=desk["kensaku"])
    for name in ("kakunin", "hogo"):
        desk.service.searching.approve(made.id, by=desk[name])
    desk.clock.advance(timedelta(days=6))
    with pytest.raises(NotPermittedByLaw):
        desk.service.searching.run(made.id, by=desk["kensaku"])
    assert store.leaves("log.lookup") == 0


def test_two_people_attacked(desk: Desk, store: Store) -> None:
    """Nobody approves their own search, twice, unproven, or what they took in; one approval is none."""
    service, search = desk.service, desk.service.searching
    made = ready(desk)
    with pytest.raises(ScopeMissing):
        search.request(made.id, by=desk["kaiji"])
    with pytest.raises(GrantsMissing):
        search.run(made.id, by=desk["kensaku"])
    search.request(made.id, by=desk["kensaku"])
    with pytest.raises(TooFewApprovers):
        search.run(made.id, by=desk["kensaku"])
    with pytest.raises(NotApart):
        search.approve(made.id, by=desk["kensaku"])
    with pytest.raises(ScopeMissing):
        search.approve(made.id, by=desk["kensaku2"])
    with pytest.raises(ProofTooWeak):
        search.approve(made.id, by=desk.stated("kakunin"))
    search.approve(made.id, by=desk["kakunin"])
    with pytest.raises(TooFewApprovers):
        search.approve(made.id, by=desk["kakunin"])
    with pytest.raises(TooFewApprovers):
        search.run(made.id, by=desk["kensaku"])
    # Roles may change between two steps: whoever took a request in is refused although they may approve now.
    turned = replace(desk["uketsuke"], scopes=desk["hogo"].scopes)
    with pytest.raises(NotApart):
        search.approve(made.id, by=turned)
    turned = replace(desk["kakunin"], scopes=desk["kensaku"].scopes)
    with pytest.raises(NotApart):
        search.request(made.id, by=turned)
    with pytest.raises(NotApart):
        search.run(made.id, by=turned)
    turned = replace(desk["kensaku"], scopes=desk["hogo"].scopes)
    with pytest.raises(NotApart):
        search.approve(made.id, by=turned)
    search.approve(made.id, by=desk["hogo"])
    with pytest.raises(GrantsMissing):
        search.run(made.id, by=desk["kensaku2"])
    assert search.run(made.id, by=desk["kensaku"]).state is State.FOUND
    for name, scopes in (("uketsuke", "kaiji"), ("kakunin", "kaiji"), ("kensaku", "kaiji")):
        turned = replace(desk[name], scopes=desk[scopes].scopes)
        with pytest.raises(NotApart):
            service.deciding.decide(made.id, {1: (Choice.DISCLOSE, "x")}, by=turned)
        with pytest.raises(NotApart):
            service.hearings.draft(made.id, (1,), SENDER, CLAIM, by=turned)
    with pytest.raises(ScopeMissing):
        service.deciding.decide(made.id, {1: (Choice.DISCLOSE, "x")}, by=desk["kakunin"])
    with pytest.raises(ProofTooWeak):
        service.deciding.decide(made.id, {1: (Choice.DISCLOSE, "x")}, by=desk.stated("kaiji"))


def test_an_approval_given_elsewhere_by_whoever_took_it_in_does_not_count(desk: Desk, store: Store) -> None:
    """An approval that the log desk took from somebody with a part in the case is found out when the search is run."""
    made = ready(desk)
    (grant,) = desk.service.searching.request(made.id, by=desk["kensaku"])
    turned = replace(desk["uketsuke"], scopes=desk["hogo"].scopes)
    Grants(desk.workspace, approval_kind="disclosure.search").approve(grant.id, by=turned)
    desk.service.searching.approve(made.id, by=desk["kakunin"])
    with pytest.raises(NotApart):
        desk.service.searching.run(made.id, by=desk["kensaku"])


def test_ambiguous_is_never_disclosed(desk: Desk, store: Store) -> None:
    """An answer with two possible holders, none, or a gap can be refused and nothing else."""
    items = [item(1, port=3000), item(2, port=9000), item(3, value="198.51.100.9", port=1)]
    found = searched(desk, items=items)
    outcomes = {one.number: one.outcome for one in desk.service.deciding.results(found.id, by=desk["kaiji"])}
    assert outcomes[1] is Outcome.AMBIGUOUS
    assert outcomes[2] is Outcome.NONE
    assert outcomes[3] not in (Outcome.UNIQUE, Outcome.COMPUTED)
    for number in outcomes:
        with pytest.raises(NothingPermitted):
            desk.service.deciding.decide(
                found.id,
                {n: (Choice.DISCLOSE if n == number else Choice.REFUSE, "x") for n in outcomes},
                by=desk["kaiji"],
            )
    with pytest.raises(ItemsUndecided):
        desk.service.deciding.decide(found.id, {1: (Choice.REFUSE, "定まらない")}, by=desk["kaiji"])
    with pytest.raises(UnknownItem):
        desk.service.deciding.decide(found.id, {9: (Choice.REFUSE, "x")}, by=desk["kaiji"])
    decided = desk.service.deciding.decide(
        found.id, dict.fromkeys(outcomes, (Choice.REFUSE, "定まらない")), by=desk["kaiji"]
    )
    with pytest.raises(CaseRefused):
        packed(desk, decided.id)
    assert desk.service.close(decided.id, "開示なし", by=desk["kaiji"]).state is State.CLOSED


def test_a_permitted_item_is_not_closed_over(desk: Desk, store: Store) -> None:
    """A decided case with something to hand over is delivered, not closed."""
    found = searched(desk, items=[item(wanted=["log"])])
    desk.service.deciding.decide(found.id, {1: (Choice.DISCLOSE, "x")}, by=desk["kaiji"])
    with pytest.raises(ItemsUndecided):
        desk.service.close(found.id, "x", by=desk["kaiji"])
    desk.clock.advance(timedelta(days=6))
    with pytest.raises(NotPermittedByLaw):
        packed(desk, found.id)
    with pytest.raises(NotPermittedByLaw):
        desk.service.deciding.released(found.id, by=desk["kaiji"])


def test_the_exact_question_and_the_state_of_the_logs_are_kept(desk: Desk, store: Store) -> None:
    """Asked again later, the answer before stays beside the new one, with what the logs could say then."""
    found = searched(desk, items=[item(wanted=["log"])])
    (proof,) = desk.service.deciding.evidence(found.id, by=desk["kansa"])
    assert (proof["item"], proof["outcome"]) == (1, "unique")
    assert proof["asked"][0]["address"] == "203.0.113.5"
    _, state = desk.service.papers.find(found.id, proof["state"], by=desk["kansa"])
    said = orjson.loads(state)
    assert [one["name"] for one in said["sources"]] == ["cgn"]
    assert {(one["kind"], one["day"]) for one in said["days"]} >= {("ap.nat", "2026-11-20")}
    desk.clock.advance(timedelta(hours=1))
    again = desk.service.searching.run(found.id, by=desk["kensaku"])
    assert again.state is State.FOUND
    assert len(desk.service.papers.every(found.id, by=desk["kansa"], kind="former_outcomes")) == 1


def test_secrecy_forbids_asking_the_sender(desk: Desk, store: Store) -> None:
    """Where nobody may be told, the sender isn't heard."""
    found = searched(
        desk,
        items=[item(wanted=["log"])],
        secrecy={"state": "asked", "until": None},
        knows=["kakunin", "hogo", "kensaku", "kaiji"],
    )
    with pytest.raises(HearingForbidden):
        desk.service.hearings.draft(found.id, (1,), SENDER, CLAIM, by=desk["kaiji"])


def test_what_cannot_be_looked_up_and_when(desk: Desk, store: Store) -> None:
    """A page's address alone leads nowhere here; nothing is searched before the review."""
    made = ready(desk, items=[item(kind="post_url", value="https://example.jp/p/1", port=None)])
    with pytest.raises(NotSearchable):
        desk.service.searching.request(made.id, by=desk["kensaku"])
    fresh = desk.received()
    with pytest.raises(WrongState):
        desk.service.searching.request(fresh.id, by=desk["kensaku"])
    with pytest.raises(WrongState):
        desk.service.searching.run(fresh.id, by=desk["kensaku"])
