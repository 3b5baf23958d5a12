"""JPKI: whole verifications of a signing certificate's signature, with a list of 200,000 revoked certificates."""

from __future__ import annotations

import random
import statistics
import time
from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from tests.contracts.evidence.fixtures import jpki_pki as pki
from tests.contracts.evidence.fixtures.jpki_pki import APPLICATION, MOMENT, TARO

from sekisho.contracts.evidence.jpki.ports import MemoryNonces, StoredLists
from sekisho.contracts.evidence.jpki.verify import verify_signing
from sekisho.contracts.evidence.pki.certificate import parse_certificate
from sekisho.contracts.evidence.pki.crl import RevocationLists, read_crl
from sekisho.contracts.evidence.pki.extensions import subject_key_identifier
from sekisho.contracts.evidence.pki.signature import SHA256_WITH_RSA

REVOKED = 200_000
VERIFICATIONS = 1_000


def _tlv(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    length = len(content)
    if length < 0x80:
        return bytes((tag, length)) + content
    size = (length.bit_length() + 7) // 8
    return bytes((tag, 0x80 | size)) + length.to_bytes(size) + content


def large_list(rng: random.Random, entries: int = REVOKED) -> bytes:
    """A list by the second generation's authority with that many entries, each with a reason, signed."""
    authority = parse_certificate(pki.certificate("sign-ca-2"))
    identifier = subject_key_identifier(authority)
    if identifier is None:
        raise RuntimeError("the declared authority has a key identifier")
    reason = _tlv(0x30, _tlv(0x30, bytes.fromhex("0603551d15"), _tlv(0x04, b"\x0a\x01\x03")))
    revoked = b"".join(
        _tlv(0x30, _tlv(0x02, serial.to_bytes(5)), _tlv(0x17, b"261001030000Z"), reason)
        for serial in rng.sample(range(1 << 32, 1 << 39), entries)
    )
    extension = _tlv(0x30, bytes.fromhex("0603551d23"), _tlv(0x04, _tlv(0x30, _tlv(0x80, identifier))))
    times = [
        _tlv(0x17, (MOMENT + timedelta(hours=hours)).strftime("%y%m%d%H%M%SZ").encode()) for hours in (-3, 21)
    ]
    to_be_signed = _tlv(
        0x30,
        b"\x02\x01\x01",
        SHA256_WITH_RSA,
        authority.subject,
        *times,
        _tlv(0x30, revoked),
        _tlv(0xA0, _tlv(0x30, extension)),
    )
    signature = pki.private_key("sign-ca-2").sign(to_be_signed, PKCS1v15(), SHA256())
    return _tlv(0x30, to_be_signed, SHA256_WITH_RSA, _tlv(0x03, b"\0", signature))


def measure(*, repeats: int, seed: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Inputs and figures. Certificates, keys and signatures are made before the clock starts."""
    data = large_list(random.Random(seed))  # noqa: S311  made-up serial numbers, nothing secret
    pki.certificate("taro")
    read: list[float] = []
    rates: list[float] = []
    for _ in range(repeats):
        start = time.perf_counter()
        found = read_crl(data, pki.signing_store())
        read.append((time.perf_counter() - start) * 1000)
        if len(found.offsets) != REVOKED:
            raise RuntimeError("entries are missing")
        rates.append(_rate(StoredLists(RevocationLists((found,)), "made-up list")))
    list_words = f"a list of {REVOKED:,} entries ({len(data) / 1e6:.1f} MB): DER, signature, an index by serial number"
    whole = (
        "one core, whole verification: nonce used up, strict DER, path, validity, usage, policy, signature, look-up in "
        f"{list_words.partition(':')[0]} verified before, items read and compared, report with facts"
    )
    inputs = {"jpki_revoked": REVOKED, "jpki_verifications": VERIFICATIONS}
    return inputs, [
        _figure("jpki_per_s", rates, "/s", "higher", 400, whole),
        _figure("jpki_list_ms", read, "ms", "lower", None, f"once per list, {list_words}"),
    ]


def _rate(lists: StoredLists) -> float:
    nonces = MemoryNonces()
    challenges = [pki.challenge() for _ in range(VERIFICATIONS)]
    submissions = [pki.submission(challenge) for challenge in challenges]
    for challenge in challenges:
        nonces.keep(challenge)
    profile = pki.profile()
    start = time.perf_counter()
    for submission in submissions:
        report = verify_signing(
            submission,
            application=APPLICATION,
            stated=TARO,
            moment=MOMENT,
            profile=profile,
            nonces=nonces,
            revocation=lists,
        )
        if report.facts is None or report.facts["revocation"] != "good":
            raise RuntimeError("a good signature was refused")
    return VERIFICATIONS / (time.perf_counter() - start)


def _figure(
    name: str, values: list[float], unit: str, better: str, goal: float | None, inside: str
) -> dict[str, Any]:
    median = statistics.median(values)
    return {
        "name": name,
        "value": round(median, 1),
        "spread": round((max(values) - min(values)) / median, 4),
        "unit": unit,
        "better": better,
        "goal": goal,
        "inside": inside,
        "peers": [],
    }
