"""Every field of a submission and of a result, and how the verifier treats it."""

from __future__ import annotations

from typing import Final

from sekisho.contracts.evidence.face_match.steps import STEPS
from sekisho.contracts.evidence.steps import FieldAccount, FieldUse, Treatment

_V, _U, _O, _I = Treatment.VERIFIED, Treatment.UNVERIFIABLE, Treatment.OPTIONAL, Treatment.IGNORED
_BY_PROVIDER = "the provider vouches for it by its signature; no face is compared here"

FIELDS: Final = FieldAccount(
    STEPS,
    (
        FieldUse("match.result", _V, 3),
        FieldUse("match.photos", _O, 9),
        FieldUse("result.algorithm", _V, 2),
        FieldUse("result.kid", _V, 2),
        FieldUse("result.signed", _V, 3),
        FieldUse("result.payload", _V, 3),
        FieldUse("result.signature", _V, 3),
        FieldUse("result.typ", _V, 1),
        FieldUse("claims.issuer", _V, 4),
        FieldUse("claims.audience", _V, 4),
        FieldUse("claims.issued_at", _V, 5),
        FieldUse("claims.not_before", _O, 5),
        FieldUse("claims.expires_at", _V, 5),
        FieldUse("claims.jti", _I, reason="the provider's own number; once-only use is the nonce's matter"),
        FieldUse("claims.transaction", _V, 6),
        FieldUse("claims.nonce", _O, 6),
        FieldUse("claims.product", _O, 7),
        FieldUse("claims.score", _U, 10, _BY_PROVIDER),
        FieldUse("claims.threshold", _V, 10),
        FieldUse("claims.decision", _U, 10, _BY_PROVIDER),
        FieldUse("claims.liveness", _U, 8, _BY_PROVIDER),
        FieldUse("claims.reference_sha256", _O, 9),
        FieldUse("claims.unknown", _I, reason="signed by the provider and without meaning here; step 4 counts them"),
    ),
)
"""The account."""
