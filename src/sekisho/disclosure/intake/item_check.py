"""One question looked over: its identifier, its port, its time. Pure."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any, Final

from sekisho.disclosure.errors import CaseRefused
from sekisho.disclosure.intake.draft import DraftItem, Head
from sekisho.disclosure.intake.finding_words import Code
from sekisho.disclosure.intake.findings import Finding, shown
from sekisho.disclosure.intake.surroundings import Surroundings, is_private, is_reserved
from sekisho.disclosure.intake.times import BothWays, Span, TimeFault, Unread, read_ends, read_span
from sekisho.disclosure.kinds import CASE_TYPES, DataClass, Family
from sekisho.disclosure.reading import read_item
from sekisho.disclosure.record import UNITS, Item, ItemKind, Precision
from sekisho.logs.lookup.asked import read_protocol
from sekisho.logs.lookup.errors import QuestionRefused

Address = IPv4Address | IPv6Address

_MAX_ADDRESS: Final = 100
"""Characters of what may be an address: the longest with port, brackets and a zone is below seventy."""


def check_item(
    written: DraftItem, head: Head, *, received: datetime, around: Surroundings, not_known: frozenset[Code]
) -> tuple[Item | None, list[Finding]]:
    """The question, or None where it can't be read, and what was noticed. Never raises for what is written."""
    look = _Look(written, head, received, around, not_known)
    return look.item(), look.findings


class _Look:
    def __init__(
        self, written: DraftItem, head: Head, received: datetime, around: Surroundings, not_known: frozenset[Code]
    ) -> None:
        self._written = written
        self._head = head
        self._received = received
        self._around = around
        self._not_known = not_known
        self._whole = True
        self._urgent = CASE_TYPES[head.type].family is Family.EMERGENCY
        self.findings: list[Finding] = []

    def _find(
        self, code: Code, field: str, *, ways: BothWays | None = None, stops: bool = True, **said: str | int
    ) -> None:
        """``stops``: the item isn't read."""
        written = self._written
        self._whole &= not stops
        self.findings.append(Finding(code, written.number, field, written.line, ways, said))

    def item(self) -> Item | None:
        written = self._written
        value = self._value()
        port = self._port(written.port, "port")
        destination, destination_port = self._destination()
        protocol = self._protocol()
        self._belonging(port, protocol, destination, destination_port)
        span = self._span()
        if span is not None:
            self._times(span)
        if not self._whole or span is None:
            return None
        document: dict[str, Any] = {
            "number": written.number,
            "kind": written.kind.value,
            "value": value,
            "begin": span.begin.at.isoformat(),
            "end": span.end.at.isoformat(),
            "precision": self._precision(span.end.precision).value,
            "port": port,
            "protocol": protocol,
            "destination": destination,
            "destination_port": destination_port,
            "data_class": written.data_class.value,
            "wanted": list(written.wanted),
        }
        try:
            return read_item(document, "item")
        except CaseRefused as error:
            field = error.fields["field"].removeprefix("item.")
            code = Code.VALUE_UNREADABLE if field == "value" else Code.FIELD_REFUSED
            self._find(code, field, problem=error.fields["problem"])
            return None

    def _precision(self, read: Precision) -> Precision:
        """The rougher of what is stated and what is written: a day isn't its midnight because somebody says so."""
        stated = Precision(self._written.precision) if self._written.precision else read
        return max(stated, read, key=lambda one: UNITS[one])

    # --- what is asked about

    def _value(self) -> str:
        text = unicodedata.normalize("NFKC", self._written.value).strip()
        if self._written.kind is ItemKind.ADDRESS:
            return self._address_value(text)
        if self._written.kind is ItemKind.POST_URL:
            self._find(Code.PAGE_NOT_SEARCHED, "value", stops=False)
        if not _check_digit_agrees(self._written.kind, text):
            # A number copied wrongly is another person's number.
            self._find(Code.CHECK_DIGIT, "value")
        return text

    def _address_value(self, text: str) -> str:
        found = _address(text)
        if found is None:
            if "%" in text and _address(text.partition("%")[0]) is not None:
                self._find(Code.ZONE_ID, "value")
            elif _is_network(text):
                self._find(Code.NOT_ONE_ADDRESS, "value")
            else:
                self._find(Code.VALUE_UNREADABLE, "value", problem="203.0.113.5 / 2001:db8::5")
            return text
        around = self._around
        own = around.own.name_of(found) is not None
        other = around.others.name_of(found)
        if is_private(found):
            self._find(Code.PRIVATE_ADDRESS, "value")
        elif own:
            self._shared(found)
        elif other is not None:
            self._find(Code.OTHER_PROVIDER, "value", stops=False, provider=other)
        elif is_reserved(found):
            self._find(Code.RESERVED_ADDRESS, "value")
        elif around.own:
            self._find(Code.NOT_OUR_ADDRESS, "value", stops=False)
        else:
            self._shared(found)
        return str(found)

    def _shared(self, address: Address) -> None:
        if self._written.port.strip() or self._around.shared.name_of(address) is None:
            return
        waived = self._urgent or Code.PORT_MISSING in self._not_known
        self._find(Code.PORT_UNKNOWN if waived else Code.PORT_MISSING, "port", stops=False)

    # --- port, protocol, destination

    def _port(self, written: str, field: str) -> int | None:
        text = unicodedata.normalize("NFKC", written).strip()
        if not text:
            return None
        if not re.fullmatch(r"-?[0-9]{1,12}", text, re.ASCII):
            self._find(Code.PORT_UNREADABLE, field, written=shown(written))
            return None
        if not 0 <= int(text) <= 65_535:
            self._find(Code.PORT_OUT_OF_RANGE, field, written=shown(written))
            return None
        return int(text)

    def _protocol(self) -> int | None:
        text = unicodedata.normalize("NFKC", self._written.protocol).strip()
        if not text:
            return None
        try:
            return read_protocol(text)
        except QuestionRefused:
            self._find(Code.PROTOCOL_UNREADABLE, "protocol", written=shown(self._written.protocol))
            return None

    def _destination(self) -> tuple[str | None, int | None]:
        text = unicodedata.normalize("NFKC", self._written.destination).strip()
        port = self._port(self._written.destination_port, "destination_port")
        if not text:
            return None, port
        found, with_port = _address(text), ""
        if found is None and (form := re.fullmatch(r"\[(.+)\](?::([0-9]{1,12}))?|([0-9.]+):([0-9]{1,12})", text)):
            found, with_port = _address(form[1] or form[3]), form[2] or form[4] or ""
        if found is None or (with_port and port is not None and int(with_port) != port):
            self._find(Code.DESTINATION_UNREADABLE, "destination")
            return None, port
        if with_port:
            port = self._port(with_port, "destination")
        return str(found), port

    def _belonging(self, *parts: int | str | None) -> None:
        if self._written.kind is ItemKind.ADDRESS:
            return
        for field, part in zip(("port", "protocol", "destination", "destination_port"), parts, strict=True):
            if part is not None:
                self._find(Code.ONLY_OF_ADDRESS, field)

    # --- time

    def _span(self) -> Span | None:
        written = self._written
        zone = written.zone or self._head.zone
        found = self._read(zone)
        if isinstance(found, Span):
            return found
        said = written.time if not written.apart else f"{written.begin} – {written.end}"
        if found.fault is TimeFault.ZONE_MISSING:
            dated = self._japan_date(zone)
            if dated is not None:
                self._find(Code.READ_AS_JAPAN_DATE, "time", stops=False)
                return dated
        self._find(Code(found.fault.value), "time", ways=found.ways, written=shown(f"{said} {zone}".strip()))
        return None

    def _read(self, zone: str) -> Span | Unread:
        written = self._written
        return read_ends(written.begin, written.end, zone) if written.apart else read_span(written.time, zone)

    def _japan_date(self, zone: str) -> Span | None:
        """A plain date of a contract: registers are kept by days of Japan, and a day isn't a time without its zone.

        Only for what the register alone answers; whatever touches a communication is asked about.
        """
        if self._written.data_class is not DataClass.SUBSCRIBER or zone:
            return None
        found = self._read("日本時間")
        if isinstance(found, Unread) or {found.begin.precision, found.end.precision} != {Precision.DAY}:
            return None
        return found

    def _times(self, span: Span) -> None:
        if span.end.at < span.begin.at:
            self._find(Code.REVERSED_TIME, "time")
        later = span.begin.at if self._urgent else span.end.at
        if later > self._received:
            # Somebody missing is looked for until found; of everything else only what exists is asked for.
            self._find(Code.FUTURE_TIME, "time", stops=False)


