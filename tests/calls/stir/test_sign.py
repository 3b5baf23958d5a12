"""Signing: for own numbers and nothing else, and so that verification holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from sekisho.calls.stir.credential import establish
from sekisho.calls.stir.errors import ClaimNotPermitted, Expired, InfoWrong, RevocationUnknown
from sekisho.calls.stir.extensions import JWT_CLAIM_CONSTRAINTS
from sekisho.calls.stir.key import Es256Key, KeyringKey, PemKey
from sekisho.calls.stir.number_set import NumberSet
from sekisho.calls.stir.passport import Attestation
from sekisho.calls.stir.refusals import KeyDiffers, NothingToSign, NotOwnNumber, OwnNumbersNotCovered
from sekisho.calls.stir.revocation import Revocations
from sekisho.calls.stir.sign import NumberSigner
from sekisho.calls.stir.store import CredentialStore
from sekisho.calls.stir.telephone import Party, PartyKind
from sekisho.calls.stir.verdict import Reach, Valid
from sekisho.keys import FileKeyring, KeyFile, make_key_file
from sekisho.keys.disk import RealDisk
from sekisho.keys.errors import KeyDestroyed
from tests.calls.stir import pki
from tests.calls.stir.pki import (
    CALLED,
    CALLER,
    DIVERTER,
    MIDDLE,
    MOMENT,
    NEXT,
    ORIGID,
    OTHER_URL,
    SIGNER,
    URL,
    Plan,
    der,
    judged,
    number,
    pem,
    request,
)

OWN = NumberSet.of(("81501234567",), (("81312345600", 50),))


def _signer(
    plan: Plan = SIGNER, own: NumberSet = OWN, *, key: Es256Key | None = None, url: str = URL
) -> NumberSigner:
    credential = establish(pem(plan, MIDDLE), pki.trust())
    return NumberSigner(key or pki.pem_key(plan.subject), credential, url, own)


def _shaken(signer: NumberSigner, caller: str = CALLER) -> str:
    return signer.sign_shaken(
        caller=number(caller), dest=(number(CALLED),), attestation=Attestation.FULL, origid=ORIGID, moment=MOMENT,
        revocations=pki.revocations(),
    )


def test_what_is_signed_holds() -> None:
    """A SHAKEN and a plain header of ours are valid to our own verification."""
    shaken = judged(_shaken(_signer()))
    assert isinstance(shaken, Valid)
    assert shaken.number_vouched_for
    plain = _signer().sign(
        caller=number(CALLER), dest=(number(CALLED),), moment=MOMENT, revocations=pki.revocations()
    )
    assert isinstance(judged(plain), Valid)


def test_a_diversion_of_ours_holds() -> None:
    """The number called passes the call on; caller and original stay the origin's."""
    signer = _signer(DIVERTER, NumberSet.of((CALLED,)), url=OTHER_URL)
    passed_on = signer.sign_diversion(
        caller=number(CALLER), diverted=number(CALLED), dest=(number(NEXT),), moment=MOMENT,
        revocations=pki.revocations(),
    )
    found = judged(sent=request(_shaken(_signer()), passed_on, target=NEXT))
    assert isinstance(found, Valid)
    assert found.reach is Reach.DIVERTED
    with pytest.raises(NotOwnNumber):
        signer.sign_diversion(
            caller=number(CALLER), diverted=number(NEXT), dest=(number(NEXT),), moment=MOMENT,
            revocations=pki.revocations(),
        )


@pytest.mark.parametrize("caller", ["81312345650", "81501234568", "0312345601", "112"])
def test_no_number_but_an_own_one_is_signed(caller: str) -> None:
    """Not the next of the range (though the certificate has it), not another, not another spelling."""
    with pytest.raises(NotOwnNumber):
        _shaken(_signer(), caller)


def test_no_address_is_signed() -> None:
    """An address isn't a number of ours, whatever it says."""
    with pytest.raises(NotOwnNumber):
        _signer().sign(
            caller=Party(PartyKind.ADDRESS, CALLER), dest=(number(CALLED),), moment=MOMENT,
            revocations=pki.revocations(),
        )


