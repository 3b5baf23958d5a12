"""Read an application: strict JSON in, typed values out, every field accounted for.

An application states who wants what by which channel, and lists the evidence. The engine gets the facts and what the
evidence shows (:meth:`Application.case`); names, addresses and birth dates stay here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Any, NoReturn

from sekisho.clock import JAPAN, japan_date
from sekisho.contracts import agreement
from sekisho.contracts.errors import (
    EvidenceAfterDecision,
    IndividualNumber,
    MissingField,
    NotJson,
    TooLarge,
    UnknownField,
    WrongValue,
)
from sekisho.contracts.facts import CATALOGUE
from sekisho.contracts.individual_number import announces, in_free_text, in_identifier
from sekisho.engine.facts import Case, FactSpec, FactType, Item, Value

MAX_RAW_BYTES = 2 * 1024 * 1024
"""One document of raw evidence. The largest holds a chip's files: a passport's groups have at most 1 MiB together
(:data:`sekisho.contracts.evidence.passport.profile.MAX_ALL_GROUPS`), which base64 makes 1.4 MiB."""

MAX_BYTES = 4 * 1024 * 1024
"""An application with the chips of two people (subject and representative, 1.4 MiB each) and 100 items with long texts
beside them. As attested facts alone it is a few kilobytes."""

MAX_VALUES = 65_536
"""Commas, colons and opening brackets of one application or document: 100 items of 100 fields have 20,000. Bounds what
reading takes, since four megabytes of brackets become a hundred in memory; base64 has none."""

MAX_DEPTH = 8
"""The deepest field of the schema is at depth 4 (evidence → item → set → value)."""

MAX_EVIDENCE = 100
"""No procedure of the Ordinance takes more than a dozen items."""

MAX_TEXT = 500
"""The longest field is an address; the resident register allows 200 characters, corporate ones are longer."""

PERSONAL = ("name", "address", "birth_date")
"""The identity items (本人特定事項) of Act art. 3(1)."""

MAX_NAME_SHOWN = 80
"""Of a field nobody knows, an error repeats no more than this; the longest name of the catalogue has 38 letters."""

_BETWEEN_VALUES = (b",", b":", b"[", b"{")
_DERIVED = frozenset({"subject.age"})
_TOP_FACTS = ("event", "channel", "service")
_SECTIONS = ("subject", "representative")
_IDEOGRAPHIC_SPACE = "\u3000"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
# RFC 3339 section 5.6; ``fromisoformat`` alone would take week dates and offsets without minutes too.
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})", re.ASCII)
_AGREES = {"name": "name_agrees", "address": "address_agrees", "birth_date": "birth_date_agrees"}


class Origin(Enum):
    """How an evidence item came to be known. Only what is verified or attested reaches the engine."""

    VERIFIED = "verified"
    ATTESTED = "attested"
    DECLARED = "declared"


@dataclass(frozen=True, slots=True)
class Person:
    """The identity items as stated: the counterparty's, or the acting representative's. Absent items are None."""

    name: str | None = None
    address: str | None = None
    birth_date: date | None = None


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """One item: its kind, the Japan date of the act, the attributes for the engine and the document's identifier."""

    kind: str
    at: date
    attributes: Item
    identifier: str | None
    shown: Person


@dataclass(frozen=True, slots=True)
class Application:
    """One application as read. ``origin`` holds for all its evidence: it is that of the token that sent it."""

    reference: str
    facts: Mapping[str, Value]
    subject: Person
    representative: Person
    evidence: tuple[EvidenceItem, ...]
    applied_at: datetime | None
    decided_at: datetime
    verified_by: str | None
    recorded_by: str | None
    origin: Origin
    source: Mapping[str, Any] = field(repr=False)

    def act_days(self) -> list[date]:
        """The distinct days of the evidence's acts, ascending."""
        return sorted({item.at for item in self.evidence})

    def case(self, *, until: date, since: date = date.min) -> Case:
        """The case as it stood at the end of ``until``: the facts, and the evidence of acts from ``since`` up to then.

        Evidence that was only declared is left out: nobody has vouched for it.
        """
        facts = dict(self.facts)
        birth = self.subject.birth_date
        if birth is not None and birth <= until:
            facts["subject.age"] = _age(birth, until)
        found: dict[str, list[Item]] = {}
        if self.origin is not Origin.DECLARED:
            for item in self.evidence:
                if since <= item.at <= until:
                    found.setdefault(item.kind, []).append(item.attributes)
        return Case(facts, found)