def _address(text: str) -> Address | None:
    """An address without a zone; IPv4 written inside IPv6 is the IPv4 one."""
    if len(text) > _MAX_ADDRESS:
        return None
    try:
        found = ip_address(text)
    except ValueError:
        return None
    if isinstance(found, IPv6Address):
        return None if found.scope_id is not None else found.ipv4_mapped or found
    return found


def _is_network(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return bool(re.fullmatch(r"[0-9a-fA-F.:]+\s*[-~]\s*[0-9a-fA-F.:]+", text[:_MAX_ADDRESS]))
    return True


def _check_digit_agrees(kind: ItemKind, text: str) -> bool:
    """Whether the last digit is the one that the others give; True where the number has none.

    IMEI of 15 digits: 3GPP TS 23.003 annex B (a 0 there may be the spare digit of section 6.2.1, which checks nothing);
    ICCID of 19 digits: ITU-T E.118. Longer and shorter ones are written without.
    """
    digits = re.sub(r"[\s/-]", "", text).upper().removesuffix("F" if kind is ItemKind.ICCID else "")
    if not re.fullmatch(r"[0-9]+", digits, re.ASCII):
        return True
    if kind is ItemKind.IMEI and len(digits) == 15:
        return digits.endswith("0") or _luhn(digits)
    return kind is not ItemKind.ICCID or len(digits) != 19 or _luhn(digits)


def _luhn(digits: str) -> bool:
    """ISO/IEC 7812-1 annex B."""
    doubled = (int(one) * (2 - at % 2) for at, one in enumerate(reversed(digits), start=1))
    return sum(one - 9 if one > 9 else one for one in doubled) % 10 == 0
