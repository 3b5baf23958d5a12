"""登記情報 through a gateway of the operator's own, in a small JSON interface.

登記情報提供サービス answers people with a PDF and has no interface for programs that a private firm may count on [U].
An operator that has one (a contract with the designated body, or a gateway that fetches for its staff) puts this in
front of it:

``GET {base}/registry-information?number=13-DIGITS`` with ``Authorization: Bearer KEY``, answered by ::

    {"source": "registry_information_service", "number": "…", "found": true, "name": "…", "head_office": "…",
     "closed_on": null, "in_liquidation": false, "officers": [{"title": "代表取締役", "name": "…"}]}

``found: false`` comes with source and number alone. What the gateway says of its source is the operator's to stand for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from sekisho.contracts.adapters.bounded_http import TIMEOUT_SECONDS, Host, Key, NoAnswer, get
from sekisho.contracts.errors import ApplicationRefused
from sekisho.contracts.evidence.document_fields import Fields
from sekisho.contracts.evidence.registry.company import CorporateNumber
from sekisho.contracts.evidence.registry.errors import CorporateNumberWrong
from sekisho.contracts.evidence.registry.model import Company, Lookup, Officer, Source
from sekisho.contracts.evidence.registry.profile import MAX_NAME, MAX_OFFICERS

MAX_ANSWER_BYTES: Final = 64 * 1024
"""A register extract with 200 officers is about 30 KiB."""


@dataclass(frozen=True, slots=True)
class RegistryInformationHttp:
    """A ``CorporateRegistry`` over HTTP. Thread-safe; keeps no connection."""

    host: Host
    key: Key
    timeout: float = TIMEOUT_SECONDS

    @classmethod
    def at(cls, base: str, key_file: Path) -> RegistryInformationHttp:
        """The gateway at ``base``, with the key in ``key_file``."""
        return cls(Host(base), Key.read(key_file))

    def registered(self, number: CorporateNumber, moment: datetime) -> Lookup:
        """As ``CorporateRegistry.registered``; never raises for what the gateway does."""
        try:
            body = get(
                self.host,
                "/registry-information",
                query={"number": number.digits},
                limit=MAX_ANSWER_BYTES,
                bearer=self.key,
                timeout=self.timeout,
            )
            source, company = _read(body)
        except NoAnswer as error:
            return Lookup.failed(Source.REGISTRY_INFORMATION, moment, self.host.name, str(error))
        except (ApplicationRefused, CorporateNumberWrong) as error:
            return Lookup.failed(Source.REGISTRY_INFORMATION, moment, self.host.name, f"unintelligible: {error.reason}")
        return Lookup.of(source, moment, self.host.name, company)


def _read(body: bytes) -> tuple[Source, Company | None]:
    optional = {"name", "head_office", "closed_on", "in_liquidation", "officers"}
    root = Fields.of(body, required={"source", "number", "found"}, optional=optional)
    source = Source(root.choice("source", tuple(one.value for one in Source)))
    number = CorporateNumber(root.text("number"))
    if not root.truth("found"):
        return source, None
    closed_on: date | None = root.day("closed_on") if root.given("closed_on") else None
    officers = tuple(
        Officer(one.text("title", limit=MAX_NAME), one.text("name", limit=MAX_NAME))
        for one in root.objects("officers", required={"title", "name"}, limit=MAX_OFFICERS)
    )
    return source, Company(
        number,
        root.text("name", limit=MAX_NAME),
        root.text("head_office"),
        closed_on,
        in_liquidation=root.truth("in_liquidation") if root.given("in_liquidation") else False,
        officers=officers,
    )
