"""Signed caller numbers: whole verifications of SHAKEN headers a second, the certificates held already.

A part of ``scripts/bench calls``; by itself: ``python -m bench.calls_stir``. Beside it, in the same run and process and
over the same tokens: what ``joserfc`` needs for the token's signature alone, and the bare ECDSA operation that both
spend most of their time in. The clock is the process's time on its core.
"""

from __future__ import annotations

import gc
import json
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import median
from typing import Any, Final

import joserfc
from cryptography.hazmat.primitives import serialization
from joserfc import jws
from joserfc.jwk import ECKey

from sekisho.calls.stir.credential import Credential
from sekisho.calls.stir.number_set import NumberSet
from sekisho.calls.stir.passport import Attestation, decode
from sekisho.calls.stir.request import SignedRequest
from sekisho.calls.stir.sign import NumberSigner
from sekisho.calls.stir.store import CredentialStore
from sekisho.calls.stir.verdict import Valid
from sekisho.calls.stir.verify import signature_holds, verify
from tests.calls.stir import pki

CALLS: Final = 4_000
SIGNERS: Final = 50
REVOKED: Final = 10_000


def measure(*, repeats: int, seed: int) -> dict[str, Any]:
    """Inputs and figures, as :mod:`bench.runner` takes them."""
    made = _Made(seed)
    ours = _rates(made.verify, repeats)
    signing = _rates(made.sign, repeats)
    joserfc_alone = _rates(made.joserfc, repeats)
    bare = _rates(made.bare, repeats)
    inside = (
        "one core, a SHAKEN header and the request's headers to a result: strict reading, freshness, caller and "
        "destination, certificate held, validity of its path of three, two revocation lists, signature, TNAuthList, "
        "constraints; every signature checked anew; time on the core"
    )
    peers = [
        {"name": f"joserfc {joserfc.__version__}, signature of the token alone", "value": median(joserfc_alone)},
        {"name": "cryptography, bare ES256 verification", "value": median(bare)},
    ]
    return {
        "inputs": {"signed calls": CALLS, "signers' certificates": SIGNERS, "entries of each revocation list": REVOKED},
        "figures": [
            _figure("stir_verify_per_s", ours, 3000, inside, peers),
            _figure(
                "stir_sign_per_s", signing, None,
                "one core, an own number to an Identity header: number, path, revocation lists, claims, signature",
            ),
        ],
    }  # fmt: skip


class _Made:
    """Signed calls of made-up numbers, and all that is needed to check them."""

    def __init__(self, seed: int) -> None:
        draw = random.Random(seed)  # noqa: S311  made-up numbers, the same in every run
        self._store = CredentialStore(pki.trust())
        self._lists = pki.revocations(*range(10_000, 10_000 + REVOKED))
        self._signers: list[NumberSigner] = []
        own = NumberSet.of((), (("81312345600", 100),))
        for at in range(SIGNERS):
            url = f"https://sti.example.jp/{at}.pem"
            plan = replace(pki.SIGNER, serial=1_000 + at)
            credential = self._store.put(url, pki.pem(plan, pki.MIDDLE), at=pki.MOMENT)
            if not isinstance(credential, Credential):
                raise TypeError("a certificate of the benchmark is wrong")
            self._signers.append(NumberSigner(pki.pem_key("signer"), credential, url, own))
        self._calls = [
            (draw.choice(self._signers), f"813123456{draw.randrange(100):02d}", f"8131234{draw.randrange(10**4):04d}")
            for _ in range(CALLS)
        ]
        self._requests = [
            SignedRequest(
                identities=(header,), from_uri=f"sip:+{caller}@example.jp;user=phone",
                to_uri=f"sip:+{called}@192.0.2.1",
                request_uri=f"sip:+{called}@192.0.2.1",
            )
            for header, (_, caller, called) in zip(self._headers(), self._calls, strict=True)
        ]  # fmt: skip
        self._tokens = [request.identities[0].partition(";")[0] for request in self._requests]
        key = pki.key("signer").public_key()
        self._key = key
        self._jwk = ECKey.import_key(
            key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
        )

    def _headers(self) -> list[str]:
        return [
            signer.sign_shaken(
                caller=pki.number(caller), dest=(pki.number(called),), attestation=Attestation.FULL,
                origid=pki.ORIGID, moment=pki.MOMENT, revocations=self._lists,
            )
            for signer, caller, called in self._calls
        ]  # fmt: skip

    def sign(self) -> int:
        """Every call signed."""
        return len(self._headers())

    def verify(self) -> int:
        """Every call verified; raises unless all are valid."""
        for request in self._requests:
            found = verify(
                request, store=self._store, revocations=self._lists, settings=pki.SETTINGS, moment=pki.MOMENT
            )
            if not isinstance(found, Valid):
                raise TypeError("a good call was refused")
        return len(self._requests)

    def joserfc(self) -> int:
        """Every token's signature by joserfc; it raises for a wrong one."""
        registry = jws.JWSRegistry(algorithms=["ES256"], strict_check_header=False)
        for token in self._tokens:
            jws.deserialize_compact(token, self._jwk, registry=registry)
        return len(self._tokens)

    def bare(self) -> int:
        """Every token's signature and nothing else."""
        for token in self._tokens:
            signed, _, signature = token.rpartition(".")
            if not signature_holds(self._key, signed.encode("ascii"), decode(signature)):
                raise TypeError("a good signature was refused")
        return len(self._tokens)


def _figure(
    name: str, rates: Sequence[float], goal: int | None, inside: str, peers: Sequence[dict[str, Any]] = ()
) -> dict[str, Any]:
    middle = median(rates)
    return {
        "name": name, "value": middle, "spread": (max(rates) - min(rates)) / middle, "unit": "/s", "better": "higher",
        "goal": goal, "inside": inside, "peers": list(peers),
    }  # fmt: skip


def _rates(work: Callable[[], int], repeats: int) -> list[float]:
    rates = []
    for _ in range(repeats):
        gc.collect()
        began = time.process_time()
        done = work()
        rates.append(done / (time.process_time() - began))
    return rates


if __name__ == "__main__":
    print(json.dumps(measure(repeats=5, seed=1), indent=1, ensure_ascii=False))
