"""Read an application: strict JSON in, typed values out, every field accounted for.

An application states who wants what by which channel, and lists the evidence. The engine gets the facts and what the
evidence shows (:meth:`Application.case`); names, addresses and birth dates stay here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NoReturn

from sekisho.clock import japan_date
from sekisho.contracts.errors import MissingField, NotJson, TooLarge, WrongValue
from sekisho.contracts.evidence_items import EvidenceItem, Examiner, ItemReader, Origin, Person, TypedOnly
from sekisho.contracts.evidence_photos import tie_photos
from sekisho.contracts.facts import CATALOGUE
from sekisho.contracts.field_reading import (
    as_day,
    as_fact,
    as_moment,
    as_object,
    identifier_of,
    need,
    only,
    optional_text,
)
from sekisho.engine.facts import Case, Item, Value

MAX_RAW_BYTES = 2 * 1024 * 1024
"""One document of raw evidence. The largest holds a chip's files: a passport's groups have at most 1 MiB together
(:data:`sekisho.contracts.evidence.passport.profile.MAX_ALL_GROUPS`), which base64 makes 1.4 MiB."""

MAX_BYTES = 4 * 1024 * 1024
"""An application with the chips of two people (subject and representative, 1.4 MiB each) and 100 items with long texts
beside them. As attested facts alone it is a few kilobytes."""

MAX_VALUES = 65_536
"""Commas, colons and opening brackets of one application or document: 100 items of 100 fields have 20,000. Bounds what
reading takes, since four megabytes of brackets become a hundred in memory; base64 has none."""

MAX_DEPTH = 12
"""The deepest typed field is at depth 4 (evidence → item → set → value). Raw evidence begins at depth 5, and its own
documents (data groups, signed claims) have up to eight levels."""

MAX_EVIDENCE = 100
"""No procedure of the Ordinance takes more than a dozen items."""

PERSONAL = ("name", "address", "birth_date")
"""The identity items (本人特定事項) of Act art. 3(1)."""

_BETWEEN_VALUES = (b",", b":", b"[", b"{")
_DERIVED = frozenset({"subject.age"})
_TOP_FACTS = ("event", "channel", "service")
_SECTIONS = ("subject", "representative")


@dataclass(frozen=True, slots=True)
class Application:
    """One application as read. ``origin`` is that of evidence stated as typed attributes; each item has its own."""

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

        Evidence that was only declared is left out: nobody has vouched for it. So is refused evidence, but for what was
        found wrong with it.
        """
        facts = dict(self.facts)
        birth = self.subject.birth_date
        if birth is not None and birth <= until:
            facts["subject.age"] = _age(birth, until)
        found: dict[str, list[Item]] = {}
        for item in self.evidence:
            if item.counts and since <= item.at <= until:
                found.setdefault(item.kind, []).append(item.attributes)
        return Case(facts, found)

    def kept(self) -> dict[str, Any]:
        """The application as it is kept with a decision: raw evidence as what came of it, for :func:`read_kept`."""
        listed = [
            written if item.checked is None else item.as_typed()
            for written, item in zip(self.source["evidence"], self.evidence, strict=True)
        ]
        return {**self.source, "evidence": listed}


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


def read_application(
    written: Mapping[str, Any], *, now: datetime, origin: Origin, examiner: Examiner | None = None
) -> Application:
    """Check every field and build the application. ``now`` is used where ``decided_at`` isn't given.

    ``origin`` is that of items stated as typed attributes. ``examiner`` verifies raw evidence; without one, raw
    evidence is refused and every typed item stands as ``origin`` says.
    """
    return _Reader(written, origin, None, examiner or TypedOnly()).read(now)


def read_kept(
    written: Mapping[str, Any], *, now: datetime, origin: Origin, origins: Sequence[Origin] | None
) -> Application:
    """An application as it was kept (:meth:`Application.kept`). ``origins`` None: all its evidence is of ``origin``."""
    if origins is None:
        origins = [origin] * len(written["evidence"])
    return _Reader(written, origin, origins, TypedOnly()).read(now)


