"""The assurance level of an authentication (当人認証保証レベル), worked out from recorded factors and time.

「行政手続等での本人確認におけるデジタルアイデンティティの取扱いに関するガイドライン」 (DS-511) defines three levels.
Its wording wasn't readable to us: the definitions below are from memory and aligned with NIST SP 800-63B-4 §2,
**[M/U]** in our sources (identity-law §4.3). Whoever relies on the *number* compares them with the text first; the
factors recorded beside it stay true whatever the text says.

- L1: one factor.
- L2: two different kinds of factor, at least one of which resists replay.
- L3: as L2, resistant to phishing, with a key that provably can't leave its hardware.

So a passkey with user verification is L2, synced or not (NIST SP 800-63-4 admits synced ones at L2), and not L3, since
nothing proves its hardware; a JPKI card with PIN is L2 here, since our text-signing ceremony isn't bound to an origin.
Products that named levels after methods got both wrong (Kratos #2794, #3656; Keycloak #40837).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from sekisho.clock import japan_date
from sekisho.contracts.reauthentication.factors import Factor, FactorKind, Means, distinct, known_kinds
from sekisho.engine.facts import Value

MAX_AGE = timedelta(hours=1)
"""No factor older than this counts for anything: NIST SP 800-63B-4 §2.2.3 asks for a new authentication after an hour
without activity at L2, and adding a line is one act, not a session."""

CLOCK_TOLERANCE = timedelta(seconds=60)
"""A factor may be recorded by another worker, whose clock runs a little ahead."""


class Level(IntEnum):
    """当人認証保証レベル [M/U]."""

    L1 = 1
    L2 = 2
    L3 = 3


@dataclass(frozen=True, slots=True)
class Derived:
    """What factors come to. ``level`` None: no factor counts. ``auth_time``: the oldest factor that counts.

    ``distinct`` is the least number of different kinds; ``kinds`` is None where it isn't known exactly which.
    """

    level: Level | None
    distinct: int
    kinds: frozenset[FactorKind] | None
    phishing_resistant: bool
    hardware: bool
    sms_code_used: bool
    jpki: bool
    verified_here: bool
    auth_time: datetime | None
    amr: tuple[str, ...]

    def facts(self) -> dict[str, Value]:
        """Attributes of an ``authentication``. ``factors`` is left out where it isn't known which ones they are."""
        if self.auth_time is None:
            raise ValueError("nothing was shown, so there are no facts")
        facts: dict[str, Value] = {
            "at": japan_date(self.auth_time),
            "distinct_factors": self.distinct,
            # Said, not left out: every means of this authentication is on record, and these are among them or not.
            "sms_code_used": self.sms_code_used,
            "jpki_authentication": self.jpki,
        }
        if self.kinds is not None:
            facts["factors"] = frozenset(each.value for each in self.kinds)
        if self.phishing_resistant or not self.jpki:
            # Of JPKI alone it is neither shown that it resists phishing, nor that it doesn't.
            facts["phishing_resistant"] = self.phishing_resistant
        return facts


def derive(factors: Iterable[Factor], *, moment: datetime, max_age: timedelta = MAX_AGE) -> Derived:
    """What ``factors`` come to at ``moment``. Those older than ``max_age`` (at most :data:`MAX_AGE`) don't count."""
    oldest = moment - min(max_age, MAX_AGE)
    counted = [each for each in factors if oldest <= each.at <= moment + CLOCK_TOLERANCE]
    count = distinct(counted)
    phishing_resistant = any(each.phishing_resistant for each in counted)
    hardware = any(each.hardware for each in counted)
    level = None
    if counted:
        level = Level.L1
        if count >= 2 and any(each.replay_resistant for each in counted):
            # One authenticator must be both: a phishing-resistant one beside a card in another hand is neither.
            both = any(each.phishing_resistant and each.hardware for each in counted)
            level = Level.L3 if both else Level.L2
    return Derived(
        level,
        count,
        known_kinds(counted) if counted else None,
        phishing_resistant,
        hardware,
        any(each.means is Means.SMS_CODE for each in counted),
        any(each.means is Means.JPKI for each in counted),
        any(each.vouched_by is None for each in counted),
        min((each.at for each in counted), default=None),
        _amr(counted, count),
    )


def _amr(factors: Sequence[Factor], count: int) -> tuple[str, ...]:
    """RFC 8176 §2: what was used, in words that others know."""
    words = {Means.PASSKEY: "pop", Means.TOTP: "otp", Means.JPKI: "sc", Means.PASSWORD: "pwd", Means.SMS_CODE: "sms"}
    found = {words[each.means] for each in factors}
    if any(each.means is Means.PASSKEY and FactorKind.POSSESSION not in each.kinds for each in factors):
        found.add("user")
    if any(each.means is Means.JPKI and FactorKind.KNOWLEDGE in each.kinds for each in factors):
        found.add("pin")
    if count >= 2:
        found.add("mfa")
    return tuple(sorted(found))
