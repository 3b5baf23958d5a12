"""Re-authentication: whole verifications of passkeys and of one-time codes; the figure is the slower of the two."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import Any

import cbor2
import pyotp
from webauthn import verify_authentication_response

from sekisho.contracts.evidence.jpki.model import Challenge
from sekisho.contracts.evidence.jpki.ports import CHALLENGE_LIFE, MemoryNonces
from sekisho.contracts.evidence.reauthentication.document import read_assertion
from sekisho.contracts.evidence.reauthentication.kind import FileRegistrations
from sekisho.contracts.evidence.reauthentication.model import Attempt
from sekisho.contracts.evidence.reauthentication.profile import PURPOSE_ASSERTION
from sekisho.contracts.evidence.reauthentication.verify import prove_assertion, prove_code
from sekisho.contracts.reauthentication.passkey import Registered, RelyingParty
from sekisho.contracts.reauthentication.totp import STEP, CodeCheck, Secret
from tests.contracts.evidence.reauthentication.authenticator import ORIGIN, RP_ID, Authenticator

VERIFICATIONS = 600
AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
PARTY = RelyingParty(RP_ID, "Example", (ORIGIN,))
ALGORITHMS = ("ES256", "EdDSA", "RS256")


@dataclass(frozen=True, slots=True)
class _Answer:
    """One made-up answer with what it is checked against."""

    nonce: bytes
    credential: dict[str, Any]
    registered: Registered


def measure(*, repeats: int, seed: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Inputs and figures; ``seed`` is unused, as nothing is drawn that matters. All answers are made beforehand."""
    del seed
    answers = _answers()
    codes = _codes()
    passkeys = [_rate(lambda: _prove_passkeys(answers)) for _ in range(repeats)]
    one_time = [_rate(lambda: _prove_codes(codes)) for _ in range(repeats)]
    bare_passkeys = statistics.median(_rate(lambda: _bare_passkeys(answers)) for _ in range(repeats))
    bare_codes = statistics.median(_rate(lambda: _bare_codes(codes)) for _ in range(repeats))
    slower = passkeys if statistics.median(passkeys) <= statistics.median(one_time) else one_time
    of_passkeys = (
        f"one core, whole verification ({', '.join(ALGORITHMS)} in turn): JSON and CBOR read, challenge used up, "
        "origin, RP ID, user verified, flags, signature, counter, report with facts"
    )
    of_codes = (
        "one core, whole verification: form, window, time step used up, report with facts; each code the first try"
    )
    webauthn = {"name": f"webauthn {version('webauthn')}, signature only, challenge not kept", "value": bare_passkeys}
    otp = {"name": f"pyotp {version('pyotp')}, window 1, accepts a code twice", "value": bare_codes}
    peers = [webauthn] if slower is passkeys else [otp]
    slower_words = f"the slower of passkeys and codes: {of_passkeys if slower is passkeys else of_codes}"
    return {"reauth_verifications": VERIFICATIONS}, [
        _figure("reauth_per_s", slower, 1000, slower_words, peers),
        _figure("passkey_per_s", passkeys, 1000, of_passkeys, [webauthn]),
        _figure("totp_per_s", one_time, 1000, of_codes, [otp]),
    ]


def _answers() -> list[_Answer]:
    devices = [Authenticator(algorithm) for algorithm in ALGORITHMS]
    made = []
    for number in range(VERIFICATIONS):
        device, nonce = devices[number % len(devices)], number.to_bytes(32, "big")
        registered = Registered(device.credential_id, cbor2.dumps(device.cose), 0, backup_eligible=False)
        made.append(_Answer(nonce, device.answer(nonce), registered))
    return made


def _codes() -> list[tuple[Secret, str, datetime]]:
    secret = Secret(bytes(range(20)))
    app = pyotp.TOTP(secret.base32)
    moments = [AT + number * STEP for number in range(VERIFICATIONS)]
    return [(secret, app.at(moment), moment) for moment in moments]


def _prove_passkeys(answers: list[_Answer]) -> None:
    nonces = MemoryNonces()
    for each in answers:
        text = each.nonce.hex().encode("ascii")
        nonces.keep(Challenge(each.nonce, PURPOSE_ASSERTION, "A-1", text, AT + CHALLENGE_LIFE))
    known = FileRegistrations({each.registered.credential_id: each.registered for each in answers})
    for each in answers:
        found = prove_assertion(
            read_assertion(each.credential, "credential."),
            application="A-1",
            moment=AT + timedelta(seconds=1),
            party=PARTY,
            challenges=nonces,
            registrations=known,
        )
        if found.assertion is None:
            raise RuntimeError("a good passkey was refused")


class _Keeper:
    """The last accepted step, in memory."""

    def __init__(self) -> None:
        self._last = -1

    def attempt(self, check: CodeCheck) -> Attempt:
        """Accept a later step."""
        accepted = check.matched is not None and check.matched.step > self._last
        if check.matched is not None:
            self._last = max(self._last, check.matched.step)
        return Attempt(accepted=accepted, locked_until=None, left=5)


def _prove_codes(codes: list[tuple[Secret, str, datetime]]) -> None:
    keeper = _Keeper()
    for secret, code, moment in codes:
        if prove_code(code, secret=secret, moment=moment, keeper=keeper).code is None:
            raise RuntimeError("a good code was refused")


def _bare_passkeys(answers: list[_Answer]) -> None:
    for each in answers:
        verify_authentication_response(
            credential=each.credential,
            expected_challenge=each.nonce,
            expected_rp_id=RP_ID,
            expected_origin=ORIGIN,
            credential_public_key=each.registered.public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )


def _bare_codes(codes: list[tuple[Secret, str, datetime]]) -> None:
    for secret, code, moment in codes:
        if not pyotp.TOTP(secret.base32).verify(code, for_time=moment, valid_window=1):
            raise RuntimeError("a good code was refused")


def _rate(run: Callable[[], None]) -> float:
    start = time.perf_counter()
    run()
    return VERIFICATIONS / (time.perf_counter() - start)


def _figure(name: str, values: list[float], goal: float, inside: str, peers: list[dict[str, Any]]) -> dict[str, Any]:
    median = statistics.median(values)
    return {
        "name": name,
        "value": round(median, 1),
        "spread": round((max(values) - min(values)) / median, 4),
        "unit": "/s",
        "better": "higher",
        "goal": goal,
        "inside": inside,
        "peers": [{"name": peer["name"], "value": round(peer["value"], 1)} for peer in peers],
    }