def parse_json(raw: bytes, *, line: int = 1, limit: int = MAX_BYTES) -> dict[str, Any]:
    """One JSON object from bytes: strict UTF-8, no duplicate keys, no NaN, bounded size, depth and number of values."""
    if len(raw) > limit:
        raise TooLarge(limit=f"{limit} bytes")
    # Before anything is built. Characters inside texts count as well: no name or address has thousands of them.
    if sum(map(raw.count, _BETWEEN_VALUES)) > MAX_VALUES:
        raise TooLarge(limit=f"{MAX_VALUES} values")
    try:
        found = json.loads(raw.decode("utf-8"), object_pairs_hook=_no_duplicates, parse_constant=_no_constant)
        _check_depth(found)
        # A lone surrogate is a Python string and not Unicode text: it can be neither compared nor stored.
        json.dumps(found, ensure_ascii=False).encode("utf-8")
    except UnicodeError as error:
        raise NotJson(
            line=line, problem=f"not UTF-8 ({error.reason})" if hasattr(error, "reason") else "text"
        ) from error
    except RecursionError as error:
        raise TooLarge(limit=f"{MAX_DEPTH} levels") from error
    except ValueError as error:
        raise NotJson(line=line, problem=str(error)) from error
    if not isinstance(found, dict):
        raise NotJson(line=line, problem="not an object")
    return found


def read_application(written: Mapping[str, Any], *, now: datetime, origin: Origin) -> Application:
    """Check every field and build the application. ``now`` is used where ``decided_at`` isn't given."""
    reader = _Reader(written)
    return reader.read(now, origin)


