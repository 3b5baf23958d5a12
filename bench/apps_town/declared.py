"""The town as it is declared: parties, operators, and what follows for each state. The declaration is the truth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import yaml

from sekisho.apps.evidence import Consent

HERE: Final = Path(__file__).parent
KINDS: Final = {"top": "/", "article": "/news/1", "form": "/contact", "shop": "/shop/item-1", "notice": "/external",
                "privacy": "/privacy", "optout": "/optout"}  # fmt: skip
"""Kinds of page and where they are on every operator's site; not every operator has every kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A third party: how the browser is made to send to it, and what it takes besides."""

    host: str
    recipient: str
    by: str
    takes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """One party on an operator's site: in which states, on which kinds of page, through whom."""

    party: str
    states: frozenset[Consent]
    pages: frozenset[str]
    via: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """One operator's site."""

    host: str
    name: str
    scheme: str
    banner: str
    notice: str
    opt_out: bool
    sends: tuple[Send, ...]
    aliases: Mapping[str, tuple[str, ...]]

    @property
    def address(self) -> str:
        """Its first page."""
        return f"{self.scheme}://{self.host}/"

    def kinds(self) -> tuple[str, ...]:
        """The kinds of page it has."""
        without = {"none": {"notice"}}.get(self.notice, set()) | (set() if self.opt_out else {"optout"})
        return tuple(each for each in KINDS if each not in without)

    def sent(self, state: Consent, kind: str) -> tuple[Send, ...]:
        """What a page of this kind sends in this state, by itself or through others."""
        return tuple(each for each in self.sends if state in each.states and kind in each.pages)


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """Who is sent to from one page in one state, and through whom."""

    state: Consent
    kind: str
    host: str
    via: str


@cache
def parties() -> Mapping[str, Party]:
    """The third parties by host; an operator's cloaked hosts behave as the party they stand for."""
    rows = yaml.safe_load((HERE / "parties.yaml").read_text(encoding="utf-8"))
    found = {row["host"]: Party(host=row["host"], recipient=row["recipient"], by=row["by"],
                                takes=frozenset(row.get("takes", ()))) for row in rows}  # fmt: skip
    cloaked = found["ac.ebis.ne.jp"]
    for operator in operators().values():
        for host in operator.aliases:
            found[host] = Party(host=host, recipient=cloaked.recipient, by=cloaked.by, takes=cloaked.takes)
    return found


@cache
def operators() -> Mapping[str, Operator]:
    """The operators by host."""
    rows = yaml.safe_load((HERE / "operators.yaml").read_text(encoding="utf-8"))
    return {
        row["host"]: Operator(
            host=row["host"], name=row["name"], scheme=row.get("scheme", "https"), banner=row["banner"],
            notice=row["notice"], opt_out=row["opt_out"],
            aliases={host: tuple(names) for host, names in row.get("aliases", {}).items()},
            sends=tuple(
                Send(party=each["party"], states=frozenset(map(Consent, each["states"])), via=each.get("via", ""),
                     pages=frozenset(each.get("pages", KINDS)))
                for each in row["sends"]
            ),
        )
        for row in rows
    }  # fmt: skip


def truth(host: str) -> frozenset[Truth]:
    """Everything that an operator's site sends, on every page it has and in every state."""
    operator = operators()[host]
    return frozenset(
        Truth(state=state, kind=kind, host=send.party, via=send.via)
        for state in Consent for kind in operator.kinds() for send in operator.sent(state, kind)
    )  # fmt: skip
