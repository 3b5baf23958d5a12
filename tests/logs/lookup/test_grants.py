"""No lookup without a grant, none outside it, and none that one person could make alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import orjson
import pytest

from sekisho.access import approvals
from sekisho.access.errors import OwnRequest, ProofTooWeak, ScopeMissing, TooFewApprovers
from sekisho.access.principal import Principal, Proof
from sekisho.access.roles import Role, StaffKind, scopes_of
from sekisho.clock import FixedClock
from sekisho.errors import SekishoError
from sekisho.logs.kinds import LogKind
from sekisho.logs.lookup.errors import (
    AddressNotGranted,
    GrantDecided,
    GrantExpired,
    GrantNotInForce,
    GrantOfOthers,
    GrantRevoked,
    GrantTermsRefused,
    GrantUnreadable,
    GrantUsedUp,
    IdentifierNotGranted,
    KindNotGranted,
    TimeNotGranted,
    UnknownGrant,
)
from sekisho.logs.lookup.grant import GROUNDS, Ground, read_terms, target
from sekisho.logs.subscribers.identifiers import Identifier, IdentifierKind
from tests.logs.lookup.made import DAY, Row, Store, asked, at, terms


@pytest.mark.parametrize(
    ("more", "question", "refusal"),
    [
        ({}, {"address": "198.51.100.9"}, AddressNotGranted),
        ({"targets": ["203.0.113.5:1024-1999"]}, {"port": 2000}, AddressNotGranted),
        ({"targets": ["203.0.113.5:1024-2047"]}, {"port": None}, AddressNotGranted),
        ({"begin": f"{DAY}T12:00:00+09:00"}, {}, TimeNotGranted),
        ({"end": f"{DAY}T12:00:02+09:00"}, {}, TimeNotGranted),
        ({"kinds": ["subscriber"]}, {}, KindNotGranted),
        ({"callers": ["kanri2"]}, {}, GrantOfOthers),
        ({"max_queries": 1}, {}, GrantUsedUp),
    ],
    ids=["address", "port", "every port", "begin", "end", "kind", "caller", "used up"],
)
def test_a_question_outside_the_grant_is_refused_by_its_name_and_recorded(
    store: Store, more: dict[str, Any], question: dict[str, Any], refusal: type[SekishoError]
) -> None:
    """A class per reason; the refusal is a leaf; nothing is counted."""
    grant = store.grant(**more)
    if refusal is GrantUsedUp:
        store.who(grant=grant)
    used = store.lookups.grants.find(grant).used
    before = store.leaves("log.lookup_refused")
    with pytest.raises(refusal):
        store.who(asked(**question), grant=grant)
    assert store.leaves("log.lookup_refused") == before + 1
    assert store.lookups.grants.find(grant).used == used


def test_the_whole_way_of_a_grant(store: Store, clock: FixedClock) -> None:
    """Asked for, approved by two people who neither asked nor are named, made, used, withdrawn."""
    grants = store.lookups.grants
    kanri, hogo1, hogo2 = (store.people[name] for name in ("kanri", "hogo1", "hogo2"))
    entry = grants.request(terms(), by=kanri)
    with pytest.raises(GrantNotInForce):
        store.who(grant=entry.id)
    with pytest.raises(TooFewApprovers):
        grants.make(entry.id, by=kanri)
    with pytest.raises(OwnRequest):
        grants.approve(entry.id, by=kanri)
    with pytest.raises(ScopeMissing):
        grants.approve(entry.id, by=store.people["kanri2"])
    grants.approve(entry.id, by=hogo1)
    with pytest.raises(TooFewApprovers):
        grants.approve(entry.id, by=hogo1)
    with pytest.raises(TooFewApprovers):
        grants.make(entry.id, by=kanri)
    grants.approve(entry.id, by=hogo2)
    with pytest.raises(ScopeMissing):
        grants.make(entry.id, by=hogo1)
    assert grants.make(entry.id, by=kanri).state == "active"
    with pytest.raises(GrantDecided):
        grants.make(entry.id, by=kanri)
    assert store.who(grant=entry.id)["outcome"] == "coverage_gap"
    assert grants.find(entry.id).used == 1
    grants.revoke(entry.id, by=hogo1)
    with pytest.raises(GrantRevoked):
        store.who(grant=entry.id)
    with pytest.raises(GrantDecided):
        grants.revoke(entry.id, by=hogo1)
    other = store.grant()
    clock.advance(timedelta(days=30))
    with pytest.raises(GrantExpired):
        store.who(grant=other)
    with pytest.raises(UnknownGrant):
        store.who(grant="grant-0")


def test_nobody_plays_two_parts(store: Store) -> None:
    """An approver who is named as caller, one who only says who they are, and a caller without the scope."""
    grants = store.lookups.grants
    entry = grants.request(terms(callers=["kanri", "hogo1"]), by=store.people["kanri"])
    with pytest.raises(OwnRequest):
        grants.approve(entry.id, by=store.people["hogo1"])
    from sekisho.access import service as access

    with store.workspace.database.read() as connection:
        stated = access.stated_principal(connection, "hogo2", required=None)
    with pytest.raises(ProofTooWeak):
        grants.approve(entry.id, by=stated)
    with pytest.raises(ScopeMissing):
        store.lookups.who(asked(), grant=entry.id, by=store.people["hogo2"])


def test_whom_somebody_investigates_is_not_everybodys_to_read_or_stop(store: Store) -> None:
    """A clerk, and a program with a clerk's scopes, neither see grants nor withdraw them; an auditor sees them."""
    grants, grant = store.lookups.grants, store.grant()
    for name, kind, roles in (
        ("madoguchi", StaffKind.PERSON, [Role.CLERK]),
        ("moushikomi", StaffKind.SERVICE, [Role.INTEGRATION]),
        ("kansa", StaffKind.PERSON, [Role.AUDITOR]),
    ):
        by = Principal(name, kind, scopes_of(roles), Proof.TOKEN, "t", None)
        with pytest.raises(ScopeMissing):
            grants.revoke(grant, by=by)
        if roles == [Role.AUDITOR]:
            assert [one.id for one in grants.every(by=by)] == [grants.show(grant, by=by).id] == [grant]
        else:
            with pytest.raises(ScopeMissing):
                grants.every(by=by)
            with pytest.raises(ScopeMissing):
                grants.show(grant, by=by)
    assert grants.find(grant).state == "active"


