"""What two firms agreed on, as the section ``reliance`` of a provider file.

::

    "reliance": {"party": "carrier", "name": "見本モバイル", "agreement": "AG-2026-01",
                 "trust_frameworks": ["jp_mpiupa"],
                 "assurance_levels": ["…"],                          optional: those accepted
                 "procedures": {"jpki_signature": "jpki"},            the other firm's words → the catalogue's
                 "strong_acr": ["urn:example:two-factors"],           classes with two different factors
                 "latest": {"record": "…", "within_days": 30},        optional: what shows that items are new
                 "claims": ["name", "address", "birthdate"]}          asked for, and without which nothing is relied on

No standard says what a procedure's or class's name stands for: that is why it must be agreed on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sekisho.contracts.evidence.oidc import messages
from sekisho.contracts.evidence.reliance.errors import AgreementRefused
from sekisho.contracts.evidence.reliance.profile import (
    MAX_PROCEDURES,
    MAX_WITHIN,
    PARTIES,
    PROOFINGS,
    TRUST_FRAMEWORKS,
)

_WHAT: Final = "reliance"
_REQUIRED: Final = frozenset({"party", "name", "agreement", "trust_frameworks", "procedures", "strong_acr", "claims"})
_OPTIONAL: Final = frozenset({"assurance_levels", "latest"})
CLAIMS: Final = frozenset({"name", "family_name", "given_name", "address", "birthdate"})
"""Claims that can be asked for: the items of identity, and nothing else of the person."""


@dataclass(frozen=True, slots=True)
class Freshness:
    """The kind of record by which the other firm shows that items are current, and how old it may be."""

    record: str
    within: timedelta


@dataclass(frozen=True, slots=True)
class Agreement:
    """The agreement, read. ``assurance_levels`` empty: none was agreed on, and none is asked."""

    party: str
    name: str
    id: str
    trust_frameworks: frozenset[str]
    assurance_levels: frozenset[str]
    procedures: Mapping[str, str]
    strong_acr: frozenset[str]
    latest: Freshness | None
    claims: frozenset[str]

    def request(self) -> dict[str, Any]:
        """The ``claims`` parameter (OpenID Connect Core section 5.5, Identity Assurance section 7) that asks for it."""
        asked = {
            "verification": {
                "trust_framework": {"values": sorted(self.trust_frameworks)},
                "assurance_level": None,
                "assurance_process": {"policy": None, "procedure": None},
                "time": None,
                "verification_process": None,
                "evidence": [{"type": {"value": "electronic_record"}, "check_details": None, "record": None}],
            },
            "claims": {name: {"essential": True} for name in sorted(self.claims)},
        }
        essential = {"essential": True}
        return {"userinfo": {"verified_claims": asked}, "id_token": {"auth_time": essential, "acr": essential}}


def read_agreement(written: Mapping[str, Any]) -> Agreement:
    """The section; ``AgreementRefused`` says what is wrong, ``MessageMalformed`` which member is of another form."""
    for member in sorted(written.keys() - _REQUIRED - _OPTIONAL):
        raise AgreementRefused(problem=f"unknown member {ascii(member)[1:-1][:40]}")
    party = messages.text(written, "party", what=_WHAT)
    if party not in PARTIES:
        raise AgreementRefused(problem=f"party is one of {', '.join(PARTIES)}")
    levels = messages.texts(written, "assurance_levels", what=_WHAT, most=20) if "assurance_levels" in written else ()
    return Agreement(
        party,
        messages.text(written, "name", what=_WHAT, limit=200),
        messages.text(written, "agreement", what=_WHAT, limit=200),
        _some_of(written, "trust_frameworks", TRUST_FRAMEWORKS),
        frozenset(levels),
        _procedures(written),
        frozenset(messages.texts(written, "strong_acr", what=_WHAT, most=20)),
        _freshness(messages.object_member(written, "latest", what=_WHAT)) if "latest" in written else None,
        _some_of(written, "claims", CLAIMS),
    )


def _some_of(written: Mapping[str, Any], name: str, known: frozenset[str]) -> frozenset[str]:
    found = frozenset(messages.texts(written, name, what=_WHAT, most=20))
    if not found or not found <= known:
        raise AgreementRefused(problem=f"{name} is some of {', '.join(sorted(known))}")
    return found


def _procedures(written: Mapping[str, Any]) -> Mapping[str, str]:
    found = messages.object_member(written, "procedures", what=_WHAT)
    if not 0 < len(found) <= MAX_PROCEDURES or not all(isinstance(v, str) and v in PROOFINGS for v in found.values()):
        raise AgreementRefused(problem=f"procedures maps 1 to {MAX_PROCEDURES} names to {', '.join(PROOFINGS)}")
    return found


def _freshness(written: Mapping[str, Any]) -> Freshness:
    days = written.get("within_days")
    if set(written) != {"record", "within_days"} or not isinstance(days, int) or isinstance(days, bool):
        raise AgreementRefused(problem="latest has record and within_days, a whole number")
    if not 0 <= days <= MAX_WITHIN.days:
        raise AgreementRefused(problem=f"within_days is 0 to {MAX_WITHIN.days}")
    return Freshness(messages.text(written, "record", what=_WHAT, limit=200), timedelta(days=days))
