"""What is asked when records are to be held: by whom, with which paper, of which records. Pure; read strictly."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sekisho.access.approvals import Json
from sekisho.logs.holds.errors import HoldRefused
from sekisho.logs.holds.rules import HOLDS, MAY_REQUEST, HoldType, Rank, require_until
from sekisho.logs.holds.scope import HOLDABLE, MAX_DAYS, MAX_TARGETS, MAX_TEXTS, Scope
from sekisho.logs.intervals.days import microseconds
from sekisho.logs.kinds import LogKind
from sekisho.logs.lookup.errors import GrantTermsRefused
from sekisho.logs.lookup.grant import Target, target

MAX_TEXT: Final = 1_000
_STAFF = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Authority:
    """Who asks, and the paper. ``checked`` says how it was seen to be genuine (a call back to the public number, the
    court's file number …). ``reason`` is what makes it needed where there is no paper."""

    name: str
    officer: str = ""
    rank: Rank | None = None
    document: str = ""
    document_date: date | None = None
    law: str = ""
    contact: str = ""
    checked: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class HoldTerms:
    """A hold as it is asked for. ``received`` is the day the request was received, ``until`` its last day (None: it has
    none). ``silent``: nobody is told (刑訴法197条5項). ``knows``: staff ids; where it is silent, or names anybody here,
    only they and whoever adds it know that there is this hold."""

    type: HoldType
    authority: Authority
    scope: Scope
    received: date
    until: date | None = None
    silent: bool = False
    knows: frozenset[str] = frozenset()

    def checked(self, *, now: int, today: date) -> HoldTerms:
        """Itself, if a hold may be so at ``now`` (UTC microseconds). Raises ``HoldRefused``, naming the field."""
        for name, problem in (*self._problems(today), *_scope_problems(self.type, self.scope, now)):
            if problem:
                raise HoldRefused(field=name, problem=problem)
        require_until(self.type, self.received, self.until)
        if self.until is not None and self.until < today:
            raise HoldRefused(field="until", problem=f"{self.until.isoformat()} has passed")
        return self

    def _problems(self, today: date) -> list[tuple[str, str]]:
        spec, who = HOLDS[self.type], self.authority
        found = [
            ("received", "a day that has come" if self.received > today else ""),
            ("authority.name", "" if who.name.strip() else "who asks for it"),
            ("silent", f"not for {self.type.value}" if self.silent and not spec.may_silence else ""),
            ("knows", "staff ids" if any(not _STAFF.fullmatch(one) for one in self.knows) else ""),
        ]
        if spec.written:  # 197条3項: 書面で; the others by house rule
            found += [
                ("authority.document", "" if who.document.strip() else f"the document's number ({spec.source})"),
                (
                    "authority.document_date",
                    ""
                    if who.document_date is not None and who.document_date <= self.received
                    else "the document's date, not after it was received",
                ),
                (
                    "authority.checked",
                    "" if who.checked.strip() else "how it was seen to be genuine, for example a call back",
                ),
            ]
        else:
            found.append(("authority.reason", "" if who.reason.strip() else "what makes it needed"))
        if self.type is HoldType.PRESERVATION_REQUEST:
            found += [
                # 197条3項: 検察官、検察事務官又は司法警察員
                (
                    "authority.rank",
                    "" if who.rank in MAY_REQUEST else "検察官・検察事務官・司法警察員 only (刑事訴訟法197条3項)",
                ),
                ("authority.officer", "" if who.officer.strip() else "the officer's name"),
            ]
        if self.type is HoldType.OTHER_LAW:
            found.append(("authority.law", "" if who.law.strip() else "the law and its article"))
        return found

    def document(self) -> dict[str, Json]:
        """As JSON values: what is approved, kept under the hold's key, and shown."""
        who = self.authority
        return {
            "type": self.type.value,
            "authority": {
                "name": who.name,
                "officer": who.officer,
                "rank": None if who.rank is None else who.rank.value,
                "document": who.document,
                "document_date": None if who.document_date is None else who.document_date.isoformat(),
                "law": who.law,
                "contact": who.contact,
                "checked": who.checked,
                "reason": who.reason,
            },
            "scope": self.scope.document(),
            "received": self.received.isoformat(),
            "until": None if self.until is None else self.until.isoformat(),
            "silent": self.silent,
            "knows": sorted(self.knows),
        }


def _scope_problems(hold: HoldType, scope: Scope, now: int) -> list[tuple[str, str]]:
    # 197条3項: 業務上記録している…電磁的記録 — what exists already. For the other types a house rule: a hold keeps, it
    # doesn't record.
    clause = "刑事訴訟法197条3項" if hold is HoldType.PRESERVATION_REQUEST else "a hold keeps what is recorded already"
    named = scope.addresses or scope.inside or scope.subjects or scope.references
    closed = sorted(kind.value for kind in scope.kinds if kind not in HOLDABLE)
    count = len(scope.addresses) + len(scope.inside)
    return [
        ("scope.kinds", "" if scope.kinds and not closed else f"some of {', '.join(one.value for one in HOLDABLE)}"),
        # 197条3項: 必要なものを特定し
        ("scope", "" if named else "an address, line, account or reference: only what is specified can be held"),
        ("scope.begin", "" if scope.begin < scope.end else "before end"),
        ("scope.end", f"a time that has come: {clause}" if scope.end > now else ""),
        ("scope.end", f"at most {MAX_DAYS} days" if len(scope.day_numbers) > MAX_DAYS else ""),
        ("scope.addresses", f"at most {MAX_TARGETS}" if count > MAX_TARGETS else ""),
        (
            "scope.subjects",
            f"at most {MAX_TEXTS}" if len(scope.subjects) + len(scope.references) > MAX_TEXTS else "",
        ),
        (
            "scope.ports",
            "0 to 65535, the lower first"
            if any(not 0 <= one.port_low <= one.port_high <= 65_535 for one in (*scope.addresses, *scope.inside))
            else "",
        ),
    ]


# --- reading


def read_terms(written: Mapping[str, Any]) -> HoldTerms:
    """Terms from what :meth:`HoldTerms.document` gives, or somebody wrote like it: times as RFC 3339 with offset, or
    microseconds. Raises ``HoldRefused``."""
    _only(written, HoldTerms.__dataclass_fields__, "")
    silent = written.get("silent", False)
    if not isinstance(silent, bool):
        raise HoldRefused(field="silent", problem="true or false")
    return HoldTerms(
        type=_one_of(HoldType, written.get("type"), "type"),
        authority=_authority(written.get("authority")),
        scope=_scope(written.get("scope")),
        received=_day(written.get("received"), "received"),
        until=None if written.get("until") is None else _day(written.get("until"), "until"),
        silent=silent,
        knows=frozenset(_texts(written, "knows", "")),
    )


def _authority(written: object) -> Authority:
    if not isinstance(written, Mapping):
        raise HoldRefused(field="authority", problem="who asks, and the paper")
    _only(written, Authority.__dataclass_fields__, "authority.")
    rank, on = written.get("rank"), written.get("document_date")
    texts = {
        name: _text(written.get(name, ""), f"authority.{name}")
        for name in ("name", "officer", "document", "law", "contact", "checked", "reason")
    }
    return Authority(
        rank=None if rank is None else _one_of(Rank, rank, "authority.rank"),
        document_date=None if on is None else _day(on, "authority.document_date"),
        **texts,
    )


def _scope(written: object) -> Scope:
    if not isinstance(written, Mapping):
        raise HoldRefused(field="scope", problem="identifiers, kinds and times")
    _only(written, Scope.__dataclass_fields__, "scope.")
    follow = written.get("follow", True)
    if not isinstance(follow, bool):
        raise HoldRefused(field="scope.follow", problem="true or false")
    return Scope(
        kinds=frozenset(_one_of(LogKind, one, "scope.kinds") for one in _texts(written, "kinds", "scope.")),
        begin=_moment(written.get("begin"), "scope.begin"),
        end=_moment(written.get("end"), "scope.end"),
        addresses=_targets(written, "addresses"),
        inside=_targets(written, "inside"),
        subjects=frozenset(_texts(written, "subjects", "scope.")),
        references=frozenset(_texts(written, "references", "scope.")),
        follow=follow,
    )


def _targets(written: Mapping[str, Any], name: str) -> tuple[Target, ...]:
    found = []
    for one in _list(written, name, "scope."):
        try:
            found.append(_target(one))
        except GrantTermsRefused as error:
            raise HoldRefused(field=f"scope.{name}", problem=error.fields["problem"]) from None
    return tuple(found)


def _target(written: object) -> Target:
    if isinstance(written, Mapping) and set(written) == {"network", "port_low", "port_high"}:
        low, high = written["port_low"], written["port_high"]
        if not all(isinstance(one, int) and not isinstance(one, bool) for one in (low, high)):
            raise HoldRefused(field="scope.ports", problem="whole numbers")
        bare = target(_text(written["network"], "scope.addresses"))
        return Target(bare.network, low, high)
    return target(_text(written, "scope.addresses"))


def _moment(written: object, name: str) -> int:
    if isinstance(written, int) and not isinstance(written, bool):
        return written
    try:
        found = datetime.fromisoformat(_text(written, name))
    except ValueError:
        raise HoldRefused(field=name, problem="a time such as 2026-11-20T00:00:00+09:00") from None
    if found.tzinfo is None:
        raise HoldRefused(field=name, problem="a time with its offset, such as +09:00")
    return microseconds(found)


def _day(written: object, name: str) -> date:
    try:
        return date.fromisoformat(_text(written, name))
    except ValueError:
        raise HoldRefused(field=name, problem="a date such as 2026-11-23") from None


def _only(written: Mapping[str, Any], known: Mapping[str, Any], prefix: str) -> None:
    unknown = set(written) - set(known)
    if unknown:
        raise HoldRefused(field=(prefix + min(map(str, unknown)))[:60], problem="no such field")


def _list(written: Mapping[str, Any], name: str, prefix: str) -> list[Any]:
    found = written.get(name, [])
    if not isinstance(found, list | tuple):
        raise HoldRefused(field=prefix + name, problem="a list")
    return list(found)


def _texts(written: Mapping[str, Any], name: str, prefix: str) -> list[str]:
    return [_text(one, prefix + name) for one in _list(written, name, prefix)]


def _text(written: object, name: str) -> str:
    if not isinstance(written, str) or len(written) > MAX_TEXT:
        raise HoldRefused(field=name, problem=f"text of at most {MAX_TEXT} characters")
    return written


def _one_of(kinds: type[Any], found: object, name: str) -> Any:
    try:
        return kinds(found)
    except ValueError:
        raise HoldRefused(field=name, problem=f"one of {', '.join(one.value for one in kinds)}") from None
