"""One-time codes: a code counts once, in its window, and guesses run into a lock-out that says how it ends."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.contracts.evidence.reauthentication.errors import CodeMalformed
from sekisho.contracts.evidence.reauthentication.model import Attempt
from sekisho.contracts.evidence.reauthentication.verify import ProvenCode, prove_code
from sekisho.contracts.reauthentication.totp import (
    FIRST_LOCK,
    FREE_FAILURES,
    LONGEST_LOCK,
    SLOW_CLOCK,
    STEP,
    CodeCheck,
    Secret,
    check_code,
    locked_until,
)

AT = datetime(2026, 11, 23, 3, 0, 10, tzinfo=UTC)
SECRET = Secret(bytes(range(20)))


def code(steps: int = 0) -> str:
    """The code so many steps from :data:`AT`."""
    return pyotp.TOTP(SECRET.base32).at(AT + steps * STEP)


@dataclass
class Keeper:
    """As the database does it, in memory."""

    last: int = -1
    failures: int = 0
    until: datetime | None = None
    moment: datetime = AT
    lock: threading.Lock = field(default_factory=threading.Lock)

    def attempt(self, check: CodeCheck) -> Attempt:
        """Compare and set under a lock."""
        with self.lock:
            if self.until is not None and self.moment < self.until:
                return Attempt(accepted=False, locked_until=self.until, left=0)
            if check.matched is not None and check.matched.step > self.last:
                self.last, self.failures, self.until = check.matched.step, 0, None
                return Attempt(accepted=True, locked_until=None, left=FREE_FAILURES)
            if check.matched is not None:
                return Attempt(accepted=False, locked_until=None, left=FREE_FAILURES)
            self.failures += 1
            self.until = locked_until(self.failures, moment=self.moment)
            left = max(FREE_FAILURES - self.failures, 0)
            return Attempt(accepted=False, locked_until=None, left=left)


def proven(text: str, keeper: Keeper | None = None, *, secret: Secret | None = SECRET) -> ProvenCode:
    """Prove one code at :data:`AT`."""
    return prove_code(text, secret=secret, moment=AT, keeper=keeper or Keeper())


def failed(found: ProvenCode) -> tuple[str, int | None]:
    """Reason and step of what stopped it."""
    assert found.report.failure is not None
    return found.report.failure.reason, found.report.failure.step


@pytest.mark.parametrize("offset", [-1, 0, 1])
def test_a_code_of_now_counts_and_its_step_is_told(offset: int) -> None:
    """One step before and after the present too; how far off is in the report. One factor, open to phishing."""
    found = proven(code(offset))
    assert found.code is not None
    assert found.code.matched.offset == offset
    assert str(offset) in found.report.steps[3].reason.en
    facts = found.report.require_facts()
    assert (facts["factors"], facts["distinct_factors"], facts["phishing_resistant"], facts["sms_code_used"]) == (
        frozenset({"possession"}),
        1,
        False,
        False,
    )


@pytest.mark.parametrize(
    ("text", "reason", "step"),
    [
        (code(2), "code_wrong", 3),
        (code(-2), "code_clock_behind", 3),
        (code(-SLOW_CLOCK), "code_clock_behind", 3),
        (code(-SLOW_CLOCK - 1), "code_wrong", 3),
        (code(5), "code_wrong", 3),
        ("12345", "code_malformed", 0),
        ("1234567", "code_malformed", 0),
        ("１２３４５６", "code_malformed", 0),  # full-width digits aren't what an app shows
        ("12345a", "code_malformed", 0),
        ("", "code_malformed", 0),
    ],
)
def test_faults_of_a_code(text: str, reason: str, step: int) -> None:
    """Out of window, from a slow clock (said so, and never of a fast one), or not six digits."""
    assert failed(proven(text)) == (reason, step)


def test_a_code_never_counts_twice() -> None:
    """Neither the same code again nor one of an earlier step: what the library alone would accept."""
    assert pyotp.TOTP(SECRET.base32).verify(code(), for_time=AT)
    assert pyotp.TOTP(SECRET.base32).verify(code(), for_time=AT)
    keeper = Keeper()
    assert proven(code(), keeper).code is not None
    assert failed(proven(code(), keeper)) == ("code_used", 4)
    assert failed(proven(code(-1), keeper)) == ("code_used", 4)
    assert proven(code(1), keeper).code is not None


def test_a_code_sent_many_times_at_once_counts_once() -> None:
    """Of answers that race, one wins."""
    keeper = Keeper()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: proven(code(), keeper).code, range(FREE_FAILURES)))
    assert sum(one is not None for one in found) == 1


def test_guesses_run_into_a_lock_out_that_says_until_when() -> None:
    """After five wrong codes even the right one isn't looked at; the error names the end."""
    keeper = Keeper()
    wrong = "000000" if code() != "000000" else "000001"
    told = []
    for _ in range(FREE_FAILURES):
        error = proven(wrong, keeper).report.failure
        assert error is not None
        told.append(error.fields["left"])
    assert told == [4, 3, 2, 1, 0]
    found = proven(code(), keeper)
    assert failed(found) == ("code_locked_out", 2)
    assert found.report.failure is not None
    assert found.report.failure.fields["until"] == (AT + FIRST_LOCK).isoformat()
    keeper.moment = AT + FIRST_LOCK
    assert proven(code(), keeper).code is not None


def test_an_account_without_the_authenticator() -> None:
    """Said after the form, so that a malformed code tells nothing of who has one."""
    assert failed(proven(code(), secret=None)) == ("authenticator_unknown", 1)
    assert failed(proven("x", secret=None)) == ("code_malformed", 0)


@given(failures=st.integers(0, 10**6))
@settings(max_examples=60)
def test_locks_grow_and_end(failures: int) -> None:
    """None before the fifth failure; then from a quarter of an hour, never shorter than before, to a day at most."""
    until = locked_until(failures, moment=AT)
    if failures < FREE_FAILURES:
        assert until is None
        return
    assert until is not None
    assert FIRST_LOCK <= until - AT <= LONGEST_LOCK
    later = locked_until(failures + 1, moment=AT)
    assert later is not None
    assert later >= until


@given(text=st.text(max_size=12) | st.from_regex(r"[0-9]{6}", fullmatch=True), seconds=st.integers(0, 4 * 10**9))
@settings(max_examples=150)
def test_any_text_is_a_check_or_malformed(text: str, seconds: int) -> None:
    """No other error, whatever is typed and whenever."""
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    try:
        found = check_code(SECRET, text, moment=moment)
    except CodeMalformed:
        return
    assert found.matched is None or abs(found.matched.offset) <= 1


def test_the_secret_shows_nowhere_but_in_its_uri() -> None:
    """Neither in its text form for programmers, nor is a short one accepted."""
    assert "0001" not in repr(SECRET).lower()
    assert SECRET.base32 not in repr(SECRET)
    assert SECRET.base32 in SECRET.uri(account="…1234", issuer="Example")
    assert Secret.of_base32(SECRET.base32) == SECRET
    for text in ("AAAA", "not base32!"):
        with pytest.raises(ValueError, match=r"secret|base32"):
            Secret.of_base32(text)
