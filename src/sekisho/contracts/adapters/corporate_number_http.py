"""国税庁法人番号公表サイト over its Web-API (Ver. 4): one number, without its history.

``GET {base}/4/num?id=APPLICATION-ID&number=13-DIGITS&type=12&history=0`` [C2]; the application id is the one the
National Tax Agency issued to the operator, read from a file. The question holds a corporate number and nothing of the
applicant.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sekisho.contracts.adapters.bounded_http import TIMEOUT_SECONDS, Host, Key, NoAnswer, get
from sekisho.contracts.evidence.registry.company import CorporateNumber
from sekisho.contracts.evidence.registry.model import Lookup, Source
from sekisho.contracts.evidence.registry.web_api import MAX_ANSWER_BYTES, ResponseType, Unintelligible, read_answer

OFFICIAL: Final = "https://api.houjin-bangou.nta.go.jp"
"""The site's own API host [C2]. Answers from any other host but a simulator's are no answers of the site."""


@dataclass(frozen=True, slots=True)
class CorporateNumberHttp:
    """A ``CorporateNumberSite`` over HTTP. Thread-safe; keeps no connection."""

    host: Host
    application_id: Key
    kind: ResponseType = ResponseType.XML
    timeout: float = TIMEOUT_SECONDS

    @classmethod
    def official(cls, key_file: Path, *, kind: ResponseType = ResponseType.XML) -> CorporateNumberHttp:
        """The real site, with the application id in ``key_file``."""
        return cls(Host(OFFICIAL), Key.read(key_file), kind)

    @property
    def source(self) -> Source:
        """Whose answers these are: a mirror or a vendor may be right, and isn't who the Ordinance names."""
        official = self.host.base.rstrip("/") == OFFICIAL or self.host.is_loopback
        return Source.CORPORATE_NUMBER_SITE if official else Source.OTHER

    def published(self, number: CorporateNumber, moment: datetime) -> Lookup:
        """As ``CorporateNumberSite.published``; never raises for what the site does."""
        query = {
            "id": self.application_id.value,
            "number": number.digits,
            "type": self.kind.value,
            "history": "0",
        }
        try:
            body = get(self.host, "/4/num", query=query, limit=MAX_ANSWER_BYTES, timeout=self.timeout)
            found = read_answer(body, self.kind)
        except (NoAnswer, Unintelligible) as error:
            return Lookup.failed(self.source, moment, self.host.name, str(error))
        return Lookup.of(self.source, moment, self.host.name, found.company)
