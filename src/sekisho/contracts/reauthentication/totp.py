"""One-time codes by time (RFC 6238) over :mod:`pyotp`, with the traps closed.

``pyotp`` accepts a code as often as it is sent; here a code belongs to a *time step*, and only a step later than the
last accepted one counts (RFC 6238 §5.2: "the verifier MUST NOT accept the second attempt"). Which step it was, and how
far it lay from the present, is told and recorded. Pure: the caller compares and sets the step in one statement.

Codes are possession of a shared secret, one factor; whoever reads them to a false page has given them away.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pyotp

from sekisho.contracts.evidence.reauthentication.errors import CodeMalformed

STEP = timedelta(seconds=30)
"""RFC 6238 §5.2 recommends 30 seconds."""
DIGITS = 6
WINDOW = 1
"""Steps before and after the present in which a code is accepted (RFC 6238 §5.2: at most one for the network)."""
SLOW_CLOCK = 10
"""Steps back in which a right code is told to come from a slow clock. None forward: to learn that a code will be right
in some minutes would help whoever guesses."""
SECRET_BYTES = 20
"""RFC 4226 §4, R6: 160 bits recommended."""
MAX_SECRET_BYTES = 64

FREE_FAILURES = 5
"""Wrong codes in a row before the first lock-out."""
FIRST_LOCK = timedelta(minutes=15)
LONGEST_LOCK = timedelta(hours=24)
"""Each further wrong code doubles the lock up to this. Three codes of a million are right at a time: after a dozen
wrong ones, a guesser has one try a day. NIST SP 800-63B-4 §3.2.2 asks for no more than 100 in a row."""

_CODE = re.compile(r"[0-9]{6}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Secret:
    """A shared secret. Never in a log, an error or a report."""

    raw: bytes = field(repr=False)

    def __post_init__(self) -> None:
        """Shorter ones could be guessed from a code or two."""
        if not SECRET_BYTES <= len(self.raw) <= MAX_SECRET_BYTES:
            raise ValueError(f"a secret has {SECRET_BYTES} to {MAX_SECRET_BYTES} bytes")

    @property
    def base32(self) -> str:
        """As authenticator apps take it."""
        return base64.b32encode(self.raw).decode("ascii")

    @classmethod
    def of_base32(cls, text: str) -> Secret:
        """What :attr:`base32` gave; ValueError for anything else."""
        try:
            return cls(base64.b32decode(text))
        except binascii.Error:
            raise ValueError("not base32") from None

    def uri(self, *, account: str, issuer: str) -> str:
        """``otpauth://…`` for a QR code. Holds the secret: shown once, to the person alone."""
        return _totp(self).provisioning_uri(name=account, issuer_name=issuer)


@dataclass(frozen=True, slots=True)
class Matched:
    """The time step a code is of, and how far from the present's it lies (-1, 0, 1; recorded)."""

    step: int
    offset: int


@dataclass(frozen=True, slots=True)
class CodeCheck:
    """What a code is: ``matched`` within the window, or ``behind`` steps old, or neither (both None): wrong."""

    matched: Matched | None
    behind: int | None


def check_code(secret: Secret, code: str, *, moment: datetime) -> CodeCheck:
    """Which time step ``code`` is of. Raises ``CodeMalformed``. Says nothing about whether it was used before."""
    if not _CODE.fullmatch(code):
        raise CodeMalformed
    totp = _totp(secret)
    present = totp.timecode(moment)
    # The newest first: where two steps have the same code by chance, the later one is used up and the earlier with it.
    for offset in range(WINDOW, -WINDOW - 1, -1):
        if _same(totp, code, present + offset):
            return CodeCheck(Matched(present + offset, offset), None)
    for behind in range(WINDOW + 1, SLOW_CLOCK + 1):
        if _same(totp, code, present - behind):
            return CodeCheck(None, behind)
    return CodeCheck(None, None)


def locked_until(failures: int, *, moment: datetime) -> datetime | None:
    """Until when codes aren't accepted after ``failures`` wrong ones in a row, the last at ``moment``; None: not."""
    if failures < FREE_FAILURES:
        return None
    # Beyond 2**16 the product is far above the longest lock, and larger powers would overflow.
    doubled: int = 2 ** min(failures - FREE_FAILURES, 16)
    return moment + min(FIRST_LOCK * doubled, LONGEST_LOCK)


def _totp(secret: Secret) -> pyotp.TOTP:
    return pyotp.TOTP(secret.base32, digits=DIGITS, interval=int(STEP.total_seconds()))


def _same(totp: pyotp.TOTP, code: str, step: int) -> bool:
    return step >= 0 and pyotp.utils.strings_equal(code, totp.generate_otp(step))
