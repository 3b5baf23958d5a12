"""A request as it was written, before anybody judged it: every reader makes one. Pure.

What has a closed list (types, kinds of identifier, contents asked for) is read already, since a form has no other
answers; times, addresses, ports and dates are still the sender's own words, for :mod:`.validation` to read and to ask
about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from sekisho.disclosure.intake.findings import Finding
from sekisho.disclosure.kinds import CaseType, DataClass, RequesterKind
from sekisho.disclosure.record import Flag, ItemKind, SecrecyState

_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Checksum:
    """A SHA-256 that somebody stated of what they sent, and the one that was computed (hexadecimal, lower case)."""

    of: str
    stated: str
    computed: str

    @property
    def agrees(self) -> bool:
        """Whether they are the same."""
        return self.stated == self.computed


@dataclass(frozen=True, slots=True)
class Head:
    """All of a request but its items. Dates are as written; ``zone`` is what the paper says of all its times.

    ``entry`` holds what the form asks beyond a case's own fields (a suspect's name, a list of evidence): it is kept
    with the request's papers, never in the case. ``facts`` are what the paper declares.
    """

    type: CaseType
    requester_kind: RequesterKind
    requester: Mapping[str, str]
    number: str = ""
    dated: str = ""
    title: str = ""
    valid_until: str = ""
    legal_provision: str = ""
    sha256: str = ""
    secrecy: SecrecyState = SecrecyState.NONE
    secrecy_until: str = ""
    flags: frozenset[Flag] = frozenset()
    facts: Mapping[str, bool | int | str] = field(default_factory=lambda: _NOTHING)
    knows: tuple[str, ...] = ()
    brand: str = ""
    zone: str = ""
    received_at: str = ""
    entry: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)


@dataclass(frozen=True, slots=True)
class DraftItem:
    """One question as written. ``number`` counts from 1; ``line`` is its line in a file.

    ``time`` is one time or a range, or else ``begin`` and ``end`` stand apart (``apart``), where an empty end is none.
    """

    number: int
    kind: ItemKind
    value: str
    data_class: DataClass
    wanted: tuple[str, ...]
    time: str = ""
    begin: str = ""
    end: str = ""
    apart: bool = False
    zone: str = ""
    precision: str = ""
    port: str = ""
    protocol: str = ""
    destination: str = ""
    destination_port: str = ""
    reference: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A request as written. ``count`` is how many questions it has, also those beyond what is kept; ``findings`` are
    the reader's own (a line that is none)."""

    head: Head
    items: tuple[DraftItem, ...]
    count: int
    findings: tuple[Finding, ...] = ()
    checksums: tuple[Checksum, ...] = ()
