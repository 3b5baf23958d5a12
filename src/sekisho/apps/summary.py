"""Who gets what for what, recipient by recipient, from a scan's flows. Pure.

Grades stay apart: what is sent, what is only in the app's file, what is only declared. What a vendor says of its
service stands beside and is no evidence; a row that rests on memory is shown as unconfirmed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sekisho.apps.evidence import Consent, Grade
from sekisho.apps.flows import Flow
from sekisho.apps.law.sent import key_of
from sekisho.apps.recipients import KnowledgeBase, Recipient
from sekisho.apps.recipients.errors import UnknownRecipient


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """One recipient. ``row`` is the knowledge base's; ``None`` for a domain or mark that no row knows.

    ``information`` and ``purposes`` are slugs by the grade of their evidence; ``states`` those of consent in which
    something was observed; ``cleartext`` whether anything crossed the network unencrypted. ``evidence`` is the first
    place of the strongest grade, with its target. ``only_written``: no more is known than that a host's name is
    written in an app's file. ``services`` are the rows of every service that a declared company's name may mean.
    """

    key: str
    name: str
    row: Recipient | None
    grades: tuple[Grade, ...]
    information: dict[Grade, tuple[str, ...]]
    purposes: dict[Grade, tuple[str, ...]]
    vendor_purposes: tuple[str, ...]
    states: tuple[Consent, ...]
    hosts: tuple[str, ...]
    cleartext: bool
    evidence: tuple[str, str]
    only_written: bool = False
    services: tuple[str, ...] = ()

    @property
    def strongest(self) -> Grade:
        """The strongest grade of evidence there is."""
        return self.grades[0]

    def as_document(self) -> dict[str, Any]:
        """The recipient for machines."""
        row = self.row
        return {
            "recipient": self.key,
            "name": self.name,
            "company": None if row is None else {"ja": row.company.ja, "en": row.company.en,
                                                 "country": row.company.country},
            "confidence": None if row is None else row.confidence.value,
            "grades": [each.value for each in self.grades],
            "information": {grade.value: list(each) for grade, each in self.information.items()},
            "purposes": {grade.value: list(each) for grade, each in self.purposes.items()},
            "vendor_says_purposes": list(self.vendor_purposes),
            "states": [each.value for each in self.states],
            "hosts": list(self.hosts),
            "cleartext": self.cleartext,
            "only_written": self.only_written,
            "services": list(self.services),
            "evidence": {"target": self.evidence[0], "path": self.evidence[1]},
        }  # fmt: skip


_STRONGEST_FIRST = (Grade.OBSERVED, Grade.EMBEDDED, Grade.DECLARED)


@dataclass(slots=True)
class _Gathered:
    name: str
    row: str | None
    information: dict[Grade, set[str]] = field(default_factory=lambda: {grade: set() for grade in Grade})
    purposes: dict[Grade, set[str]] = field(default_factory=lambda: {grade: set() for grade in Grade})
    vendor: set[str] = field(default_factory=set)
    states: set[Consent] = field(default_factory=set)
    hosts: set[str] = field(default_factory=set)
    first: dict[Grade, tuple[str, str]] = field(default_factory=dict)
    cleartext: bool = False
    only_written: bool = True
    services: set[str] = field(default_factory=set)


def receivers(flows: Iterable[Flow], knowledge: KnowledgeBase) -> tuple[Receiver, ...]:
    """Everybody who isn't the operator, those to whom something was observed to go first, then by name."""
    found: dict[str, _Gathered] = {}
    for flow in flows:
        key = key_of(flow)
        if not key or flow.key.own:
            continue
        into = found.setdefault(key, _Gathered(flow.key.service or key, flow.key.recipient))
        into.vendor.update(flow.vendor_says.purposes)
        into.hosts.update(flow.hosts)
        into.services.update(flow.candidates)
        for grade in _STRONGEST_FIRST:
            for target, piece in flow.of(grade):
                into.first.setdefault(grade, (target.name, piece.place.path))
                into.cleartext |= piece.cleartext
                into.only_written = into.only_written and piece.only_written
                if grade is Grade.OBSERVED:
                    into.states.add(piece.consent)
            if flow.of(grade):
                into.information[grade] |= {flow.key.information} - {None}  # type: ignore[arg-type]  # None is taken out
                into.purposes[grade] |= {flow.key.purpose} - {None}  # type: ignore[arg-type]  # None is taken out
    made = [_receiver(key, each, knowledge) for key, each in found.items() if each.first]
    return tuple(sorted(made, key=lambda one: (_STRONGEST_FIRST.index(one.strongest), one.name.casefold(), one.key)))


def _receiver(key: str, each: _Gathered, knowledge: KnowledgeBase) -> Receiver:
    row = None
    if each.row is not None:
        try:
            row = knowledge.get(each.row)
        except UnknownRecipient:
            row = None
    grades = tuple(grade for grade in _STRONGEST_FIRST if grade in each.first)
    order = list(Consent)
    return Receiver(
        key=key, name=each.name, row=row, grades=grades,
        information={grade: tuple(sorted(each.information[grade])) for grade in grades},
        purposes={grade: tuple(sorted(each.purposes[grade])) for grade in grades},
        vendor_purposes=tuple(sorted(each.vendor)), states=tuple(sorted(each.states, key=order.index)),
        hosts=tuple(sorted(each.hosts)), cleartext=each.cleartext, evidence=each.first[grades[0]],
        only_written=each.only_written, services=tuple(sorted(each.services)),
    )  # fmt: skip