def test_an_ipv4_address_written_inside_ipv6_is_the_ipv4_one(store: Store) -> None:
    """In the grant as in the question; and no wide IPv4 range passes as a narrow IPv6 one."""
    grant = store.grant(targets=["::ffff:203.0.113.5"])
    assert store.who(grant=grant)["outcome"] == "coverage_gap"
    assert store.who(asked(address="::ffff:203.0.113.5"), grant=grant)["outcome"] == "coverage_gap"
    with pytest.raises(GrantTermsRefused):
        store.lookups.grants.request(terms(targets=["::ffff:0:0/96"]), by=store.people["kanri"])


def test_what_stays_of_a_grant_can_not_be_guessed_at(store: Store) -> None:
    """The hash that the approvals keep is not that of the terms alone, which somebody could try out one by one once
    the key is gone; it is approved and made all the same."""
    entry = store.lookups.grants.find(store.grant())
    assert entry.terms is not None
    tried = approvals.subject_hash("log.search_grant", {"grant": entry.id, **entry.terms.document()})
    assert entry.subject != tried


def test_a_grant_ends_with_its_key(store: Store, clock: FixedClock) -> None:
    """What it allowed can't be read any more, so it allows nothing."""
    grant = store.grant()
    clock.advance(timedelta(days=1))
    store.workspace.destroy_key("log/export/2026-11-23", reason="period over", by="admin")
    with pytest.raises(GrantUnreadable):
        store.who(grant=grant)
    assert store.lookups.grants.find(grant).terms is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"kinds": []},
        {"kinds": ["sms.verdict"]},
        {"kinds": ["ap.everything"]},
        {"ground": "curiosity"},
        {"ground": "investigation_inquiry"},
        {"ground": "bar_inquiry", "kinds": ["subscriber", "ap.auth"]},
        {"targets": [], "identifiers": []},
        {"targets": ["203.0.0.0/16"]},
        {"targets": ["2001:db8::/32"]},
        {"targets": ["203.0.113.5:70000"]},
        {"targets": ["203.0.113.5:20-10"]},
        {"targets": ["203.0.113.5/24"]},
        {"targets": [7]},
        {"identifiers": [{"kind": "phone", "value": "abc"}]},
        {"begin": "2026-11-19T00:00:00"},
        {"begin": "2025-01-01T00:00:00+09:00"},
        {"begin": "0001-01-01T00:00:00+23:59", "end": "0001-01-02T00:00:00+09:00"},
        {"begin": "9999-12-31T00:00:00-23:59", "end": "9999-12-31T23:00:00-23:59"},
        {"end": "2026-11-18T00:00:00+09:00"},
        {"reference": ""},
        {"callers": []},
        {"callers": ["Somebody Else"]},
        {"max_queries": 0},
        {"max_queries": True},
        {"expires_at": "2027-03-01T00:00:00+09:00"},
        {"expires_at": "2026-11-01T00:00:00+09:00"},
        {"more": 1},
    ],
)
def test_terms_that_can_not_be_are_refused(store: Store, wrong: dict[str, Any]) -> None:
    """Each field by its name; nothing is kept."""
    with pytest.raises(GrantTermsRefused):
        store.lookups.grants.request(terms(**wrong), by=store.people["kanri"])
    assert store.lookups.grants.every(by=store.people["kanri"]) == []


