"""Lookups of companies in the shape of every verifier (:mod:`sekisho.contracts.evidence.verifier`).

Whom to ask isn't a trust file but a port: the operator's adapter is put in by :meth:`CorporateNumberVerifier.asking`.
Without one, as on the command line, step 1 says that nobody could be asked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from sekisho.contracts.evidence.registry.document import read_document
from sekisho.contracts.evidence.registry.model import StatedCompany
from sekisho.contracts.evidence.registry.ports import CorporateNumberSite, CorporateRegistry
from sekisho.contracts.evidence.registry.verify import (
    LookupResult,
    verify_corporate_number,
    verify_registry_information,
)
from sekisho.contracts.evidence.verifier import Asked, Covered, Person, Prepared, Trust, TrustUse, Verification
from sekisho.engine.facts import Text

_SITE_TITLE = Text("法人番号公表サイトの公表事項", "what is published about a corporate number")
_REGISTRY_TITLE = Text("登記情報提供サービスの登記情報", "registry information of the designated service")


@dataclass(frozen=True, slots=True)
class CorporateNumberVerifier:
    """The verifier of published corporate records: what is to be from the site is looked up there, not attested."""

    site: CorporateNumberSite | None = None
    kind: str = "corporate_number"
    title: Text = _SITE_TITLE
    covers: tuple[Covered, ...] = (Covered("public_corporate_record", {"from_official_site": frozenset({True})}),)
    attested_beside: frozenset[str] = frozenset()
    uses: tuple[TrustUse, ...] = ()

    def asking(self, site: CorporateNumberSite) -> Self:
        """The same verifier with somebody to ask."""
        return replace(self, site=site)

    def prepare(self, trust: Trust, *, moment: datetime) -> Prepared:  # noqa: ARG002  there are no trust files
        """As :meth:`Verifier.prepare`."""
        return PreparedCorporateNumber(self.site)


@dataclass(frozen=True, slots=True)
class PreparedCorporateNumber:
    """Lookups of corporate numbers at one site."""

    site: CorporateNumberSite | None

    def verify(self, raw: bytes, asked: Asked) -> Verification:
        """As :meth:`Prepared.verify`; asks the site."""
        document = read_document(raw)
        return _verification(
            verify_corporate_number(
                document.request, stated=_stated(asked, document.stated), moment=asked.moment, site=self.site
            )
        )


@dataclass(frozen=True, slots=True)
class RegistryVerifier:
    """The verifier of registry information.

    Covers nothing: the service has no interface for programs that a private firm may count on [U], so a clerk who
    obtained the information himself may attest what he saw, with his name and the time.
    """

    registry: CorporateRegistry | None = None
    kind: str = "registry_information"
    title: Text = _REGISTRY_TITLE
    covers: tuple[Covered, ...] = ()
    attested_beside: frozenset[str] = frozenset()
    uses: tuple[TrustUse, ...] = ()

    def asking(self, registry: CorporateRegistry) -> Self:
        """The same verifier with somebody to ask."""
        return replace(self, registry=registry)

    def prepare(self, trust: Trust, *, moment: datetime) -> Prepared:  # noqa: ARG002  there are no trust files
        """As :meth:`Verifier.prepare`."""
        return PreparedRegistry(self.registry)


@dataclass(frozen=True, slots=True)
class PreparedRegistry:
    """Lookups of registry information at one service."""

    registry: CorporateRegistry | None

    def verify(self, raw: bytes, asked: Asked) -> Verification:
        """As :meth:`Prepared.verify`; asks the service."""
        document = read_document(raw)
        return _verification(
            verify_registry_information(
                document.request, stated=_stated(asked, document.stated), moment=asked.moment, registry=self.registry
            )
        )


CORPORATE_NUMBER = CorporateNumberVerifier()
"""The verifier of published corporate records, with nobody to ask yet."""
REGISTRY_INFORMATION = RegistryVerifier()
"""The verifier of registry information, with nobody to ask yet."""


def _stated(asked: Asked, document: StatedCompany) -> StatedCompany:
    person = asked.about(Person(document.name, document.address))
    return StatedCompany(person.name, person.address)


def _verification(result: LookupResult) -> Verification:
    if result.verified is None:
        return Verification(result.report)
    found = result.verified.company
    return Verification(result.report, found.number.digits, Person(found.name, found.address))
