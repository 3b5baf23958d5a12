"""A search grant: what somebody may ask of the logs, for what, and until when. Pure.

Looking into communication logs intrudes on the secrecy of communications whether or not anything is disclosed
(Telecommunications Business Act art. 4; the guideline's commentary on 発信者探知), so the lawful ground comes before
the question. Two people approve the grant, neither of them whoever asked for it; each question must lie inside it.

What this does not do: it doesn't judge whether the ground is good. It refuses what can't be: an inquiry without
compulsory force (刑事訴訟法197条2項, 弁護士法23条の2) never opens what the secrecy of communications covers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from typing import Any, Final

from sekisho.access.approvals import Json
from sekisho.engine.facts import Text
from sekisho.logs.intervals.days import microseconds, sayable
from sekisho.logs.kinds import KINDS, LogKind, Secrecy
from sekisho.logs.lookup.errors import (
    AddressNotGranted,
    GrantExpired,
    GrantOfOthers,
    GrantTermsRefused,
    IdentifierNotGranted,
    KindNotGranted,
    TimeNotGranted,
)
from sekisho.logs.mapped import plain_network
from sekisho.logs.subscribers.errors import IdentifierRefused
from sekisho.logs.subscribers.identifiers import Identifier, IdentifierKind, identifier

APPROVAL_KIND: Final = "log.search_grant"
"""What the two approvals are of."""
APPROVALS_NEEDED: Final = 2

MAX_TARGETS: Final = 10_000
MAX_IDENTIFIERS: Final = 1_000
MAX_CALLERS: Final = 20
MAX_HOLDS: Final = 20
MAX_QUERIES: Final = 1_000_000
MAX_SPAN: Final = timedelta(days=366)
"""Longest time range. A house limit: no kind of log is kept longer without a recorded reason."""
MAX_LIFE: Final = timedelta(days=60)
"""Longest time a grant is in force. A house limit: a preservation request lasts 60 days at most, too."""
WIDEST: Final = {4: 24, 6: 48}
"""Shortest prefix that can be granted. A house limit: wider ones are no longer a question about somebody."""

AP_KINDS: Final = (LogKind.AP_NAT, LogKind.AP_AUTH, LogKind.AP_DHCP, LogKind.AP_MAP_RULE)
CP_KINDS: Final = (LogKind.CP_POST, LogKind.CP_LOGIN, LogKind.CP_ACCOUNT, LogKind.CP_SMS_AUTH)
ASKABLE: Final = (*AP_KINDS, *CP_KINDS, LogKind.SUBSCRIBER, LogKind.CALL_EVIDENCE)

"""IPv4 written inside IPv6 (RFC 4291 section 2.5.5.2)."""
_HOLD = re.compile(r"h[0-9a-f]{16}(?:[0-9a-f]{16})?", re.ASCII)
_STAFF = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}", re.ASCII)


class Ground(StrEnum):
    """Why the question is lawful."""

    WARRANT = "warrant"
    COURT_ORDER = "court_order"
    DISCLOSURE_CLAIM = "disclosure_claim"
    EMERGENCY = "emergency"
    CONSENT = "consent"
    OWN_BUSINESS = "own_business"
    INVESTIGATION_INQUIRY = "investigation_inquiry"
    BAR_INQUIRY = "bar_inquiry"
    COURT_INQUIRY = "court_inquiry"


@dataclass(frozen=True, slots=True)
class GroundSpec:
    """What is said of a ground. ``opens_secrecy``: it can justify looking into communications."""

    ground: Ground
    title: Text
    source: str
    opens_secrecy: bool


GROUNDS: Final = {
    spec.ground: spec
    for spec in (
        GroundSpec(Ground.WARRANT, Text("令状", "warrant"), "刑事訴訟法99条・218条", True),
        GroundSpec(
            Ground.COURT_ORDER, Text("裁判所の命令", "court order"), "情報流通プラットフォーム対処法8条・15条", True
        ),
        GroundSpec(
            Ground.DISCLOSURE_CLAIM,
            Text("発信者情報開示請求", "claim for a sender's information"),
            "情報流通プラットフォーム対処法5条",
            True,
        ),
        GroundSpec(Ground.EMERGENCY, Text("緊急避難", "emergency"), "刑法37条1項", True),
        GroundSpec(Ground.CONSENT, Text("利用者の同意", "the user's consent"), "電気通信事業法4条（同意）", True),
        GroundSpec(Ground.OWN_BUSINESS, Text("正当業務", "justified business of the operator"), "刑法35条", True),
        GroundSpec(
            Ground.INVESTIGATION_INQUIRY,
            Text("捜査関係事項照会", "inquiry in an investigation"),
            "刑事訴訟法197条2項",
            False,
        ),
        GroundSpec(Ground.BAR_INQUIRY, Text("弁護士会照会", "bar association's inquiry"), "弁護士法23条の2", False),
        GroundSpec(
            Ground.COURT_INQUIRY,
            Text("裁判所の調査嘱託・文書送付嘱託", "inquiry commissioned by a court"),
            "民事訴訟法186条・226条",
            False,
        ),
    )
}
"""Every ground, in the order people read them."""


@dataclass(frozen=True, slots=True)
class Target:
    """A prefix (or one address) and inclusive ports."""

    network: IPv4Network | IPv6Network
    port_low: int = 0
    port_high: int = 65535


@dataclass(frozen=True, slots=True)
class GrantTerms:
    """What a grant allows. ``begin`` and ``end`` (aware, end exclusive) bound the times asked about; ``reference``
    names the paper behind it (a warrant's or a case's number); ``callers`` are staff ids. ``holds`` name those whose
    records may answer for days that are gone.
    """

    kinds: frozenset[LogKind]
    targets: tuple[Target, ...]
    identifiers: tuple[Identifier, ...]
    begin: datetime
    end: datetime
    ground: Ground
    reference: str
    callers: frozenset[str]
    max_queries: int
    expires_at: datetime
    holds: frozenset[str] = frozenset()

    def checked(self, *, now: datetime) -> GrantTerms:
        """Itself, if a grant may be so. Raises ``GrantTermsRefused``."""
        for label, problem in self._problems(now):
            if problem:
                raise GrantTermsRefused(field=label, problem=problem)
        return self

    def _problems(self, now: datetime) -> list[tuple[str, str]]:
        closed = sorted(kind.value for kind in self.kinds if kind not in ASKABLE)
        secret = sorted(kind.value for kind in self.kinds if KINDS[kind].secrecy is Secrecy.COMMUNICATION)
        wide = [one for one in self.targets if one.network.prefixlen < WIDEST[one.network.version]]
        return [
            ("kinds", "" if self.kinds and not closed else f"some of {', '.join(kind.value for kind in ASKABLE)}"),
            (
                "ground",
                f"{self.ground.value} doesn't open {', '.join(secret)}: the secrecy of communications needs another"
                if secret and not GROUNDS[self.ground].opens_secrecy
                else "",
            ),
            ("scope", "" if self.targets or self.identifiers else "an address or an identifier, at least"),
            ("targets", f"at most {MAX_TARGETS}" if len(self.targets) > MAX_TARGETS else ""),
            ("targets", f"no prefix shorter than /{WIDEST[4]} (IPv6 /{WIDEST[6]})" if wide else ""),
            ("ports", "0 to 65535, the lower first" if any(_wrong_ports(one) for one in self.targets) else ""),
            ("identifiers", f"at most {MAX_IDENTIFIERS}" if len(self.identifiers) > MAX_IDENTIFIERS else ""),
            ("time", "" if self.begin < self.end <= self.begin + MAX_SPAN else f"at most {MAX_SPAN.days} days"),
            (
                "reference",
                "" if 0 < len(self.reference) <= 200 and self.reference.isprintable() else "1 to 200 characters",
            ),
            ("callers", "" if 0 < len(self.callers) <= MAX_CALLERS else f"1 to {MAX_CALLERS} people"),
            ("callers", "" if all(_STAFF.fullmatch(one) for one in self.callers) else "staff ids"),
            ("holds", "" if len(self.holds) <= MAX_HOLDS and all(map(_HOLD.fullmatch, self.holds)) else "ids of holds"),
            ("max_queries", "" if 0 < self.max_queries <= MAX_QUERIES else f"1 to {MAX_QUERIES}"),
            (
                "expires_at",
                "" if now < self.expires_at <= now + MAX_LIFE else f"from now to {MAX_LIFE.days} days ahead",
            ),
        ]

    def document(self) -> dict[str, Json]:
        """As JSON values: what is approved, kept and shown."""
        return {
            "kinds": sorted(kind.value for kind in self.kinds),
            "targets": [
                {"network": str(one.network), "port_low": one.port_low, "port_high": one.port_high}
                for one in self.targets
            ],
            "identifiers": [{"kind": one.kind.value, "value": one.value} for one in self.identifiers],
            "begin": self.begin.isoformat(),
            "end": self.end.isoformat(),
            "ground": self.ground.value,
            "reference": self.reference,
            "callers": sorted(self.callers),
            "max_queries": self.max_queries,
            "expires_at": self.expires_at.isoformat(),
            "holds": sorted(self.holds),
        }


def _wrong_ports(target: Target) -> bool:
    return not 0 <= target.port_low <= target.port_high <= 65535


def read_terms(written: Mapping[str, Any]) -> GrantTerms:
    """Terms from what :meth:`GrantTerms.document` gives, or somebody wrote like it. Raises ``GrantTermsRefused``."""
    unknown = set(written) - _FIELDS
    if unknown:
        raise GrantTermsRefused(field=min(unknown)[:40], problem="no such field")
    return GrantTerms(
        kinds=frozenset(_one_of(LogKind, one, "kinds") for one in _texts(written, "kinds")),
        targets=tuple(_target(one) for one in _list(written, "targets")),
        identifiers=tuple(_identifier(one) for one in _list(written, "identifiers")),
        begin=_moment(written, "begin"),
        end=_moment(written, "end"),
        ground=_one_of(Ground, written.get("ground"), "ground"),
        reference=_text(written.get("reference"), "reference"),
        callers=frozenset(_texts(written, "callers")),
        max_queries=_whole(written.get("max_queries", 1), "max_queries"),
        expires_at=_moment(written, "expires_at"),
        holds=frozenset(_texts(written, "holds")),
    )


_FIELDS: Final = frozenset(GrantTerms.__dataclass_fields__)


def _list(written: Mapping[str, Any], name: str) -> Sequence[Any]:
    found = written.get(name, [])
    if not isinstance(found, list | tuple):
        raise GrantTermsRefused(field=name, problem="a list")
    return found


def _texts(written: Mapping[str, Any], name: str) -> list[str]:
    return [_text(one, name) for one in _list(written, name)]


def _text(found: object, name: str) -> str:
    if not isinstance(found, str):
        raise GrantTermsRefused(field=name, problem="text")
    return found


def _whole(found: object, name: str) -> int:
    if isinstance(found, bool) or not isinstance(found, int):
        raise GrantTermsRefused(field=name, problem="a whole number")
    return found


def _moment(written: Mapping[str, Any], name: str) -> datetime:
    try:
        found = datetime.fromisoformat(_text(written.get(name), name))
    except ValueError:
        raise GrantTermsRefused(field=name, problem="a time such as 2026-11-20T00:00:00+09:00") from None
    if found.tzinfo is None:
        raise GrantTermsRefused(field=name, problem="a time with its offset, such as +09:00")
    if not sayable(found):
        raise GrantTermsRefused(field=name, problem="a time from 1970 to 2199")
    return found


def _one_of(kinds: type[Any], found: object, name: str) -> Any:
    try:
        return kinds(found)
    except ValueError:
        raise GrantTermsRefused(field=name, problem=f"one of {', '.join(one.value for one in kinds)}") from None


def target(written: str) -> Target:
    """From ``203.0.113.5``, ``203.0.113.0/28``, ``203.0.113.5:1024-2047``, ``[2001:db8::1]:443``.

    Raises ``GrantTermsRefused``.
    """
    matched = re.fullmatch(r"\[([^\]]+)\](?::(\d{1,5})(?:-(\d{1,5}))?)?|([^:]+):(\d{1,5})(?:-(\d{1,5}))?|(.+)", written)
    if matched is None:
        raise GrantTermsRefused(field="targets", problem="an address")
    parts = matched.groups()
    network = parts[0] or parts[3] or parts[6]
    low, high = parts[1] or parts[4], parts[2] or parts[5]
    said = {"network": network}
    if low is not None:
        said |= {"port_low": int(low), "port_high": int(high or low)}
    return _target(said)


def _target(written: object) -> Target:
    if isinstance(written, str):
        return target(written)
    if not isinstance(written, Mapping) or set(written) - {"network", "port_low", "port_high"}:
        raise GrantTermsRefused(field="targets", problem="network, port_low, port_high")
    try:
        network = ip_network(_text(written.get("network"), "targets"))
    except ValueError:
        raise GrantTermsRefused(field="targets", problem="an address, or a prefix without host bits") from None
    # A question for it is asked as the IPv4 address that it is (read_address); the grant must name the same.
    network = plain_network(network)
    low, high = (_whole(written.get(name, absent), name) for name, absent in (("port_low", 0), ("port_high", 65535)))
    return Target(network, low, high)


def _identifier(written: object) -> Identifier:
    if not isinstance(written, Mapping) or set(written) != {"kind", "value"}:
        raise GrantTermsRefused(field="identifiers", problem="kind and value")
    try:
        return identifier(
            _one_of(IdentifierKind, written["kind"], "identifiers"), _text(written["value"], "identifiers")
        )
    except IdentifierRefused as error:
        raise GrantTermsRefused(field="identifiers", problem=error.fields["problem"]) from None


@dataclass(frozen=True, slots=True)
class SearchGrant:
    """A grant in force, with its scope laid out for asking quickly. Make it with :func:`in_force`."""

    id: str
    terms: GrantTerms
    _single: Mapping[IPv4Address | IPv6Address, tuple[Target, ...]] = field(repr=False)
    _wider: tuple[Target, ...] = field(repr=False)
    _begin: int
    _end: int

    def require_caller(self, staff_id: str, *, now: datetime) -> None:
        """``GrantExpired``, ``GrantOfOthers``."""
        if now >= self.terms.expires_at:
            raise GrantExpired(grant=self.id, at=self.terms.expires_at.isoformat())
        if staff_id not in self.terms.callers:
            raise GrantOfOthers(grant=self.id, staff_id=staff_id)

    def require_kind(self, *kinds: LogKind) -> frozenset[LogKind]:
        """Those of ``kinds`` that it allows; ``KindNotGranted`` where that is none."""
        allowed = self.terms.kinds.intersection(kinds)
        if not allowed:
            raise KindNotGranted(grant=self.id, kind=" / ".join(kind.value for kind in kinds))
        return allowed

    def require_address(self, address: IPv4Address | IPv6Address, port: int | None) -> None:
        """``AddressNotGranted``. Without a port, every port must be granted."""
        low, high = (0, 65535) if port is None else (port, port)
        for one in (*self._single.get(address, ()), *self._wider):
            if one.port_low <= low and high <= one.port_high and address in one.network:
                return
        raise AddressNotGranted(grant=self.id)

    def require_time(self, begin: int, end: int) -> None:
        """``TimeNotGranted`` unless ``[begin, end)`` (UTC microseconds) lies inside."""
        if not self._begin <= begin < end <= self._end:
            raise TimeNotGranted(
                grant=self.id, begin=self.terms.begin.isoformat(), end=self.terms.end.isoformat()
            )

    def require_identifier(self, wanted: Identifier) -> None:
        """``IdentifierNotGranted``."""
        if wanted not in self.terms.identifiers:
            raise IdentifierNotGranted(grant=self.id, kind=wanted.kind.value)


def in_force(grant_id: str, terms: GrantTerms) -> SearchGrant:
    """The grant of these terms."""
    single: dict[IPv4Address | IPv6Address, tuple[Target, ...]] = {}
    wider = []
    for one in terms.targets:
        if one.network.num_addresses == 1:
            single[one.network.network_address] = (*single.get(one.network.network_address, ()), one)
        else:
            wider.append(one)
    begin, end = microseconds(terms.begin), microseconds(terms.end)
    return SearchGrant(grant_id, terms, single, tuple(wider), begin, end)