def test_an_inquiry_without_force_opens_the_register_alone(store: Store) -> None:
    """刑事訴訟法197条2項 and 弁護士法23条の2 reach personal data, never what secrecy covers."""
    for ground, spec in GROUNDS.items():
        more = {"kinds": ["subscriber"], "identifiers": [{"kind": "phone", "value": "090-0000-0000"}]}
        assert terms(ground=ground.value, **more).checked(now=store.workspace.clock.now())
        assert spec.opens_secrecy is (
            ground not in (Ground.INVESTIGATION_INQUIRY, Ground.BAR_INQUIRY, Ground.COURT_INQUIRY)
        )


def test_terms_are_read_back_as_they_were() -> None:
    """The document of terms gives the same terms."""
    made = terms(targets=["203.0.113.5:1024-2047", "[2001:db8::1]:443", "203.0.113.0/28"])
    assert read_terms(orjson.loads(orjson.dumps(made.document()))) == made
    assert target("203.0.113.5:80") == target("203.0.113.5:80-80")


def test_two_at_once_never_ask_more_than_is_allowed(store: Store) -> None:
    """The number is taken in the transaction that records the answer."""
    from concurrent.futures import ThreadPoolExecutor

    grant = store.grant(max_queries=3)

    def ask(_: int) -> bool:
        try:
            store.who(grant=grant)
        except GrantUsedUp:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(ask, range(8)))
    assert sum(done) == 3
    assert store.lookups.grants.find(grant).used == 3
    assert store.leaves("log.lookup") == 3


def test_the_trail_and_the_register_ask_for_grants_of_their_own(store: Store) -> None:
    """A line must be named in the grant; a number as well, with the register's own kind."""
    kanri = store.people["kanri"]
    asks: list[tuple[dict[str, Any], Callable[[str], Any], type[SekishoError]]] = [
        (
            {},
            lambda grant: store.lookups.trail("taro", at("00:00:00"), at("24:00:00"), grant=grant, by=kanri),
            IdentifierNotGranted,
        ),
        (
            {"identifiers": [{"kind": "line", "value": "taro"}]},
            lambda grant: store.lookups.trail("taro", at("-48:00:00"), at("24:00:00"), grant=grant, by=kanri),
            TimeNotGranted,
        ),
        (
            {"identifiers": [{"kind": "phone", "value": "09000000001"}]},
            lambda grant: store.lookups.contractor(
                Identifier(IdentifierKind.PHONE, "09000000001"), DAY, grant=grant, by=kanri
            ),
            KindNotGranted,
        ),
        (
            {"kinds": ["subscriber"], "identifiers": [{"kind": "phone", "value": "09000000001"}]},
            lambda grant: store.lookups.contractor(
                Identifier(IdentifierKind.PHONE, "09000000002"), DAY, grant=grant, by=kanri
            ),
            IdentifierNotGranted,
        ),
        (
            {"kinds": ["subscriber"], "identifiers": [{"kind": "phone", "value": "09000000001"}]},
            lambda grant: store.lookups.contractor(
                Identifier(IdentifierKind.PHONE, "09000000001"), date(2026, 1, 1), grant=grant, by=kanri
            ),
            TimeNotGranted,
        ),
    ]
    for more, ask, refusal in asks:
        with pytest.raises(refusal):
            ask(store.grant(**more))


def test_what_was_asked_stands_in_the_ledger_only_under_the_days_key(store: Store) -> None:
    """The leaf opens to the question, the grant and the outcome; its bytes in the ledger hold none of them."""
    nat = store.source("cgn", LogKind.AP_NAT, covers=["203.0.113.0/24"])
    store.put(nat, Row("11:00:00", "13:00:00", inside="100.64.1.2", subject="line-7"))
    grant = store.grant()
    answered = store.lookups.who(asked(), grant=grant, by=store.people["kanri"])
    store.workspace.settle()
    opened = store.workspace.open_leaf(answered.ledger_index)
    assert opened is not None
    said = orjson.loads(opened.body)
    assert (said["grant"], said["by"], said["outcome"]) == (grant, "kanri", "unique")
    assert said["asked"]["address"] == "203.0.113.5"
    assert opened.row.owner == "log/export/2026-11-23"
    for secret in (b"203.0.113.5", b"line-7", grant.encode(), b"unique"):
        assert secret not in opened.row.leaf
