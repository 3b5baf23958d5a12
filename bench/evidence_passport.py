"""Passports: whole passive authentications, several states' algorithms in turn."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from typing import Any

from sekisho.contracts.evidence.passport.crl import VerifiedCrl, verify_crl
from sekisho.contracts.evidence.passport.model import Stated, UnverifiedPassport
from sekisho.contracts.evidence.passport.trust import TrustStore, pinned, read_authority, trust_store
from sekisho.contracts.evidence.passport.verify import verify_passport
from tests.contracts.evidence.fixtures import passport as build
from tests.contracts.evidence.fixtures import state_pki

VERIFICATIONS = 800
KINDS = tuple(slug for slug in build.DECLARED["passports"] if slug != "japan-expired")
"""Japan's kind (P-384 written out, NULL parameter), P-256, brainpool with 256 and 512 bits, RSA, RSA-PSS, P-521."""

Case = tuple[UnverifiedPassport, Stated]


def measure(*, repeats: int, seed: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Inputs and figures; ``seed`` is unused, as nothing is drawn. Passports are made before the clock starts."""
    del seed
    candidates = [
        pinned(read_authority(build.authority(slug).certificate), source="made up", imported_at=build.MOMENT)
        for slug in build.DECLARED["authorities"]
    ]
    store = trust_store(candidates, source="made up", imported_at=build.MOMENT).store
    lists = [
        verify_crl(state_pki.crl(build.authority(slug), range(1, 101)), store=store, moment=build.MOMENT)
        for slug in build.DECLARED["authorities"]
    ]
    cases = {slug: (build.passport(slug), Stated(*build.stated(slug))) for slug in KINDS}
    every = [_rate(list(cases.values()), store, lists) for _ in range(repeats)]
    slowest = [min(_rate([case], store, lists) for case in cases.values()) for _ in range(repeats)]
    whole = (
        "one core, whole verification: strict DER of SOD and signer's certificate, digests of DG1 and DG2 (15 kB), "
        "both signatures, path, validity, usage, country, revocation list verified before, check digits, name and "
        "birth date compared, report with facts; "
    )
    return {"passport_verifications": VERIFICATIONS, "passport_kinds": len(KINDS)}, [
        _figure("passport_per_s", every, 300, f"{whole}{len(KINDS)} states' algorithms in turn"),
        _figure("passport_slowest_per_s", slowest, None, f"{whole}the slowest of them alone (brainpoolP512r1)"),
    ]


def _rate(cases: Sequence[Case], store: TrustStore, lists: Sequence[VerifiedCrl]) -> float:
    rounds = VERIFICATIONS // len(cases)
    start = time.perf_counter()
    for _ in range(rounds):
        for files, stated in cases:
            result = verify_passport(files, store=store, lists=lists, moment=build.MOMENT, stated=stated)
            if result.verified is None:
                raise RuntimeError("a good passport wasn't verified")
    return rounds * len(cases) / (time.perf_counter() - start)


def _figure(name: str, values: list[float], goal: float | None, inside: str) -> dict[str, Any]:
    median = statistics.median(values)
    return {
        "name": name,
        "value": round(median, 1),
        "spread": round((max(values) - min(values)) / median, 4),
        "unit": "/s",
        "better": "higher",
        "goal": goal,
        "inside": inside,
        "peers": [],
    }
