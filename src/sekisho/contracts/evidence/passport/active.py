"""Active authentication (ICAO 9303-11 §6.1): has the chip the private key whose public half the state signed?

Proves it for the session whose challenge this is, if the challenge was made by us, at random, and used once: that is
the caller's part. RSA answers are ISO/IEC 9796-2 scheme 1 with message recovery, ECDSA answers are the plain r ‖ s of
BSI TR-03111 §5.2.1.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Final

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from sekisho.contracts.evidence.cms import der
from sekisho.contracts.evidence.cms.algorithms import Digest, Scheme, SignatureAlgorithm
from sekisho.contracts.evidence.cms.errors import SignatureInvalid
from sekisho.contracts.evidence.cms.keys import CHIPS, EcKey, RsaKey, check_signature, read_public_key
from sekisho.contracts.evidence.passport.errors import ChipNotGenuine
from sekisho.contracts.evidence.passport.model import ActiveAnswer
from sekisho.contracts.evidence.passport.profile import CHALLENGE

ACTIVE_AUTHENTICATION: Final = "2.23.136.1.1.5"
"""ActiveAuthenticationInfo in data group 14 (ICAO 9303-11 §9.2.3)."""

# ISO/IEC 9796-2: the trailer names the hash; BC alone is SHA-1, which ICAO 9303-11 §6.1.1 still has for chips.
# Collisions don't help here: half of what is hashed is drawn by the chip and half is our challenge.
_TRAILERS: Final = {0x33CC: "sha1", 0x38CC: "sha224", 0x34CC: "sha256", 0x36CC: "sha384", 0x35CC: "sha512"}

_PLAIN: Final = {
    "0.4.0.127.0.7.1.1.4.1.2": Digest.SHA224,
    "0.4.0.127.0.7.1.1.4.1.3": Digest.SHA256,
    "0.4.0.127.0.7.1.1.4.1.4": Digest.SHA384,
    "0.4.0.127.0.7.1.1.4.1.5": Digest.SHA512,
}
"""BSI TR-03111 §5.2.1: ecdsa-plain-signatures."""


def check_answer(spki: der.Element, infos: Mapping[str, tuple[der.Element, ...]], answer: ActiveAnswer) -> None:
    """Raises ChipNotGenuine unless the answer is by the key of data group 15 over the challenge.

    ``infos`` are those of data group 14, which name the hash of ECDSA. Both must come from verified groups.
    """
    if len(answer.challenge) != CHALLENGE:
        raise ChipNotGenuine(problem=f"a challenge has {CHALLENGE} bytes")
    key = read_public_key(spki, "DG15", bounds=CHIPS)
    if isinstance(key, RsaKey):
        _check_rsa(key, answer)
    else:
        _check_ecdsa(key, infos, answer)


def _check_rsa(key: RsaKey, answer: ActiveAnswer) -> None:
    numbers = key.key.public_numbers()
    size = (key.bits + 7) // 8
    value = int.from_bytes(answer.response, "big")
    if len(answer.response) != size or value >= numbers.n:
        raise ChipNotGenuine(problem="an answer of another length than the key's")
    representative = pow(value, numbers.e, numbers.n)
    if representative & 0x0F != 0x0C:  # ISO/IEC 9796-2 §8.3: the smaller of the two roots may have been sent
        representative = numbers.n - representative
    block = representative.to_bytes(size, "big")
    trailer = 2 if block[-1] == 0xCC else 1
    name = "sha1" if block[-1] == 0xBC else _TRAILERS.get(int.from_bytes(block[-2:], "big"))
    if block[0] != 0x6A or name is None:  # partial recovery, padding of scheme 1
        raise ChipNotGenuine(problem="not a signature of ISO/IEC 9796-2")
    digest_size = hashlib.new(name, usedforsecurity=False).digest_size
    recovered = block[1 : -trailer - digest_size]
    # ICAO 9303-11 §6.1.1: the chip's own random part fills the block, so that nothing of it is anyone's choice.
    if len(recovered) != size - 1 - trailer - digest_size or not recovered:
        raise ChipNotGenuine(problem="not a signature of ISO/IEC 9796-2")
    digest = hashlib.new(name, recovered + answer.challenge, usedforsecurity=False).digest()
    if not hmac.compare_digest(digest, block[-trailer - digest_size : -trailer]):
        raise ChipNotGenuine(problem="it doesn't answer this challenge")


def _check_ecdsa(key: EcKey, infos: Mapping[str, tuple[der.Element, ...]], answer: ActiveAnswer) -> None:
    info = infos.get(ACTIVE_AUTHENTICATION)
    if info is None or len(info) != 2:  # ICAO 9303-11 §9.2.3: DG14 must say which hash
        raise ChipNotGenuine(problem="data group 14 doesn't say with which hash it answers")
    version, algorithm = der.integer(info[0], "DG14"), der.oid(info[1], "DG14")
    digest = _PLAIN.get(algorithm)
    if version != 1 or digest is None:
        raise ChipNotGenuine(problem=f"it answers by an unknown algorithm, {algorithm}")
    half = (key.curve.n.bit_length() + 7) // 8
    if len(answer.response) != 2 * half:
        raise ChipNotGenuine(problem="an answer of another length than the key's")
    r, s = int.from_bytes(answer.response[:half], "big"), int.from_bytes(answer.response[half:], "big")
    try:
        check_signature(
            key, SignatureAlgorithm(Scheme.ECDSA, digest), encode_dss_signature(r, s), answer.challenge, "DG15"
        )
    except SignatureInvalid as error:
        raise ChipNotGenuine(problem="it doesn't answer this challenge") from error
