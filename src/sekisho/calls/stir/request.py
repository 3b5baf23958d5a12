"""What of a SIP request verification needs: taken as it came, and brought into canonical form."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from sekisho.calls.stir.errors import HeaderNotReadable
from sekisho.calls.stir.telephone import DialPlan, Party, party_of_uri

_DATE = re.compile(r"[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT", re.ASCII)


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request's headers as received. URIs are bare: no display name, no angle brackets, no header parameters.

    ``asserted`` is P-Asserted-Identity's URI where a trusted network sent one; it counts before ``from_uri``
    (RFC 8224 §4.1, local policy). ``request_uri`` is where the call goes now; ``date`` is needed for compact forms.
    """

    identities: tuple[str, ...]
    from_uri: str
    to_uri: str
    request_uri: str | None = None
    asserted: str | None = None
    date: str | None = None

    def parties(self, plan: DialPlan) -> tuple[Party, Party, Party]:
        """Caller, called (To) and target; raises ``NumberNotReadable``."""
        called = party_of_uri(self.to_uri, plan)
        target = called if self.request_uri is None else party_of_uri(self.request_uri, plan)
        return party_of_uri(self.asserted or self.from_uri, plan), called, target

    def dated(self) -> datetime | None:
        """The Date header (RFC 3261 §20.17: GMT only); raises ``HeaderNotReadable``."""
        if self.date is None:
            return None
        text = self.date.strip(" \t")
        if not _DATE.fullmatch(text):
            raise HeaderNotReadable(expected="Date as RFC 3261 writes it")
        try:
            return parsedate_to_datetime(text).replace(tzinfo=UTC)
        except ValueError:
            raise HeaderNotReadable(expected="a Date that exists") from None