@pytest.mark.parametrize(
    "own", [NumberSet(), NumberSet.of(("81312345700",)), NumberSet.of((), (("81312345650", 51),))]
)
def test_own_numbers_lie_within_the_certificate(own: NumberSet) -> None:
    """None, one outside, a range that runs out of it: no signer is made."""
    with pytest.raises(OwnNumbersNotCovered):
        _signer(own=own)


def test_a_providers_certificate_leaves_the_numbers_to_the_operator() -> None:
    """It lists no numbers, so the operator's own list alone says which are signed."""
    signer = _signer(pki.provider("1234"), NumberSet.of((CALLER,)))
    assert _shaken(signer)
    with pytest.raises(NotOwnNumber):
        _shaken(signer, "81312345602")


def test_key_and_certificate_belong_together() -> None:
    """Another key's signatures would be refused everywhere; no signer is made with it."""
    with pytest.raises(KeyDiffers):
        _signer(key=pki.pem_key("stranger"))
    other = ec.generate_private_key(ec.SECP384R1())
    with pytest.raises(KeyDiffers):
        PemKey(other.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                   serialization.NoEncryption()))
    with pytest.raises(InfoWrong):
        _signer(url="http://sti.example.jp/signer.pem")


def test_nothing_is_signed_that_we_would_refuse() -> None:
    """Expired, revocation unknown, no destination, a claim our certificate forbids."""
    signer = _signer()
    for dest in ((), (number(CALLED),) * 33):
        with pytest.raises(NothingToSign):
            signer.sign(caller=number(CALLER), dest=dest, moment=MOMENT, revocations=pki.revocations())
    with pytest.raises(RevocationUnknown):
        signer.sign(caller=number(CALLER), dest=(number(CALLED),), moment=MOMENT, revocations=Revocations.NONE)
    later = MOMENT + timedelta(days=31)
    with pytest.raises(Expired):
        signer.sign(caller=number(CALLER), dest=(number(CALLED),), moment=later, revocations=pki.revocations())
    only_b = der(0x30, der(0xA1, der(0x30, der(0x30, der(0x16, b"attest"), der(0x30, der(0x0C, b"B"))))))
    constrained = replace(SIGNER, extensions=(*SIGNER.extensions, (JWT_CLAIM_CONSTRAINTS, False, only_b)))
    with pytest.raises(ClaimNotPermitted):
        _shaken(_signer(constrained))
    held = pki.store((constrained, MIDDLE))
    found = judged(pki.identity(), held=held)
    assert not isinstance(found, Valid)
    assert (found.fault.reason, found.fault.answer.code) == ("stir_claim_not_permitted", 438)


@pytest.fixture
def ring(tmp_path: Path) -> FileKeyring:
    """A keyring in a directory."""
    file = tmp_path / "ring.key"
    make_key_file(file, RealDisk())
    return FileKeyring.make(tmp_path / "ring", KeyFile(file))


def test_a_key_in_the_keyring_signs_until_its_life_ends(ring: FileKeyring) -> None:
    """The same name gives the same key each time, another another; destroyed, it signs nothing more, from that on."""
    for name in ("calls/stir/2026", "calls/stir/2027"):
        ring.create(name)
    key = KeyringKey(ring, "calls/stir/2026")
    again, other = KeyringKey(ring, "calls/stir/2026"), KeyringKey(ring, "calls/stir/2027")
    assert key.public_key.public_numbers() == again.public_key.public_numbers()
    assert key.public_key.public_numbers() != other.public_key.public_numbers()

    plan = replace(SIGNER, public=key.public_key)
    held = CredentialStore(pki.trust())
    chain = pem(plan, MIDDLE)
    held.put(URL, chain, at=MOMENT)
    signer = NumberSigner(key, establish(chain, pki.trust()), URL, OWN)
    assert isinstance(judged(_shaken(signer), held=held), Valid)

    ring.destroy("calls/stir/2027", at=MOMENT, reason="test")
    assert isinstance(judged(_shaken(signer), held=held), Valid)
    with pytest.raises(KeyDestroyed):
        other.sign(b"a.b")
    ring.destroy("calls/stir/2026", at=MOMENT, reason="test")
    with pytest.raises(KeyDestroyed):
        _shaken(signer)
