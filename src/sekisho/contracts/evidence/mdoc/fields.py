"""Every field of a submission, a response and a security object, and how the verifier treats it.

Names: those of ISO/IEC 18013-5's structures, each after its place. A test holds them against the models.
"""

from __future__ import annotations

from typing import Final

from sekisho.contracts.evidence.mdoc.steps import STEPS
from sekisho.contracts.evidence.steps import FieldAccount, FieldUse, Treatment

_V, _U, _O, _I = Treatment.VERIFIED, Treatment.UNVERIFIABLE, Treatment.OPTIONAL, Treatment.IGNORED

FIELDS: Final = FieldAccount(
    STEPS,
    (
        # --- as sent ---
        FieldUse("submission.device_response", _V, 2),
        FieldUse("submission.issuer_signed", _V, 2),
        FieldUse("submission.nonce", _O, 1),
        # --- DeviceResponse ---
        FieldUse("response.version", _V, 2),
        FieldUse("response.status", _V, 2),
        FieldUse("response.documents", _V, 2),
        FieldUse("response.documentErrors", _I, reason="says what the phone didn't send; what is needed is asked for"),
        FieldUse("document.docType", _V, 6),
        FieldUse("document.issuerSigned", _V, 5),
        FieldUse("document.deviceSigned", _O, 12),
        FieldUse("document.errors", _I, reason="says what the phone didn't send; what is needed is asked for"),
        # --- the record as read ---
        FieldUse("record.document", _V, 6),
        FieldUse("record.items", _V, 7),
        FieldUse("record.issuer_auth", _V, 5),
        FieldUse("record.device", _O, 12),
        FieldUse("item.namespace", _V, 7),
        FieldUse("item.digest_number", _V, 7),
        FieldUse("item.random", _V, 7),
        FieldUse("item.identifier", _V, 7),
        FieldUse("item.value", _V, 10),
        FieldUse("item.encoded", _V, 7),
        FieldUse("device.namespaces", _V, 12),
        FieldUse("device.signature", _O, 12),
        FieldUse("device.mac", _I, reason="only the reader's private key can verify it; the report says so"),
        # --- COSE ---
        FieldUse("cose.protected", _V, 5),
        FieldUse("cose.algorithm", _V, 3),
        FieldUse("cose.chain", _V, 4),
        FieldUse("cose.payload", _V, 5),
        FieldUse("cose.signature", _V, 5),
        FieldUse("cose.kid", _I, reason="names a key; none is looked up by it"),
        FieldUse("cose.content_type", _I, reason="what the payload is follows from its place"),
        # --- MobileSecurityObject ---
        FieldUse("object.version", _V, 6),
        FieldUse("object.digest_algorithm", _V, 6),
        FieldUse("object.digests", _V, 7),
        FieldUse("object.device_key", _O, 12),
        FieldUse("object.document", _V, 6),
        FieldUse("object.validity", _V, 8),
        FieldUse(
            "object.has_status", _U, reason="where to ask about revocation; nobody here asks, and step 13 says so"
        ),
        FieldUse("object.unknown", _I, reason="signed by the issuer and without meaning here; step 6 counts them"),
        FieldUse("object.keyAuthorizations", _I, reason="for elements of the phone's own, which are refused"),
        FieldUse("object.keyInfo", _I, reason="about the phone's key; nothing is decided by it"),
        FieldUse("object.expectedUpdate", _I, reason="when the issuer means to renew it; its validity decides"),
        FieldUse("validity.signed", _V, 8),
        FieldUse("validity.first", _V, 8),
        FieldUse("validity.last", _V, 8),
        # --- the four items ---
        FieldUse("shown.name", _V, 10),
        FieldUse("shown.address", _V, 10),
        FieldUse("shown.birth_date", _V, 10),
        FieldUse(
            "shown.photo", _U, reason="the issuer signed it; what it shows is for a face match or people to judge"
        ),
        FieldUse("element.sex", _I, reason="no method of the Ordinance asks for it, so it makes no fact"),
        FieldUse("element.individual_number", _V, 2),
    ),
)
"""The account."""
