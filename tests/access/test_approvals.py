"""The approval machine: one way through it, and every side door shut."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from sekisho.access import Approval, ApprovalState, approvals, subject_hash
from sekisho.access.errors import (
    AccessError,
    AccessTermsRefused,
    AlreadyDecided,
    ApprovalExpired,
    ApprovalNotGiven,
    ApprovalUsed,
    OwnRequest,
    SubjectChanged,
    TooFewApprovers,
)
from tests.access.conftest import DAY, NOW

KIND = "log.search"
SUBJECT = subject_hash(KIND, {"scope": "203.0.113.7", "from": "2026-11-01"})
OTHER = subject_hash(KIND, {"scope": "203.0.113.8", "from": "2026-11-01"})


def asked() -> Approval:
    """Sato asks, for two days."""
    return approvals.request("ap_1", KIND, SUBJECT, by="sato", at=NOW, expires_at=NOW + 2 * DAY)


def granted() -> Approval:
    """Suzuki approves."""
    return approvals.approve(asked(), by="suzuki", subject=SUBJECT, at=NOW + DAY)


def used() -> Approval:
    """Sato uses it."""
    return approvals.use(granted(), kind=KIND, subject=SUBJECT, by="sato", at=NOW + DAY)


def test_the_one_way_through() -> None:
    """Asked, approved by another, used once by the first; each step says who and when."""
    done = used()
    assert done.state is ApprovalState.USED
    assert (done.requested_by, done.decided_by, done.used_by) == ("sato", "suzuki", "sato")
    assert (done.decided_at, done.used_at) == (NOW + DAY, NOW + DAY)


def test_nobody_decides_their_own_request() -> None:
    """The requester neither approves nor refuses."""
    with pytest.raises(OwnRequest):
        approvals.approve(asked(), by="sato", subject=SUBJECT, at=NOW)
    with pytest.raises(OwnRequest):
        approvals.refuse(asked(), by="sato", at=NOW)


def test_nobody_uses_an_approval_they_gave() -> None:
    """The approver isn't the one who acts on it."""
    with pytest.raises(OwnRequest):
        approvals.use(granted(), kind=KIND, subject=SUBJECT, by="suzuki", at=NOW + DAY)


def test_a_changed_subject_is_not_approved() -> None:
    """Approving another hash than was asked, or using it for another hash or kind, fails."""
    with pytest.raises(SubjectChanged):
        approvals.approve(asked(), by="suzuki", subject=OTHER, at=NOW)
    with pytest.raises(SubjectChanged):
        approvals.use(granted(), kind=KIND, subject=OTHER, by="sato", at=NOW + DAY)
    with pytest.raises(SubjectChanged):
        approvals.use(granted(), kind="log.export", subject=SUBJECT, by="sato", at=NOW + DAY)


def test_an_approval_is_used_once() -> None:
    """A second use fails, by anybody."""
    for person in ("sato", "tanaka"):
        with pytest.raises(ApprovalUsed):
            approvals.use(used(), kind=KIND, subject=SUBJECT, by=person, at=NOW + DAY)


def test_expiry_ends_everything() -> None:
    """From ``expires_at`` on, to the microsecond, nothing can be approved, refused or used; before, it can."""
    end, before = NOW + 2 * DAY, NOW + 2 * DAY - timedelta(microseconds=1)
    assert approvals.approve(asked(), by="suzuki", subject=SUBJECT, at=before).state is ApprovalState.APPROVED
    assert approvals.use(granted(), kind=KIND, subject=SUBJECT, by="sato", at=before).state is ApprovalState.USED
    steps: list[Callable[[], Approval]] = [
        lambda: approvals.approve(asked(), by="suzuki", subject=SUBJECT, at=end),
        lambda: approvals.refuse(asked(), by="suzuki", at=end),
        lambda: approvals.use(granted(), kind=KIND, subject=SUBJECT, by="sato", at=end),
    ]
    for step in steps:
        with pytest.raises(ApprovalExpired):
            step()
    assert approvals.expire(granted(), at=end).state is ApprovalState.EXPIRED
    assert approvals.expire(granted(), at=before) == granted()
    assert approvals.expire(used(), at=end) == used()


