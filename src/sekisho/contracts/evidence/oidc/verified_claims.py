"""``verified_claims`` (OpenID Connect for Identity Assurance 1.0; Identity Assurance Schema Definition 1.0).

Reads what a provider says it verified, under which framework, by which process and when. Believes nothing of it beyond
that the provider said so: which words of a provider stand for which method is for the two firms to agree.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sekisho.contracts.evidence.oidc import messages
from sekisho.contracts.evidence.oidc.errors import (
    MessageMalformed,
    MessageTooLarge,
    TrustFrameworkDiffers,
    VerifiedClaimsAmbiguous,
    VerifiedClaimsMissing,
)

MEMBER: Final = "verified_claims"
MAX_SETS: Final = 8
"""Sets of verified claims in one answer: frameworks and sources a provider could keep apart."""
MAX_EVIDENCE: Final = 20
"""Pieces of evidence behind one verification."""
EVIDENCE_TYPES: Final = frozenset({"document", "electronic_record", "vouch", "electronic_signature"})
"""Identity Assurance Schema Definition 1.0, section 5.4."""


@dataclass(frozen=True, slots=True)
class EvidenceRecord:
    """One piece of evidence the provider used: its type, the kind of record where it names one, and when."""

    type: str
    record: str | None
    time: datetime | None


@dataclass(frozen=True, slots=True)
class Verification:
    """How, when and under what the provider verified. ``process`` is its reference to its own record."""

    trust_framework: str
    assurance_level: str | None
    policy: str | None
    procedure: str | None
    time: datetime | None
    process: str | None = field(repr=False)
    evidence: tuple[EvidenceRecord, ...]


@dataclass(frozen=True, slots=True)
class ClaimSet:
    """One set: the verification, and the claims it covers (personal data)."""

    verification: Verification
    claims: Mapping[str, Any] = field(repr=False)


def one_of_frameworks(holders: tuple[Mapping[str, Any], ...], frameworks: Set[str]) -> ClaimSet:
    """The one set under one of ``frameworks`` in these claims (of userinfo and ID token).

    Raises ``VerifiedClaimsMissing`` where there is no set, ``TrustFrameworkDiffers`` where there are only others,
    ``VerifiedClaimsAmbiguous`` where several fit.
    """
    sets = [found for holder in holders for found in _sets(holder)]
    if not sets:
        raise VerifiedClaimsMissing(member=MEMBER)
    fitting = [one for one in sets if one.verification.trust_framework in frameworks]
    if not fitting:
        found = ", ".join(sorted({one.verification.trust_framework for one in sets}))
        raise TrustFrameworkDiffers(found=found[:200], expected=" / ".join(sorted(frameworks)))
    if len(fitting) > 1:
        raise VerifiedClaimsAmbiguous
    return fitting[0]


def _sets(holder: Mapping[str, Any]) -> list[ClaimSet]:
    if MEMBER not in holder:
        return []
    written = holder[MEMBER]
    listed = written if isinstance(written, list) else [written]
    if len(listed) > MAX_SETS:
        raise MessageTooLarge(what=MEMBER, limit=f"{MAX_SETS} sets")
    if not listed or not all(isinstance(one, dict) for one in listed):
        raise MessageMalformed(what=MEMBER, problem="not an object or a list of objects")
    return [_set(one) for one in listed]


def _set(written: Mapping[str, Any]) -> ClaimSet:
    said = messages.object_member(written, "verification", what=MEMBER)
    process = messages.object_member(said, "assurance_process", what=MEMBER) if "assurance_process" in said else {}
    verification = Verification(
        trust_framework=messages.text(said, "trust_framework", what=MEMBER, limit=200),
        assurance_level=messages.optional_text(said, "assurance_level", what=MEMBER, limit=200),
        policy=messages.optional_text(process, "policy", what=MEMBER, limit=200),
        procedure=messages.optional_text(process, "procedure", what=MEMBER, limit=200),
        time=messages.rfc3339(said, "time", what=MEMBER) if "time" in said else None,
        process=messages.optional_text(said, "verification_process", what=MEMBER, limit=200),
        evidence=_evidence(said),
    )
    return ClaimSet(verification, messages.object_member(written, "claims", what=MEMBER))


def _evidence(said: Mapping[str, Any]) -> tuple[EvidenceRecord, ...]:
    if "evidence" not in said:
        return ()
    listed = said["evidence"]
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise MessageMalformed(what=MEMBER, problem="evidence is not a list of objects")
    if len(listed) > MAX_EVIDENCE:
        raise MessageTooLarge(what=MEMBER, limit=f"{MAX_EVIDENCE} pieces of evidence")
    return tuple(_record(one) for one in listed)


def _record(one: Mapping[str, Any]) -> EvidenceRecord:
    kind = messages.text(one, "type", what=MEMBER, limit=100)
    if kind not in EVIDENCE_TYPES:
        raise MessageMalformed(what=MEMBER, problem=f"evidence type is one of {', '.join(sorted(EVIDENCE_TYPES))}")
    record = messages.object_member(one, "record", what=MEMBER) if "record" in one else {}
    details = one.get("check_details", [])
    if not isinstance(details, list) or len(details) > MAX_EVIDENCE or not all(isinstance(d, dict) for d in details):
        raise MessageMalformed(what=MEMBER, problem="check_details is not a short list of objects")
    times = [messages.rfc3339(each, "time", what=MEMBER) for each in (one, *details) if "time" in each]
    return EvidenceRecord(
        kind, messages.optional_text(record, "type", what=MEMBER, limit=200), max(times) if times else None
    )
