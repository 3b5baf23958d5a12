"""JPKI: whole verifications of a signing certificate's signature, with a list of 200,000 revoked certificates."""

from __future__ import annotations

import statistics
import time
from typing import Any

from sekisho.contracts.evidence.jpki.ports import MemoryNonces, StoredLists
from sekisho.contracts.evidence.jpki.verify import verify_signing
from sekisho.contracts.evidence.pki.crl import RevocationLists, read_crl
from tests.contracts.evidence.fixtures import jpki_pki as pki
from tests.contracts.evidence.fixtures.jpki_pki import APPLICATION, MOMENT, TARO
from tests.contracts.evidence.fixtures.lists import large_list

REVOKED = 200_000
VERIFICATIONS = 1_000


def measure(*, repeats: int, seed: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Inputs and figures. Certificates, keys and signatures are made before the clock starts."""
    data = large_list(REVOKED, seed=seed)
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