def test_what_was_not_approved_is_not_used() -> None:
    """Open or refused: no use; decided: not decided again."""
    refused = approvals.refuse(asked(), by="suzuki", at=NOW)
    for each, state in ((asked(), "requested"), (refused, "refused")):
        with pytest.raises(ApprovalNotGiven) as caught:
            approvals.use(each, kind=KIND, subject=SUBJECT, by="sato", at=NOW)
        assert caught.value.fields["state"] == state
    for each in (refused, granted(), used()):
        with pytest.raises(AlreadyDecided):
            approvals.approve(each, by="takahashi", subject=SUBJECT, at=NOW + DAY)
        with pytest.raises(AlreadyDecided):
            approvals.refuse(each, by="takahashi", at=NOW + DAY)


@pytest.mark.parametrize("life", [timedelta(0), -DAY, approvals.MAX_APPROVAL_LIFE + timedelta(microseconds=1)])
def test_lives_that_are_refused(life: timedelta) -> None:
    """No life, a negative one, or one over the limit."""
    with pytest.raises(AccessTermsRefused):
        approvals.request("ap_1", KIND, SUBJECT, by="sato", at=NOW, expires_at=NOW + life)


@pytest.mark.parametrize("kind", ["", "Log", "log search", "log.", ".log", "log..x", "ログ", "x" * 65, "log\n"])
def test_kinds_that_are_refused(kind: str) -> None:
    """A kind is dotted lower-case words."""
    with pytest.raises(AccessTermsRefused):
        subject_hash(kind, {})
    with pytest.raises(AccessTermsRefused):
        approvals.request("ap_1", kind, SUBJECT, by="sato", at=NOW, expires_at=NOW + DAY)


def test_a_hash_has_its_length() -> None:
    """A truncated hash isn't one."""
    with pytest.raises(AccessTermsRefused):
        approvals.request("ap_1", KIND, SUBJECT[:31], by="sato", at=NOW, expires_at=NOW + DAY)


def test_two_approvals_need_two_people() -> None:
    """The same approver twice counts once; an undecided request counts for nobody."""
    one = granted()
    same = replace(one, id="ap_2")
    other = replace(one, id="ap_3", decided_by="takahashi")
    approvals.check_approvers([one, other], 2)
    for few in ([one, same], [one], [one, asked()], []):
        with pytest.raises(TooFewApprovers):
            approvals.check_approvers(few, 2)


def test_subject_hashes_are_canonical() -> None:
    """Order of keys doesn't matter; kind, values, types and normal forms do."""
    assert subject_hash("a", {"x": 1, "y": [None, True]}) == subject_hash("a", {"y": [None, True], "x": 1})
    subjects: list[tuple[str, dict[str, approvals.Json]]] = [
        ("a", {"x": 1}), ("b", {"x": 1}), ("a", {"x": "1"}), ("a", {"x": True}), ("a", {"x": [1]}), ("a", {"x": None}),
        ("a", {}), ("a", {"x": "が"}), ("a", {"x": "か\u3099"}), ("a", {"x": {"x": 1}}),
    ]
    assert len({subject_hash(kind, subject) for kind, subject in subjects}) == len(subjects)


class _Text(str):
    __slots__ = ()


@pytest.mark.parametrize(
    "value", [1.5, float("nan"), b"x", NOW, {1: "x"}, {"x": {2.0}}, "\ud800", 2**64, object(), _Text("x")],
    ids=lambda value: type(value).__name__,
)
def test_values_that_hash_ambiguously_are_refused(value: object) -> None:
    """Floating point, bytes, times, other keys than text, lone surrogates, integers beyond 64 bits: refused."""
    with pytest.raises(AccessTermsRefused):
        subject_hash("a", {"x": value})  # type: ignore[dict-item]  # what isn't allowed is what is tested


