"""Signing (RFC 8224 §6.1): for the operator's own numbers, and for calls its own numbers divert. For nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sekisho.calls.stir.credential import Credential
from sekisho.calls.stir.identity_header import require_https, write_identity_header
from sekisho.calls.stir.key import Es256Key
from sekisho.calls.stir.number_set import NumberSet
from sekisho.calls.stir.passport import (
    MAX_DESTINATIONS,
    Attestation,
    Kind,
    base_document,
    encode,
    header_document,
    read_claims,
    signing_input,
)
from sekisho.calls.stir.refusals import KeyDiffers, NothingToSign, NotOwnNumber, OwnNumbersNotCovered
from sekisho.calls.stir.revocation import Revocations
from sekisho.calls.stir.telephone import Party, PartyKind


@dataclass(frozen=True, slots=True)
class NumberSigner:
    """Signs for ``own`` numbers with ``key``, whose certificate stands at ``url``.

    Made only where key and certificate belong together and ``own`` lies within what the certificate is for. A
    certificate for a provider alone lists no numbers: then ``own`` is the operator's word.
    """

    key: Es256Key = field(repr=False)
    credential: Credential
    url: str
    own: NumberSet

    def __post_init__(self) -> None:
        """Raises :class:`KeyDiffers`, :class:`OwnNumbersNotCovered` or ``InfoWrong``."""
        require_https(self.url)
        if self.key.public_key.public_numbers() != self.credential.public_key.public_numbers():
            raise KeyDiffers
        listed = self.credential.authorization
        if not self.own:
            raise OwnNumbersNotCovered(number="none")
        if not listed.provider_codes:
            outside = self.own.first_outside(listed.numbers)
            if outside is not None:
                raise OwnNumbersNotCovered(number=outside)

    def sign(
        self, *, caller: Party, dest: tuple[Party, ...], moment: datetime, revocations: Revocations
    ) -> str:
        """An Identity header's value with a plain PASSporT (RFC 8225)."""
        self._require_own(caller)
        return self._signed(Kind.BASE, caller, dest, moment, revocations, {})

    def sign_shaken(
        self,
        *,
        caller: Party,
        dest: tuple[Party, ...],
        attestation: Attestation,
        origid: str,
        moment: datetime,
        revocations: Revocations,
    ) -> str:
        """An Identity header's value with a SHAKEN PASSporT (RFC 8588). ``origid`` is the caller's to make (a UUID).

        Which attestation is true is the caller's to know: an own number says nothing of who is using it.
        """
        self._require_own(caller)
        more = {"attest": attestation.value, "origid": origid}
        return self._signed(Kind.SHAKEN, caller, dest, moment, revocations, more)

    def sign_diversion(
        self, *, caller: Party, diverted: Party, dest: tuple[Party, ...], moment: datetime, revocations: Revocations
    ) -> str:
        """An Identity header's value with a ``div`` PASSporT (RFC 8946 §4.1): ``diverted`` passes a call on.

        It is added beside the original's header, which must have been verified before: ``caller`` is what that signed.
        """
        self._require_own(diverted)
        more = {"div": {diverted.kind.value: diverted.value}}
        return self._signed(Kind.DIVERSION, caller, dest, moment, revocations, more)

    def _require_own(self, party: Party) -> None:
        if party.kind is not PartyKind.NUMBER or party.value not in self.own:
            raise NotOwnNumber

    def _signed(
        self,
        kind: Kind,
        caller: Party,
        dest: tuple[Party, ...],
        moment: datetime,
        revocations: Revocations,
        more: dict[str, Any],
    ) -> str:
        if not 1 <= len(dest) <= MAX_DESTINATIONS:
            raise NothingToSign(expected=f"1 to {MAX_DESTINATIONS} destinations")
        # Our own certificate is held to what we ask of others', so that nothing is signed that we would refuse.
        self.credential.require_current(moment, revocations, signed_at=moment)
        claims = base_document(orig=caller, dest=dest, iat=int(moment.timestamp())) | more
        read_claims(claims, kind)
        self.credential.constraints.require(claims)
        header = header_document(x5u=self.url, ppt=kind.value)
        signed = signing_input(header, claims)
        token = f"{signed.decode('ascii')}.{encode(self.key.sign(signed))}"
        return write_identity_header(token, info=self.url, ppt=kind.value or None)
