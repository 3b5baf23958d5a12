"""From what was read of a service to what the law is asked about: known, not measured, or not applicable. Pure.

A service may be an app, a site, or both: each medium has its own facts, so that a visit of the site never stands for
traffic of the app that nobody recorded. What a store's form, a permission or a usage string declares is no notice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from sekisho.apps.collector.collect import Collected
from sekisho.apps.evidence import Consent, Grade, NotMeasured, Piece, Reading, Target, TargetKind
from sekisho.apps.facts_of_visit import banner_of, choice_of, coverage_of, display_of, reach_of
from sekisho.apps.flows import Flow, Seen
from sekisho.apps.law.facts import (
    NOT_LOOKED,
    Coverage,
    Embedded,
    Fact,
    History,
    Inapplicable,
    Known,
    Medium,
    Notice,
    OptOut,
    Sending,
    ServiceFacts,
    Unmeasured,
)
from sekisho.apps.law.sent import embedded_of, key_of, sendings_of
from sekisho.apps.observing import observations_of
from sekisho.apps.own_sending import own_sendings
from sekisho.apps.past import Look
from sekisho.apps.reconcile.meeting import with_candidates
from sekisho.apps.reconcile.names import shipped_names
from sekisho.apps.reconcile.origin import NOBODY_SAID, Origin
from sekisho.apps.reconcile.platform import PlatformFinding
from sekisho.apps.youth.facts import AdRequest

STATE: Final = "consent_state"
"""The fact of a reading that says in which state of consent it was recorded, where somebody said so."""

OF_APPS: Final = frozenset({TargetKind.ANDROID, TargetKind.IOS, TargetKind.PLAY_DATA_SAFETY,
                            TargetKind.PRIVACY_MANIFEST, TargetKind.AGE_RATING})  # fmt: skip
FILES: Final = frozenset({TargetKind.ANDROID, TargetKind.IOS})
RECORDED: Final = frozenset({TargetKind.HAR, TargetKind.FLOWS, TargetKind.PCAP})
OF_SITES: Final = frozenset({TargetKind.WEB, TargetKind.EVIDENCE_COLLECTOR})
HOSTS_ONLY: Final = frozenset({TargetKind.PCAP, TargetKind.EVIDENCE_COLLECTOR})
"""Kinds that often show who receives and not what."""

_ABOUT_CONTENTS: Final = frozenset({"body_incomplete", "search_cut", "har_entry_too_long"})
"""Gaps of a recording that leave open what was sent, not to whom."""
_NO_TRAFFIC: Final = Unmeasured(
    "no_traffic",
    "通信の記録がありません。アプリを動かしてHAR・mitmproxy・pcapを取るか、サイトのアドレスを加えてください",
    "There is no recording of traffic. Run the app and record a HAR, mitmproxy flows or a pcap, or add the site's "
    "address",
)
_NO_FILE: Final = Unmeasured("no_app_file", "アプリのファイル（APK・IPA）がありません", "There is no app's file")
_SITE: Final = Inapplicable("サイトには、アプリのファイルに当たるものがない。", "A site has no app's file.")
_REQUEST: Final = re.compile(r"request \d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Everything that was read of one service.

    ``notice`` and ``opt_out`` are what was read of the notice or policy. ``origins`` says by a target's name what
    recorded traffic was recorded from, where somebody said so. ``ad_requests`` are the requests for advertisements in
    each target's traffic, by its name. ``past`` are the service's earlier scans, oldest first. ``to_own`` is
    what recordings carry to own hosts, by the target's name.
    """

    service: str
    readings: Sequence[Reading]
    own_hosts: Sequence[str] = ()
    visits: Sequence[Collected] = ()
    notice: Fact[Notice] = NOT_LOOKED
    opt_out: Fact[OptOut] = NOT_LOOKED
    origins: Mapping[str, Origin] = field(default_factory=lambda: NOBODY_SAID)
    ad_requests: Mapping[str, tuple[AdRequest, ...]] = field(default_factory=dict)
    past: Sequence[Look] = ()
    to_own: Mapping[str, tuple[Piece, ...]] = field(default_factory=dict)


