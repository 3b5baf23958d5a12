"""Which service a host, class, cookie, storage key or declared name belongs to, and by which mark.

The longest mark wins: the linter has seen to it that a narrower mark of another service says so. Our own rows are
asked before collected ones. What no row knows stays unknown, with its registrable domain and nothing more.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from sekisho.apps.recipients.domains import as_host, registrable
from sekisho.apps.recipients.recipient import Confidence, MarkKind, Recipient

MAX_REMEMBERED: Final = 65_536
"""Hosts whose answer is kept; recorded traffic repeats itself, and hostile traffic must not fill the memory."""

_FORMS: Final = re.compile(
    r"株式会社|有限会社|合同会社|合資会社|一般社団法人|\((?:株|有|同)\)|㈱|㈲"
    r"|\b(?:inc|incorporated|corp|corporation|co|ltd|limited|llc|l\.l\.c|plc|gmbh|ag|sas|sa|pte|pvt|kk|k\.k|gk|g\.k|aps"
    r"|a/s|s\.a|s\.r\.l|srl|oy|ab|bv|b\.v)\b\.?"
)
"""What kind of company it is: written or left out, before or after the name, it is the same company."""

_NOT_IN_NAMES: Final = re.compile(r"[\s.,'’\"“”・･/()&!_→\-‐‑–—®™]+")


@dataclass(frozen=True, slots=True)
class Found:
    """A row, and the mark that it was found by. ``until`` is the last day of a ``former`` name, where known."""

    recipient: Recipient
    kind: MarkKind
    mark: str
    confidence: Confidence
    until: date | None = None
    former: bool = False


@dataclass(frozen=True, slots=True)
class NotKnown:
    """A host that no row knows. ``domain`` is what somebody registered; nothing where it isn't a domain's name."""

    host: str
    domain: str | None


class Matcher:
    """Finds rows by their marks. It keeps a bounded memory of hosts; what it answers never depends on it."""

    def __init__(self, rows: Sequence[Recipient], after: Sequence[Recipient] = ()) -> None:
        """``after`` are rows that are asked only where no row of ``rows`` knows the mark."""
        self._hosts = (_by_host(rows, MarkKind.HOST), _by_host(after, MarkKind.HOST))
        self._cnames = (_by_host(rows, MarkKind.CNAME), _by_host(after, MarkKind.CNAME))
        self._packages = (_by_mark(rows, MarkKind.ANDROID), _by_mark(after, MarkKind.ANDROID))
        self._symbols = _by_mark(rows, MarkKind.IOS)
        self._keys = {kind: _by_mark((*after, *rows), kind) for kind in (MarkKind.COOKIE, MarkKind.STORAGE)}
        self._names = _by_name((*rows, *after))
        self._remembered: dict[str, Found | NotKnown] = {}

    def host(self, name: str, aliases: Iterable[str] = ()) -> Found | NotKnown:
        """Whose host it is. ``aliases`` are what it is a CNAME of, one after another, where somebody resolved it."""
        found = self._remembered.get(name)
        if found is None:
            found = self._look_up(name)
            if len(self._remembered) >= MAX_REMEMBERED:
                self._remembered.clear()
            self._remembered[name] = found
        if isinstance(found, NotKnown):
            for alias in aliases:
                target = as_host(alias)
                asked = (self._cnames[0], self._hosts[0], self._cnames[1], self._hosts[1])
                behind = next((found for each in asked if (found := _longest(each, target)) is not None), None)
                if behind is not None:
                    return Found(behind.recipient, MarkKind.CNAME, behind.mark, behind.confidence)
        return found

    def _look_up(self, name: str) -> Found | NotKnown:
        host = as_host(name)
        found = _longest(self._hosts[0], host) or _longest(self._hosts[1], host)
        return found if found is not None else NotKnown(name, registrable(host))

    def android_class(self, name: str) -> Found | None:
        """Whose class it is, by the longest package it lies in: ``com.a.bx`` isn't in ``com.a.b``.

        ``name`` is written with dots or slashes, with or without DEX's ``L`` and ``;``.
        """
        dotted = name[1:-1] if name.startswith("L") and name.endswith(";") else name
        dotted = dotted.replace("/", ".")
        for packages in self._packages:
            begin = dotted if packages else ""
            while begin:
                found = packages.get(begin)
                if found is not None:
                    return found
                begin = begin.rpartition(".")[0]
        return None

    def ios_symbol(self, name: str) -> Found | None:
        """Whose framework or class it is: by its whole name, case as it stands, ``.framework`` left off."""
        return self._symbols.get(name.removesuffix(".framework"))

    def cookie(self, name: str) -> Found | None:
        """Whose cookie it is by its name. Anyone may use a name: where a host is known too, the host says more."""
        return _by_key(self._keys[MarkKind.COOKIE], name)

    def storage_key(self, name: str) -> Found | None:
        """Whose key in local or session storage it is; as with cookies, a name is weak evidence."""
        return _by_key(self._keys[MarkKind.STORAGE], name)

    def company(self, name: str) -> tuple[Found, ...]:
        """The services of this name, or of the company of this name or alias, present or former, in order of id."""
        return self._names.get(plain_name(name), ())

    @property
    def names(self) -> Mapping[str, tuple[Found, ...]]:
        """Every name that :meth:`company` knows, as :func:`plain_name` writes it: for finding them in a text."""
        return MappingProxyType(self._names)


def plain_name(name: str) -> str:
    """A name without width, case, company's form and punctuation: what two ways to write one company share."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    bare = _NOT_IN_NAMES.sub("", _FORMS.sub(" ", folded))
    return bare or _NOT_IN_NAMES.sub("", folded)