class _Reader:
    def __init__(self, written: Mapping[str, Any]) -> None:
        self._written = written
        self._facts: dict[str, Value] = {}

    def read(self, now: datetime, origin: Origin) -> Application:
        written = self._written
        sections = {name.partition(".")[0] for name in CATALOGUE.facts if "." in name} - {"service"}
        known = {"application", "applied_at", "decided_at", "verified_by", "recorded_by", "evidence", "service_details"}
        _only(written, known | sections | set(_TOP_FACTS), "")
        for name in _TOP_FACTS:
            self._facts[name] = self._fact(CATALOGUE.facts[name], _need(written, name, ""), name)
        for section in sorted(sections | {"service_details"}):
            self._section(section)
        if "subject.kind" not in self._facts:
            raise MissingField(field="subject.kind")
        decided = _moment(written["decided_at"], "decided_at") if "decided_at" in written else now
        applied = _moment(written["applied_at"], "applied_at") if "applied_at" in written else None
        if applied is not None and applied > decided:
            raise WrongValue(field="applied_at", expected="a time not after 'decided_at'")
        day = japan_date(decided)
        subject, representative = self._person("subject", day), self._person("representative", day)
        evidence = self._evidence(decided, {"subject": subject, "representative": representative})
        return Application(
            reference=_reference(written),
            facts=self._facts,
            subject=subject,
            representative=representative,
            evidence=evidence,
            applied_at=applied,
            decided_at=decided,
            verified_by=_identifier(written, "verified_by", ""),
            recorded_by=_identifier(written, "recorded_by", ""),
            origin=origin,
            source=written,
        )

    def _section(self, section: str) -> None:
        if section not in self._written:
            return
        value = _object(self._written[section], section)
        prefix = "service" if section == "service_details" else section
        names = {name.partition(".")[2] for name in CATALOGUE.facts if name.startswith(prefix + ".")}
        names -= {name.partition(".")[2] for name in _DERIVED if name.startswith(prefix + ".")}
        _only(value, names | (set(PERSONAL) if section in _SECTIONS else set()), section)
        for name in names & set(value):
            path = f"{section}.{name}"
            self._facts[f"{prefix}.{name}"] = self._fact(CATALOGUE.facts[f"{prefix}.{name}"], value[name], path)

    def _person(self, section: str, decided_on: date) -> Person:
        value = self._written.get(section, {})
        birth = _day(value["birth_date"], f"{section}.birth_date") if "birth_date" in value else None
        if birth is not None and not 0 <= _age(birth, decided_on) <= CATALOGUE.facts["subject.age"].high:
            raise WrongValue(field=f"{section}.birth_date", expected="the date of birth of somebody living")
        return Person(_optional_text(value, "name", section), _optional_text(value, "address", section), birth)

    def _evidence(self, decided: datetime, stated: Mapping[str, Person]) -> tuple[EvidenceItem, ...]:
        listed = _need(self._written, "evidence", "")
        if not isinstance(listed, list):
            raise WrongValue(field="evidence", expected="a list")
        if len(listed) > MAX_EVIDENCE:
            raise TooLarge(limit=f"{MAX_EVIDENCE} evidence items")
        return tuple(self._item(item, f"evidence[{n}]", decided, stated) for n, item in enumerate(listed))

    def _item(self, value: object, path: str, decided: datetime, stated: Mapping[str, Person]) -> EvidenceItem:
        item = _object(value, path)
        kind = _need(item, "kind", path)
        if not isinstance(kind, str) or kind not in CATALOGUE.evidence:
            raise WrongValue(field=f"{path}.kind", expected="one of " + ", ".join(CATALOGUE.evidence))
        specs = CATALOGUE.evidence[kind].attributes
        comparable = {name for name, agrees in _AGREES.items() if agrees in specs}
        _only(item, {"kind", "identifier", *specs, *comparable}, path)
        if "person" in specs:
            _need(item, "person", path)
        attributes: Item = {
            name: self._fact(specs[name], item[name], f"{path}.{name}")
            for name in specs
            if name in item and name != "at"
        }
        at, later = _act(_need(item, "at", path), f"{path}.at", decided)
        if later:
            raise EvidenceAfterDecision(field=f"{path}.at", at=at, decided_on=japan_date(decided))
        attributes["at"] = at
        # What follows from another field is not asked for twice.
        if "valid_until" in attributes:
            attributes.setdefault("no_expiry", False)
        if attributes.get("delivered") is True:
            attributes.setdefault("delivery_failed", False)
        shown = Person(
            _optional_text(item, "name", path),
            _optional_text(item, "address", path),
            _day(item["birth_date"], f"{path}.birth_date") if "birth_date" in item else None,
        )
        self._compare(attributes, shown, stated[str(attributes.get("person", "subject"))], path)
        # The smartphone's record is that of a My Number card, though it names no document.
        document = "mynumber_card" if kind == "card_substitute_record" else attributes.get("document")
        identifier = _identifier(item, "identifier", path, document=str(document) if document is not None else None)
        return EvidenceItem(kind, at, attributes, identifier, shown)

    def _compare(self, attributes: Item, shown: Person, stated: Person, path: str) -> None:
        pairs = (
            ("name", shown.name, stated.name, agreement.names_agree),
            ("address", shown.address, stated.address, agreement.addresses_agree),
        )
        for name, left, right, agree in pairs:
            if left is None:
                continue
            self._not_both(attributes, name, path)
            found = agree(left, right) if right is not None else None
            if found is not None:
                attributes[_AGREES[name]] = found
        if shown.birth_date is not None:
            self._not_both(attributes, "birth_date", path)
            if stated.birth_date is not None:
                attributes["birth_date_agrees"] = shown.birth_date == stated.birth_date

    @staticmethod
    def _not_both(attributes: Item, name: str, path: str) -> None:
        if _AGREES[name] in attributes:
            raise WrongValue(field=f"{path}.{_AGREES[name]}", expected=f"left out where '{name}' is given")

    @staticmethod
    def _fact(spec: FactSpec, value: object, path: str) -> Value:
        made: Any = value
        if spec.type is FactType.DATE:
            return _day(value, path)
        if spec.type is FactType.SET:
            if not isinstance(value, list) or not all(isinstance(member, str) for member in value):
                raise WrongValue(field=path, expected="a list of " + ", ".join(spec.values))
            made = frozenset(value)
        problem = spec.problem_with(made)
        if problem is not None:
            raise WrongValue(field=path, expected=problem)
        checked: Value = made
        return checked