def mediums_of(material: Material) -> tuple[Medium, ...]:
    """As what a service is judged: an app where something of an app is there, a site where it was visited.

    Recorded traffic is the app's where there is an app, else a site's where there is one, unless somebody said what it
    was recorded from; alone, a HAR is taken for a site's (it comes from a browser), flows and pcap for an app's.
    """
    found = {medium_of(each.target, material) for each in material.readings} - {None}
    return tuple(medium for medium in (Medium.APP, Medium.WEB) if medium in found)


def medium_of(target: Target, material: Material) -> Medium | None:
    """Of which medium a target speaks; ``None`` for a policy, which speaks of both."""
    if target.kind in OF_APPS:
        return Medium.APP
    if target.kind in OF_SITES:
        return Medium.WEB
    if target.kind not in RECORDED:
        return None
    said = material.origins.get(target.name)
    if said is not None:
        return Medium.WEB if said is Origin.WEB else Medium.APP
    kinds = {each.target.kind for each in material.readings}
    if kinds & OF_APPS:
        return Medium.APP
    return Medium.WEB if kinds & OF_SITES or target.kind is TargetKind.HAR else Medium.APP


def facts_of(
    material: Material,
    flows: Sequence[Flow],
    medium: Medium,
    *,
    stores: Sequence[PlatformFinding] = (),
    relied: frozenset[str] = frozenset(),
    history: Fact[tuple[History, ...]] = NOT_LOOKED,
) -> ServiceFacts:
    """What a scan knows of the service as an app or as a site. ``flows`` are those of all its readings, ``stores`` what
    the stores' forms are beside them, ``relied`` the own hosts for which exemption 2 is relied on (what goes there is
    a sending only then), ``history`` when each recipient was first sent to and told."""
    readings = [each for each in material.readings if medium_of(each.target, material) is medium]
    mine = flows_within(flows, {each.target for each in readings})
    visits = [each for each in material.visits if each.reading in readings]
    seen = [each.observed for each in visits]
    web = medium is Medium.WEB
    unlooked = Unmeasured("not_visited", "サイトを訪問していません", "The site wasn't visited")
    by_person = Unmeasured("screens_not_seen", "アプリの画面は自動では見ていません。人が確かめて質問票に答えてください",
                           "An app's screens aren't looked at. Look at them and answer the questions")  # fmt: skip
    nobody = unlooked if web else by_person
    notice = met(material.notice, flows)
    recorded = {each.target.name: material.to_own.get(each.target.name, ()) for each in readings}
    own = own_sendings(recorded, visits, material.own_hosts, relied)
    return ServiceFacts(
        service=material.service,
        medium=medium,
        coverage=_coverage(readings, visits),
        sendings=_sendings(mine, readings, visits, own),
        embedded=_SITE if web else _embedded(mine, readings),
        notice=notice,
        display=display_of(seen) if web and seen else nobody,
        reach=reach_of(seen) if web and seen else nobody,
        banner=banner_of(seen) if web and seen else nobody,
        opt_out=material.opt_out,
        choice=choice_of(seen) if web and seen else nobody,
        history=history,
        observations={} if web else observations_of(mine, material.readings, notice, stores),
    )


def met(notice: Fact[Notice], flows: Sequence[Flow]) -> Fact[Notice]:
    """The notice with rows under the keys that sendings have, where it names only their companies."""
    if not isinstance(notice, Known):
        return notice
    return Known(with_candidates(notice.value, flows, shipped_names()), notice.places)


def flows_within(flows: Iterable[Flow], targets: set[Target]) -> tuple[Flow, ...]:
    """The flows as these targets alone show them, each piece's place beginning with its target's name."""

    def kept(seen: Sequence[Seen]) -> tuple[Seen, ...]:
        return tuple((target, _named(target, piece)) for target, piece in seen if target in targets)

    found = (
        replace(flow, declared=kept(flow.declared), embedded=kept(flow.embedded), observed=kept(flow.observed))
        for flow in flows
    )
    return tuple(each for each in found if each.pieces)