class _Reader:
    def __init__(
        self, written: Mapping[str, Any], origin: Origin, origins: Sequence[Origin] | None, examiner: Examiner
    ) -> None:
        self._written = written
        self._origin = origin
        self._origins = origins
        self._examiner = examiner
        self._facts: dict[str, Value] = {}

    def read(self, now: datetime) -> Application:
        written = self._written
        sections = {name.partition(".")[0] for name in CATALOGUE.facts if "." in name} - {"service"}
        known = {"application", "applied_at", "decided_at", "verified_by", "recorded_by", "evidence", "service_details"}
        only(written, known | sections | set(_TOP_FACTS), "")
        for name in _TOP_FACTS:
            self._facts[name] = as_fact(CATALOGUE.facts[name], need(written, name, ""), name)
        for section in sorted(sections | {"service_details"}):
            self._section(section)
        if "subject.kind" not in self._facts:
            raise MissingField(field="subject.kind")
        decided = as_moment(written["decided_at"], "decided_at") if "decided_at" in written else now
        applied = as_moment(written["applied_at"], "applied_at") if "applied_at" in written else None
        if applied is not None and applied > decided:
            raise WrongValue(field="applied_at", expected="a time not after 'decided_at'")
        day = japan_date(decided)
        subject, representative = self._person("subject", day), self._person("representative", day)
        reference = _reference(written)
        evidence = self._evidence(reference, decided, {"subject": subject, "representative": representative})
        return Application(
            reference=reference,
            facts=self._facts,
            subject=subject,
            representative=representative,
            evidence=evidence,
            applied_at=applied,
            decided_at=decided,
            verified_by=identifier_of(written, "verified_by", ""),
            recorded_by=identifier_of(written, "recorded_by", ""),
            origin=self._origin,
            source=written,
        )

    def _section(self, section: str) -> None:
        if section not in self._written:
            return
        value = as_object(self._written[section], section)
        prefix = "service" if section == "service_details" else section
        names = {name.partition(".")[2] for name in CATALOGUE.facts if name.startswith(prefix + ".")}
        names -= {name.partition(".")[2] for name in _DERIVED if name.startswith(prefix + ".")}
        only(value, names | (set(PERSONAL) if section in _SECTIONS else set()), section)
        for name in names & set(value):
            path = f"{section}.{name}"
            self._facts[f"{prefix}.{name}"] = as_fact(CATALOGUE.facts[f"{prefix}.{name}"], value[name], path)

    def _person(self, section: str, decided_on: date) -> Person:
        value = self._written.get(section, {})
        birth = as_day(value["birth_date"], f"{section}.birth_date") if "birth_date" in value else None
        if birth is not None and not 0 <= _age(birth, decided_on) <= CATALOGUE.facts["subject.age"].high:
            raise WrongValue(field=f"{section}.birth_date", expected="the date of birth of somebody living")
        return Person(optional_text(value, "name", section), optional_text(value, "address", section), birth)

    def _evidence(self, reference: str, decided: datetime, stated: Mapping[str, Person]) -> tuple[EvidenceItem, ...]:
        listed = need(self._written, "evidence", "")
        if not isinstance(listed, list):
            raise WrongValue(field="evidence", expected="a list")
        if len(listed) > MAX_EVIDENCE:
            raise TooLarge(limit=f"{MAX_EVIDENCE} evidence items")
        if self._origins is not None and len(self._origins) != len(listed):
            raise WrongValue(field="evidence", expected=f"a list of {len(self._origins)} items, as they were kept")
        read = ItemReader(reference, decided, stated, self._origin, self._origins, self._examiner).read
        items = tuple(read(item, position) for position, item in enumerate(listed))
        # What is kept of an application was looked at as a whole when it came in.
        return tie_photos(items) if self._origins is None else items


def _age(birth: date, day: date) -> int:
    """Whole years on ``day``; negative before birth. Somebody born on 29 February turns a year older on 1 March."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def _reference(written: Mapping[str, Any]) -> str:
    found = identifier_of(written, "application", "")
    if found is None:
        raise MissingField(field="application")
    return found


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
