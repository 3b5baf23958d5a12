"""Policies: nothing without purpose and end, each band of periods with what it asks for, dates of everything."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from sekisho.access.errors import OwnRequest, ScopeMissing, TooFewApprovers
from sekisho.keys.schedule import Period
from sekisho.logs.kinds import LogKind
from sekisho.logs.policies import Policies, policies_of
from sekisho.logs.policy import (
    HOUSE_POLICIES,
    REQUESTED,
    Band,
    Guideline,
    Notice,
    Policy,
    approvals_needed,
    band_of,
    last_day_of,
    notices,
)
from sekisho.logs.policy_errors import NoPolicy, PeriodsDiffer, PolicyDecided, PolicyOverlaps, PolicyRefused
from sekisho.logs.policy_reading import read_policy
from sekisho.logs.service import LogService
from sekisho.workspace import Workspace
from tests.logs.conftest import MIDNIGHT, spec, take
from tests.logs.declared import CUSTODIAN, OFFICER, REASON, SECOND_OFFICER, declare, hire, policy_document

NAT = LogKind.AP_NAT


def made(**changed: Any) -> Policy:
    """A policy, checked."""
    return read_policy(policy_document(**changed)).checked()


# logs-law R01-R06, R25; guideline art. 38 and its commentary
@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("purposes", {"purposes": []}),  # 38条1項: 業務の遂行上必要な場合に限る
        ("purposes", {"purposes": ["statistics"]}),
        ("period", {"period": None}),  # 解説: 保存期間を限定的に設定
        ("period", {"period": "0d"}),
        ("period", {"period": "forever"}),
        ("period", {"period": "6y", "justification": "長い"}),
        ("fields", {"fields": []}),
        ("fields", {"fields": ["content"]}),  # 38条1項: 通信内容以外
        ("need", {"need": " "}),
        ("reason.necessity", {"reason": REASON | {"necessity": ""}}),
        ("reason.effect", {"reason": REASON | {"effect": ""}}),
        ("reason.social_change", {"reason": REASON | {"social_change": ""}}),
        ("reason", {"reason": "必要だから"}),
        ("justification", {"period": "181d"}),  # ※2: 業務上の必要性
        ("justification", {"period": "7m"}),
        ("valid_to", {"valid_to": "2026-11-23"}),
        ("kind", {"kind": "ap.content"}),
        ("anything", {"anything": 1}),
        ("destinations.purposes", {"destinations": {"purposes": [], "period": "30d", "need": "x", "reason": REASON}}),
        (
            "destinations.period",
            {"destinations": {"purposes": ["complaints"], "period": "121d", "need": "x", "reason": REASON}},
        ),
        (
            "destinations.need",
            {"destinations": {"purposes": ["complaints"], "period": "30d", "need": "", "reason": REASON}},
        ),
    ],
)
def test_what_cannot_be_a_policy(field: str, changed: dict[str, Any]) -> None:
    """Each lack is refused by name."""
    with pytest.raises(PolicyRefused) as caught:
        made(**changed)
    assert caught.value.fields["field"] == field


@pytest.mark.parametrize(
    ("period", "band", "approvals"),
    [
        (Period(days=89), Band.SHORT, 0),
        (Period(months=2), Band.SHORT, 0),
        (Period(days=90), Band.DESIRABLE, 0),
        (Period(months=3), Band.DESIRABLE, 0),
        (Period(days=180), Band.DESIRABLE, 0),
        (Period(months=6), Band.DESIRABLE, 0),
        (Period(days=181), Band.LONG, 1),
        (Period(days=366), Band.LONG, 1),
        (Period(years=1), Band.LONG, 1),
        (Period(days=367), Band.BEYOND, 2),
        (Period(months=13), Band.BEYOND, 2),
    ],
)
def test_each_band(period: Period, band: Band, approvals: int) -> None:
    """Below three months, three to six, up to a year, beyond; and how many must approve."""
    assert band_of(NAT, period) is band
    written = f"{period.days}d" if period.days else f"{period.months}m" if period.months else f"{period.years}y"
    assert approvals_needed(made(period=written, justification="年間の網の状況を見る")) == approvals


def test_the_contractors_register_has_no_band() -> None:
    """Personal data that isn't tied to a communication: no floor, and its own ceiling."""
    assert band_of(LogKind.SUBSCRIBER, Period(years=3)) is Band.UNBOUNDED
    assert approvals_needed(made(kind="subscriber", period="3y")) == 0