def test_a_deep_subject_is_refused() -> None:
    """Nesting beyond the limit is an error, not a crash."""
    subject: dict[str, approvals.Json] = {}
    for _ in range(5000):
        subject = {"x": subject}
    with pytest.raises(AccessTermsRefused):
        subject_hash("a", subject)


class ApprovalMachine(RuleBasedStateMachine):
    """Random people do random things at rising times; the rules below hold after each step."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.approval = asked()
        self.history = [ApprovalState.REQUESTED]

    people = st.sampled_from(["sato", "suzuki", "takahashi"])
    subjects = st.sampled_from([SUBJECT, OTHER])

    def _become(self, after: Approval) -> None:
        if after.state is not self.approval.state:
            self.history.append(after.state)
        self.approval = after

    @rule(hours=st.integers(1, 20))
    def wait(self, hours: int) -> None:
        """Time passes."""
        self.now += timedelta(hours=hours)

    @rule(by=people, subject=subjects)
    def approve(self, by: str, subject: bytes) -> None:
        """Somebody tries to approve something."""
        may = self._open_at(self.now) and by != "sato" and subject == SUBJECT
        self._try(may, lambda: approvals.approve(self.approval, by=by, subject=subject, at=self.now))

    @rule(by=people)
    def refuse(self, by: str) -> None:
        """Somebody tries to refuse."""
        may = self._open_at(self.now) and by != "sato"
        self._try(may, lambda: approvals.refuse(self.approval, by=by, at=self.now))

    @rule(by=people, subject=subjects, kind=st.sampled_from([KIND, "log.export"]))
    def use(self, by: str, subject: bytes, kind: str) -> None:
        """Somebody tries to use it for something."""
        may = (
            self.approval.state is ApprovalState.APPROVED and self.now < self.approval.expires_at
            and by != self.approval.decided_by and (kind, subject) == (KIND, SUBJECT)
        )
        self._try(may, lambda: approvals.use(self.approval, kind=kind, subject=subject, by=by, at=self.now))

    @precondition(lambda self: len(self.history) < 5)
    @rule()
    def expire(self) -> None:
        """The clean-up runs."""
        self._become(approvals.expire(self.approval, at=self.now))

    def _open_at(self, at: datetime) -> bool:
        return self.approval.state is ApprovalState.REQUESTED and at < self.approval.expires_at

    def _try(self, may: bool, step: Callable[[], Approval]) -> None:
        if may:
            self._become(step())
        else:
            with pytest.raises(AccessError):
                step()

    @invariant()
    def one_way(self) -> None:
        """Only the drawn paths are ever taken, and the three people never coincide wrongly."""
        names = [state.value for state in self.history]
        assert names in (
            ["requested"], ["requested", "approved"], ["requested", "refused"], ["requested", "expired"],
            ["requested", "approved", "used"], ["requested", "approved", "expired"],
        )
        assert self.approval.decided_by != self.approval.requested_by
        if self.approval.state is ApprovalState.USED:
            assert self.approval.used_by != self.approval.decided_by
            assert self.approval.used_at is not None
            assert self.approval.used_at < self.approval.expires_at
        assert (self.approval.subject_kind, self.approval.subject_hash) == (KIND, SUBJECT)


TestApprovalMachine = ApprovalMachine.TestCase
TestApprovalMachine.settings = settings(max_examples=60, stateful_step_count=12, deadline=None)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.text(max_size=5), st.one_of(st.integers(-(2**53), 2**53), st.text(max_size=5), st.none())))
def test_a_different_subject_has_a_different_hash(subject: dict[str, approvals.Json]) -> None:
    """Adding one key to any subject changes its hash."""
    changed = {**subject, "added-key": 1}
    assert subject_hash("a", subject) != subject_hash("a", changed)
