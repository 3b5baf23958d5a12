"""Every verifier there is: what reads which kind of raw evidence, and what nobody may attest because of it.

A new kind is one line in :data:`VERIFIERS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sekisho.contracts.evidence.commercial_register.kind import COMMERCIAL_REGISTER
from sekisho.contracts.evidence.digital_auth_app.kind import DIGITAL_AUTH_APP
from sekisho.contracts.evidence.driving_licence.kind import DRIVING_LICENCE
from sekisho.contracts.evidence.face_match.kind import FACE_MATCH
from sekisho.contracts.evidence.gbizid.kind import GBIZID, GBIZID_AFFILIATION
from sekisho.contracts.evidence.jpki.kind import JPKI
from sekisho.contracts.evidence.mdoc.kind import SMARTPHONE_CARD
from sekisho.contracts.evidence.mynumber_card.kind import MYNUMBER_CARD
from sekisho.contracts.evidence.passport.kind import PASSPORT
from sekisho.contracts.evidence.reauthentication.kind import PASSKEY, REAUTHENTICATION
from sekisho.contracts.evidence.registry.kind import CORPORATE_NUMBER, REGISTRY_INFORMATION
from sekisho.contracts.evidence.reliance.kind import RELIANCE
from sekisho.contracts.evidence.residence_card.kind import RESIDENCE_CARD
from sekisho.contracts.evidence.verifier import TrustUse, Verifier

_ALL: tuple[Verifier, ...] = (
    JPKI,
    PASSPORT,
    COMMERCIAL_REGISTER,
    CORPORATE_NUMBER,
    REGISTRY_INFORMATION,
    SMARTPHONE_CARD,
    FACE_MATCH,
    RESIDENCE_CARD,
    DRIVING_LICENCE,
    MYNUMBER_CARD,
    DIGITAL_AUTH_APP,
    GBIZID,
    GBIZID_AFFILIATION,
    RELIANCE,
    REAUTHENTICATION,
    PASSKEY,
)

VERIFIERS: Mapping[str, Verifier] = MappingProxyType({one.kind: one for one in _ALL})
"""By the name on the command line and in ``raw.format``, in the order in which people are told."""


def verifier_for(evidence: str, attributes: Mapping[str, object]) -> Verifier | None:
    """The verifier that makes items of this kind with these attributes, so that they count only as its result."""
    for verifier in VERIFIERS.values():
        if any(covered.holds(evidence, attributes) for covered in verifier.covers):
            return verifier
    return None


def uses() -> dict[str, TrustUse]:
    """Every use of trust files by its name. A use that several verifiers share is one."""
    return {use.name: use for verifier in VERIFIERS.values() for use in verifier.uses}