def _named(target: Target, piece: Piece) -> Piece:
    return replace(piece, place=replace(piece.place, path=f"{target.name}: {piece.place.path}"))


def with_state(reading: Reading, consent: Consent) -> Reading:
    """A recording of which somebody says in which state of consent it was made; what tells its own keeps it."""
    pieces = tuple(
        replace(each, consent=consent) if each.consent is Consent.UNKNOWN and each.grade is Grade.OBSERVED else each
        for each in reading.pieces
    )
    return replace(reading, pieces=pieces, facts=(*reading.facts, (STATE, consent.value)))


def _coverage(readings: Iterable[Reading], visits: Sequence[Collected]) -> Fact[Coverage]:
    """In which states traffic was looked at, and what couldn't be looked at to the end."""
    states: set[Consent] = set()
    blocked: dict[str, None] = {}
    there = False
    for visit in visits:
        found = coverage_of(visit.observed, visit.reading.not_measured)
        states |= found.states
        blocked |= dict.fromkeys(found.blocked)
        there = True
    for reading in readings:
        if reading.target.kind not in RECORDED | {TargetKind.EVIDENCE_COLLECTOR}:
            continue
        there = True
        states |= {Consent(value) for name, value in reading.facts if name == STATE}
        states |= {piece.consent for piece in reading.pieces if piece.grade is Grade.OBSERVED}
        if any(gap.reason not in _ABOUT_CONTENTS for gap in reading.not_measured):
            blocked.setdefault(reading.target.name)
    if not there:
        return _NO_TRAFFIC
    return Known(Coverage(states=frozenset(states - {Consent.UNKNOWN}), blocked=tuple(blocked)))


def _sendings(
    flows: Sequence[Flow], readings: Sequence[Reading], visits: Sequence[Collected], own: tuple[Sending, ...]
) -> Fact[tuple[Sending, ...]]:
    traffic = [each for each in readings if each.target.kind in RECORDED | OF_SITES]
    if not traffic:
        return _NO_TRAFFIC
    found = sendings_of(flows, pages=_pages(visits))
    if not (found or own) and any(each.not_measured for each in traffic):
        return Unmeasured.of(next(gap for each in traffic for gap in each.not_measured))
    unseen = _contents_unseen(flows)
    others = (replace(each, information=frozenset()) if each.recipient in unseen else each for each in found)
    return Known((*others, *own))


def _contents_unseen(flows: Iterable[Flow]) -> set[str]:
    """The recipients of whom only the host's name was seen: that they got an address says nothing of the rest."""
    information: dict[str, set[str | None]] = {}
    kinds: dict[str, set[TargetKind]] = {}
    for flow in flows:
        key = key_of(flow)
        if key and flow.observed:
            information.setdefault(key, set()).add(flow.key.information)
            kinds.setdefault(key, set()).update(target.kind for target, _ in flow.observed)
    return {key for key, found in information.items() if found <= {None, "ip_address"} and kinds[key] <= HOSTS_ONLY}


def _pages(visits: Iterable[Collected]) -> Callable[[Seen], str]:
    """On which page a piece's request began, as far as a visit tells."""
    pages: Mapping[tuple[str, str], str] = {
        (visit.reading.target.name, request.path): request.page for visit in visits for request in visit.requests
    }

    def page(seen: Seen) -> str:
        target, piece = seen
        number = _REQUEST.match(piece.place.path.removeprefix(f"{target.name}: "))
        return pages.get((target.name, number[0]), "") if number is not None else ""

    return page


def _embedded(flows: Iterable[Flow], readings: Iterable[Reading]) -> Fact[tuple[Embedded, ...]]:
    """The recipients in the app's files; not measured where a part of the program wasn't read."""
    files = [each for each in readings if each.target.kind in FILES]
    if not files:
        return _NO_FILE
    gaps: list[NotMeasured] = [gap for each in files for gap in each.not_measured]
    if gaps:
        return Unmeasured.of(gaps[0])
    return Known(embedded_of(flows))
