"""Every field of what a passport's chip gives, and how the verifier treats it: nothing is taken or passed over unsaid.

Names: the files as they are sent, then ``sod.``, ``signer.`` (the SignerInfo), ``certificate.``, ``mrz.`` and ``DG1``
to ``DG16``. A test holds them against the models.
"""

from __future__ import annotations

from typing import Final

from sekisho.contracts.evidence.passport.steps import STEPS
from sekisho.contracts.evidence.steps import FieldAccount, FieldUse, Treatment

_IMAGE = "its digest is checked; what it shows is for people or for a face match to judge"
_CLOSED = "needs the state's permission to read (ICAO 9303-11 §7.1); its digest is checked where it is given"
_MORE = "its digest is checked where it is given; no rule asks for what it holds"


def _verified(name: str, step: int) -> FieldUse:
    return FieldUse(name, Treatment.VERIFIED, step)


def _optional(name: str, step: int) -> FieldUse:
    return FieldUse(name, Treatment.OPTIONAL, step)


def _ignored(name: str, reason: str) -> FieldUse:
    return FieldUse(name, Treatment.IGNORED, reason=reason)


def _taken(name: str, reason: str) -> FieldUse:
    return FieldUse(name, Treatment.UNVERIFIABLE, reason=reason)


FIELDS: Final = FieldAccount(
    STEPS,
    (
        # --- the files as sent ---
        _verified("sod", 4),
        _verified("groups", 2),
        _optional("com", 1),
        _optional("signer", 4),
        _optional("active", 9),
        _taken("reader", "the reading application vouches for it; it changes no answer"),
        # --- EF.SOD ---
        _verified("sod.content_type", 1),
        _verified("sod.content", 3),
        _verified("sod.certificates", 4),
        _verified("sod.signer", 4),
        _verified("sod.digest", 1),
        _verified("sod.digests", 2),
        _ignored("sod.digest_algorithms", "repeats the signer's own, which is what counts (RFC 5652 §5.1)"),
        _ignored("sod.crls", "a list that comes with the evidence can't speak for the issuer"),
        _ignored("sod.lds_version", "nothing read here differs between the versions"),
        _verified("signer.issuer", 4),
        _verified("signer.serial", 4),
        _verified("signer.subject_key", 4),
        _verified("signer.digest", 3),
        _verified("signer.signed", 4),
        _verified("signer.content_type", 3),
        _verified("signer.message_digest", 3),
        _optional("signer.signing_time", 5),
        _verified("signer.algorithm", 4),
        _verified("signer.signature", 4),
        _ignored("signer.unsigned_attributes", "nobody signed them"),
        # --- the signer's certificate ---
        _verified("certificate.encoded", 0),
        _verified("certificate.signed_part", 5),
        _verified("certificate.algorithm", 5),
        _verified("certificate.signature", 5),
        _verified("certificate.serial", 8),
        _verified("certificate.issuer", 5),
        _verified("certificate.subject", 7),
        _verified("certificate.not_before", 5),
        _verified("certificate.not_after", 5),
        _verified("certificate.spki", 4),
        _verified("certificate.is_ca", 4),
        _ignored("certificate.path_length", "read for authorities, which issue only signers here: no path is longer"),
        _verified("certificate.key_usage", 4),
        _optional("certificate.subject_key", 4),
        _optional("certificate.authority_key", 5),
        _optional("certificate.key_from", 5),
        _optional("certificate.key_until", 5),
        _verified("certificate.extended_usage", 4),
        # --- the machine-readable zone ---
        _verified("mrz.code", 6),
        _verified("mrz.issuer", 7),
        _optional("mrz.surname", 6),
        _optional("mrz.given", 6),
        _optional("mrz.name_cut", 6),
        _verified("mrz.number", 6),
        _ignored("mrz.nationality", "signed with the rest; no rule asks for it"),
        _verified("mrz.birth", 6),
        _ignored("mrz.sex", "signed with the rest; no rule asks for it"),
        _verified("mrz.expiry", 10),
        _ignored("mrz.personal_number", "only its check digit is looked at: some states' numbers may not be kept"),
        # --- the data groups ---
        _verified("DG1", 2),
        _optional("DG2", 2),
        _ignored("DG3", _CLOSED),
        _ignored("DG4", _CLOSED),
        _ignored("DG5", _IMAGE),
        _ignored("DG6", "reserved (ICAO 9303-10, table 36)"),
        _ignored("DG7", _IMAGE),
        _ignored("DG8", "reserved (ICAO 9303-10, table 36)"),
        _ignored("DG9", "reserved (ICAO 9303-10, table 36)"),
        _ignored("DG10", "reserved (ICAO 9303-10, table 36)"),
        _ignored("DG11", _MORE),
        _ignored("DG12", _MORE),
        _ignored("DG13", _MORE),
        _optional("DG14", 9),
        _optional("DG15", 9),
        _ignored("DG16", _MORE),
    ),
)
"""The account. A group that is "ignored" is still refused if it isn't listed in EF.SOD or its digest differs."""
