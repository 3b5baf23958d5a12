"""One scan of one service: everything that was read of it, put together and judged. Pure.

What goes to whom stands in the flows, what follows from that in findings, each in its own layer's words. What couldn't
be measured is part of the result: of a target that wasn't read nothing is found right, nothing is said to be absent.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sekisho.apps.changes import FORMAT
from sekisho.apps.evidence import NotMeasured, Reading, Target
from sekisho.apps.facts_of import Material, facts_of, mediums_of
from sekisho.apps.flows import Flow, flows_of
from sekisho.apps.law.about_service import basis_of
from sekisho.apps.law.check import check
from sekisho.apps.law.facts import Basis, House, Medium
from sekisho.apps.law.questions import Answers
from sekisho.apps.law.verdicts import Finding, Layer
from sekisho.apps.own_sending import own_names
from sekisho.apps.past import history_of, look_of
from sekisho.apps.recipients import KnowledgeBase, shipped
from sekisho.apps.reconcile.platform import PlatformFinding, platform
from sekisho.apps.reconcile.reconcile import reconcile
from sekisho.apps.reconcile.verdicts import Reconciled
from sekisho.apps.summary import Receiver, receivers
from sekisho.apps.youth.check import check_youth
from sekisho.apps.youth_of import youth_of
from sekisho.engine.conclude import Confirmation


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """The result. ``on`` is the day (Japan) whose law was asked; ``mediums`` through what the service was judged.

    ``findings`` are of the law, the guideline and terms of platforms; where a service is both an app and a site, the
    ``aspect`` of each says which. ``youth`` are those of young people, of apps only. ``reconciled`` stands the notice
    beside what was found, ``platform`` the stores' forms. ``not_measured`` names each target's gaps.
    """

    service: str
    on: date
    mediums: tuple[Medium, ...]
    own_hosts: tuple[str, ...]
    readings: tuple[Reading, ...]
    flows: tuple[Flow, ...]
    receivers: tuple[Receiver, ...]
    findings: tuple[Finding, ...]
    youth: tuple[Finding, ...] = ()
    reconciled: tuple[Reconciled, ...] = ()
    platform: tuple[PlatformFinding, ...] = ()
    not_measured: tuple[tuple[Target, NotMeasured], ...] = field(default=())

    @property
    def targets(self) -> tuple[Target, ...]:
        """What was scanned."""
        return tuple(each.target for each in self.readings)

    def as_document(self) -> dict[str, Any]:
        """The scan for machines: the same for the same input on the same day."""
        return {
            "format": FORMAT,
            "service": self.service,
            "day": self.on.isoformat(),
            "mediums": [each.value for each in self.mediums],
            "own_hosts": list(self.own_hosts),
            "targets": [_target(each) for each in self.readings],
            "recipients": [each.as_document() for each in self.receivers],
            "flows": [each.as_document() for each in self.flows],
            "findings": [each.as_document() for each in self.findings],
            "youth": [each.as_document() for each in self.youth],
            "reconciled": [each.as_document() for each in self.reconciled],
            "platform": [each.as_document() for each in self.platform],
        }


def scan(
    material: Material,
    *,
    answers: Answers,
    on: date,
    house: House = House(),  # noqa: B008  # frozen, and the same for every call
    knowledge: KnowledgeBase | None = None,
    confirmation: Confirmation | None = None,
) -> Scan:
    """Puts together and judges what was read of a service, on a day (Japan).

    ``knowledge`` is the knowledge base of recipients, the shipped one unless another is given. ``confirmation`` holds
    back conclusions of law as :func:`sekisho.apps.law.check.check` says.
    """
    known = knowledge or shipped()
    flows = flows_of(material.readings, known, material.own_hosts)
    mediums = mediums_of(material)
    told = reconcile(flows, material.notice)
    stores = platform(flows, material.readings, told=material.origins)
    history = history_of(material.past, look_of(flows, told, material.readings, on, material.past))
    relied = frozenset(host for host in own_names(material.own_hosts)
                       if basis_of(answers, host, on=on) is Basis.OWN_IDENTIFIER)  # fmt: skip
    findings: list[Finding] = []
    for medium in mediums:
        facts = facts_of(material, flows, medium, stores=stores, relied=relied, history=history)
        found = check(facts, answers, on=on, house=house, confirmation=confirmation)
        findings += _told_apart(found, medium) if len(mediums) > 1 else found
    youth = check_youth(youth_of(material, flows), answers, on=on) if Medium.APP in mediums else ()
    return Scan(
        service=material.service, on=on, mediums=mediums, own_hosts=tuple(material.own_hosts),
        readings=tuple(material.readings), flows=flows, receivers=receivers(flows, known), findings=tuple(findings),
        youth=youth,
        reconciled=told,
        platform=stores,
        not_measured=tuple((each.target, gap) for each in material.readings for gap in each.not_measured),
    )  # fmt: skip


def _told_apart(found: Iterable[Finding], medium: Medium) -> Iterable[Finding]:
    """Findings of one medium of two. The guideline is about apps: of the site beside one it says nothing."""
    for each in found:
        if medium is Medium.APP or each.layer is Layer.LAW:
            yield replace(each, aspect=medium.value)


def _target(reading: Reading) -> dict[str, Any]:
    target = reading.target
    return {
        "name": target.name,
        "sha256": target.sha256,
        "kind": target.kind.value,
        "facts": [list(each) for each in reading.facts],
        "pieces": len(reading.pieces),
        "not_measured": [
            {"path": gap.place.path, "offset": gap.place.offset, "reason": gap.reason, "ja": gap.ja, "en": gap.en}
            for gap in reading.not_measured
        ],
    }