def test_the_band_counts_from_its_day() -> None:
    """Before the Ministry's request nothing is said; from then the alert, marked as unconfirmed until it is."""
    short = made(period="60d")
    assert notices(short, REQUESTED, date(2025, 9, 15)) == ()
    found = {one.notice: one.alert for one in notices(short, REQUESTED, date(2025, 9, 16))}
    assert found == {Notice.BELOW_FLOOR: True, Notice.FIGURES_UNCONFIRMED: False}
    confirmed = Guideline(date(2026, 4, 1), "告示", confirmed=True)
    assert [one.notice for one in notices(short, confirmed, date(2026, 4, 1))] == [Notice.BELOW_FLOOR]
    assert notices(short, confirmed, date(2026, 3, 31)) == ()
    assert [one.notice for one in notices(made(period="180d"), confirmed, date(2026, 4, 1))] == []


def test_how_long_a_day_is_kept() -> None:
    """By the policy of its day, or today's where that ends sooner; never longer than was said when it was recorded."""
    day = date(2026, 11, 30)
    first = made(period="120d", valid_to="2027-01-01")
    shorter, longer = made(period="90d", valid_from="2027-01-01"), made(period="180d", valid_from="2027-01-01")
    assert last_day_of([first], NAT, day, today=day) == day + timedelta(days=120)
    assert last_day_of([first, shorter], NAT, day, today=date(2027, 1, 1)) == day + timedelta(days=90)
    assert last_day_of([first, longer], NAT, day, today=date(2027, 1, 1)) == day + timedelta(days=120)
    assert last_day_of([shorter], NAT, day, today=day) == day + timedelta(days=90)
    assert last_day_of([first], LogKind.AP_AUTH, day, today=day) is None
    assert last_day_of([made(period="3m")], NAT, day, today=day) == date(2027, 2, 28)


def test_destinations_have_their_own_end(workspace: Workspace) -> None:
    """They need approval whatever the period, say so aloud, and shorten the day where theirs is shorter."""
    own = {"purposes": ["system_security"], "period": "30d", "need": "攻撃の解析", "reason": REASON}
    one = made(destinations=own)
    assert (approvals_needed(one), one.kept) == (1, Period(days=30))
    told = {each.notice for each in notices(one, REQUESTED, one.valid_from)}
    assert {Notice.DESTINATIONS_KEPT, Notice.DESTINATIONS_SHORTEN} <= told


def test_what_sekisho_writes_has_an_end_too(workspace: Workspace) -> None:
    """Every kind that no operator declares has a house policy that could be a policy, until one is declared."""
    for kind, policy in HOUSE_POLICIES.items():
        assert policy.checked().kind is kind
    assert set(HOUSE_POLICIES) == {
        LogKind.QUARANTINE, LogKind.CALL_EVIDENCE, LogKind.SMS_VERDICT, LogKind.MAIL_VERDICT, LogKind.EXPORT,
    }  # fmt: skip
    declare(workspace, kind="quarantine", period="10d")
    with workspace.database.read() as connection:
        assert [one.period for one in policies_of(connection, LogKind.QUARANTINE)] == [Period(days=10)]


@pytest.fixture
def policies(workspace: Workspace) -> Policies:
    """The policies of a workspace, with another service than those that are declared."""
    hire(workspace)
    return Policies(workspace)


def other(**changed: Any) -> Policy:
    """A policy of another service, of the period of the rest."""
    return read_policy(policy_document(service="tsukuba", **changed))