def _age(birth: date, day: date) -> int:
    """Whole years on ``day``; negative before birth. Somebody born on 29 February turns a year older on 1 March."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def _only(value: Mapping[str, Any], known: set[str], path: str) -> None:
    for name in value:
        if name in known:
            continue
        # A name nobody knows is the sender's text: what it holds mustn't reach a terminal, a log or an error as it is.
        numbered = in_free_text(name)
        shown = "*" if numbered else name[:MAX_NAME_SHOWN] if name.isprintable() else ascii(name)[:MAX_NAME_SHOWN]
        where = f"{path}.{shown}" if path else shown
        raise IndividualNumber(field=where) if numbered or announces(name) else UnknownField(field=where)


def _need(value: Mapping[str, Any], name: str, path: str) -> Any:
    if name not in value:
        raise MissingField(field=f"{path}.{name}" if path else name)
    return value[name]


def _object(value: object, path: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise WrongValue(field=path, expected="an object")
    return value


def _printable(value: object, path: str) -> str:
    # Names in Japanese are parted by an ideographic space, which Python doesn't count as printable.
    good = isinstance(value, str) and value.strip() and value.replace(_IDEOGRAPHIC_SPACE, " ").isprintable()
    if not isinstance(value, str) or not good or len(value) > MAX_TEXT:
        raise WrongValue(field=path, expected=f"text of 1 to {MAX_TEXT} printable characters")
    return value


def _text(value: object, path: str) -> str:
    text = _printable(value, path)
    if in_free_text(text):
        raise IndividualNumber(field=path)
    return text


def _optional_text(value: Mapping[str, Any], name: str, path: str) -> str | None:
    return _text(value[name], f"{path}.{name}" if path else name) if name in value else None


def _reference(written: Mapping[str, Any]) -> str:
    found = _identifier(written, "application", "")
    if found is None:
        raise MissingField(field="application")
    return found


def _identifier(value: Mapping[str, Any], name: str, path: str, *, document: str | None = None) -> str | None:
    if name not in value:
        return None
    where = f"{path}.{name}" if path else name
    text = _printable(value[name], where)
    if in_identifier(text, document=document):
        raise IndividualNumber(field=where)
    return text


def _day(value: object, path: str) -> date:
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise WrongValue(field=path, expected="a date that exists (YYYY-MM-DD)")


def _moment(value: object, path: str) -> datetime:
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        try:
            return datetime.fromisoformat(value.upper()).astimezone(JAPAN)
        except (ValueError, OverflowError):
            # Overflow: a time that lies outside the years 1 to 9999 in Japan.
            pass
    raise WrongValue(field=path, expected="a time with offset (RFC 3339, such as 2026-04-02T10:00:00+09:00)")


def _act(value: object, path: str, decided: datetime) -> tuple[date, bool]:
    """The Japan date of an act, and whether it lies after the decision: by the day, or by the time where it is told."""
    if isinstance(value, str) and len(value) > 10:
        moment = _moment(value, path)
        return japan_date(moment), moment > decided
    day = _day(value, path)
    return day, day > japan_date(decided)


def _check_depth(value: object, depth: int = 1) -> None:
    if depth > MAX_DEPTH:
        raise TooLarge(limit=f"{MAX_DEPTH} levels")
    if isinstance(value, dict | list):
        for below in value.values() if isinstance(value, dict) else value:
            if isinstance(below, dict | list):
                _check_depth(below, depth + 1)


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