def _found(row: Recipient, kind: MarkKind, mark: str) -> Found:
    return Found(row, kind, mark, row.confidence_of(mark))


_Hosts = tuple[dict[str, Found], dict[str, Found]]


def _by_host(rows: Sequence[Recipient], wanted: MarkKind) -> _Hosts:
    """Exact names, and names with all below them."""
    exact: dict[str, Found] = {}
    below: dict[str, Found] = {}
    for row in rows:
        for kind, mark in row.marks():
            if kind is wanted:
                (below if mark.startswith("*.") else exact)[mark.removeprefix("*.")] = _found(row, kind, mark)
    return exact, below


def _longest(hosts: _Hosts, name: str) -> Found | None:
    exact, below = hosts
    found = exact.get(name)
    if found is not None:
        return found
    while True:
        found = below.get(name)
        if found is not None:
            return found
        dot = name.find(".")
        if dot < 0:
            return None
        name = name[dot + 1 :]


def _by_mark(rows: Sequence[Recipient], wanted: MarkKind) -> dict[str, Found]:
    return {mark: _found(row, kind, mark) for row in rows for kind, mark in row.marks() if kind is wanted}


def _by_key(keys: dict[str, Found], name: str) -> Found | None:
    found = keys.get(name)
    if found is not None:
        return found
    for end in range(min(len(name), 80), 0, -1):
        found = keys.get(f"{name[:end]}*")
        if found is not None:
            return found
    return None


def _by_name(rows: Sequence[Recipient]) -> dict[str, tuple[Found, ...]]:
    found: dict[str, dict[str, Found]] = {}
    for row in rows:
        now = [row.service, row.company.ja, row.company.en, *row.aliases]
        for name in now:
            if plain_name(name):
                each = Found(row, MarkKind.NAME, name, row.confidence)
                found.setdefault(plain_name(name), {}).setdefault(row.id, each)
        for old in row.former:
            each = Found(row, MarkKind.NAME, old.name, row.confidence, old.until, former=True)
            found.setdefault(plain_name(old.name), {}).setdefault(row.id, each)
    return {name: tuple(rows[key] for key in sorted(rows)) for name, rows in found.items()}