def test_a_long_period_is_approved_by_somebody_else(policies: Policies) -> None:
    """Asked for, approved by one who didn't ask, and only then in force; or withdrawn."""
    long = read_policy(policy_document(kind="export", period="300d", justification="監査が年1回ある"))
    asked = policies.add(long, by=CUSTODIAN)
    assert asked.state == "requested"
    with pytest.raises(TooFewApprovers):
        policies.make(asked.id, by=CUSTODIAN)
    with pytest.raises(ScopeMissing):
        policies.approve(asked.id, by=CUSTODIAN)
    policies.approve(asked.id, by=OFFICER)
    assert policies.make(asked.id, by=CUSTODIAN).state == "in_force"
    again = policies.add(replace(long, valid_from=date(2026, 12, 1)), by=CUSTODIAN)
    assert policies.withdraw(again.id, by=CUSTODIAN).state == "withdrawn"


def test_beyond_a_year_two_must_approve(policies: Policies) -> None:
    """And they are two people."""
    asked = policies.add(
        read_policy(policy_document(kind="export", period="2y", justification="監査の周期が2年")), by=CUSTODIAN
    )
    policies.approve(asked.id, by=OFFICER)
    with pytest.raises(TooFewApprovers):
        policies.approve(asked.id, by=OFFICER)
    policies.approve(asked.id, by=SECOND_OFFICER)
    assert policies.make(asked.id, by=CUSTODIAN).state == "in_force"
    with pytest.raises(PolicyDecided):
        policies.make(asked.id, by=CUSTODIAN)


def test_who_asked_does_not_approve(policies: Policies) -> None:
    """Even if they held the role."""
    asked = policies.add(
        read_policy(policy_document(kind="export", period="1y", justification="監査")), by=CUSTODIAN
    )
    both = OFFICER.__class__(
        CUSTODIAN.staff_id, OFFICER.kind, OFFICER.scopes, OFFICER.proof, None, None
    )
    with pytest.raises(OwnRequest):
        policies.approve(asked.id, by=both)


def test_one_kind_has_one_period(policies: Policies) -> None:
    """Another service may record the same kind for the same time, and no other; from another day on it may."""
    with pytest.raises(PeriodsDiffer):
        policies.add(other(kind="ap.auth", period="180d"), by=CUSTODIAN)
    assert policies.add(other(kind="ap.auth", period="120d"), by=CUSTODIAN).state == "in_force"


def test_a_later_policy_takes_over(policies: Policies) -> None:
    """On its first day; a policy is never made after the fact, nor twice for the same time."""
    asked = read_policy(policy_document(kind="quarantine", period="20d"))
    first = policies.add(asked, by=CUSTODIAN)
    with pytest.raises(PolicyOverlaps):
        policies.add(asked, by=CUSTODIAN)
    with pytest.raises(PolicyRefused):
        policies.add(read_policy(policy_document(kind="quarantine", valid_from="2026-11-22")), by=CUSTODIAN)
    later = policies.add(
        read_policy(policy_document(kind="quarantine", period="10d", valid_from="2026-12-01")), by=CUSTODIAN
    )
    assert policies.find(first.id).policy.valid_to == date(2026, 12, 1)
    assert policies.end(later.id, on=date(2027, 1, 1), by=CUSTODIAN).policy.valid_to == date(2027, 1, 1)


def test_the_commentarys_date_is_recorded(policies: Policies) -> None:
    """Until somebody finds it out, the Ministry's request stands in for it."""
    assert policies.guideline() == REQUESTED
    with pytest.raises(PolicyRefused):
        policies.record_guideline(date(2026, 4, 1), source=" ", by=CUSTODIAN)
    found = policies.record_guideline(date(2026, 4, 1), source="解説 令和8年4月", by=CUSTODIAN)
    assert (found.applies_from, found.confirmed) == (date(2026, 4, 1), True)


def test_nothing_is_taken_in_without_a_policy(workspace: Workspace) -> None:
    """A source of another service: refused, with what to do, and nothing is written."""
    logs = LogService(workspace)
    logs.add_source(replace(spec("new"), service="mobile"), by="admin")
    with pytest.raises(NoPolicy):
        take(logs, f"A {MIDNIGHT} 203.0.113.9 1024 2047 100.64.0.1", source="new")
    assert not (workspace.path / "logs").exists()
    declare(workspace, service="mobile")
    take(logs, f"A {MIDNIGHT} 203.0.113.9 1024 2047 100.64.0.1", source="new")
