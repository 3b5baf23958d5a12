"""Looks at every target of a service, one after another, and gathers what each gave.

What a target is is told before anything is opened or visited: one that can't be recognised refuses the whole scan. From
then on nothing that a target holds ends the scan: what can't be read of it is 測定不能, and the rest goes on. Only a
browser that isn't there does: a site that nobody could visit must not look like one that sends nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sekisho.apps.ad_requests import AdWatch
from sekisho.apps.collector import Collected, Plan
from sekisho.apps.errors import ScanRefused, TargetRefused, TargetUnknown
from sekisho.apps.evidence import Consent, NotMeasured, Place, Reading, Target, TargetKind
from sekisho.apps.facts_of import RECORDED, Material, with_state
from sekisho.apps.facts_of_visit import NO_NOTICE
from sekisho.apps.law.facts import NOT_LOOKED
from sekisho.apps.leaks import Value
from sekisho.apps.notices import notice_of, opt_out_of
from sekisho.apps.own_sending import OwnWatch
from sekisho.apps.ports import Collector, Pages
from sekisho.apps.recipients.domains import as_host
from sekisho.apps.reconcile.origin import NOBODY_SAID, Origin
from sekisho.apps.traffic import Request

if TYPE_CHECKING:  # a server or a command that reads no target loads no reader
    from sekisho.apps.policy.read import PolicyRead

HEAD: Final = 64 * 1024
"""Bytes by which a file's kind is told."""
POLICY_MOST: Final = 8 * 1024 * 1024
TARGETS_MOST: Final = 100
_BLOCK: Final = 1 << 20
_NOT_READ: Final = (
    "読む途中で続けられなくなったため、この対象は測れていません（{why}）。ファイルを確かめ、この行を添えて報告してください。",
    "It couldn't be read to the end, so it wasn't measured ({why}). Check the file, and report this line.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be looked at, as somebody asked for it.

    ``targets`` and ``policies`` are files or addresses, each a name as people know it; ``paths`` says where a file lies
    whose name isn't its path. ``states`` says of recordings in which state of consent they were made, ``origins`` what
    they were recorded from, both by the target's name (the empty name: of all). ``plan`` is how sites are visited; its
    own address is replaced. Raises :class:`ScanRefused`.
    """

    service: str
    targets: Sequence[str]
    own_hosts: Sequence[str] = ()
    policies: Sequence[str] = ()
    values: Sequence[Value] = ()
    states: Mapping[str, Consent] = field(default_factory=dict)
    origins: Mapping[str, Origin] = field(default_factory=lambda: NOBODY_SAID)
    plan: Plan = field(default_factory=lambda: Plan(address="https://www.example/"))
    paths: Mapping[str, Path] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuses what can't be meant."""
        if not 0 < len(self.service.strip()) <= 200:
            raise ScanRefused(field="service", problem="1 to 200 characters")
        if not 0 < len(self.targets) + len(self.policies) <= TARGETS_MOST:
            raise ScanRefused(field="targets", problem=f"1 to {TARGETS_MOST}")
        if len({*self.targets, *self.policies}) != len(self.targets) + len(self.policies):
            raise ScanRefused(field="targets", problem="one of them is given twice")
        for host in self.own_hosts:
            if not as_host(host) or "/" in host:
                raise ScanRefused(field="own_host", problem=f"{host[:100]!r} is no host's name")

    def at(self, paths: Mapping[str, Path]) -> Asked:
        """The same, with where files lie whose names aren't their paths."""
        return replace(self, paths=paths)

    def of(self, said: Mapping[str, Consent], name: str) -> Consent | None:
        """What was said of this target, or of all."""
        return said.get(name, said.get(""))


@dataclass(frozen=True, slots=True)
class _Watch:
    """What sees a recording's requests while they are read."""

    ads: AdWatch
    own: OwnWatch

    def see(self, request: Request) -> None:
        self.ads.see(request)
        self.own.see(request)


def is_address(target: str) -> bool:
    """Whether a target is a site's address rather than a file."""
    return target.lower().startswith(("http://", "https://"))


def look(asked: Asked, *, collector: Collector, pages: Pages) -> Material:
    """Reads and visits everything. Raises :class:`TargetUnknown`, :class:`TargetRefused`, the collector's refusals of
    an address, and its ``Unavailable`` where there is no browser."""
    kinds = {name: _kind(name, _path(asked, name)) for name in asked.targets if not is_address(name)}
    plans = {name: replace(asked.plan, address=name, own_hosts=tuple(asked.own_hosts))
             for name in asked.targets if is_address(name)}  # fmt: skip
    policies = [*asked.policies, *(name for name, kind in kinds.items() if kind is TargetKind.POLICY)]
    for name in policies:
        if not is_address(name):
            _kind(name, _path(asked, name), anything=True)
    watches = {name: _Watch(AdWatch(name), OwnWatch(asked.own_hosts))
               for name, kind in kinds.items() if kind in RECORDED}  # fmt: skip
    readings = [_read(asked, name, kind, watches.get(name)) for name, kind in kinds.items()
                if kind is not TargetKind.POLICY]  # fmt: skip
    visits: list[Collected] = []
    for plan in plans.values():
        visits.append(collector.visit(plan))
        readings.append(visits[-1].reading)
    told = [_policy(name, pages.fetch(name) if is_address(name) else _content(name, _path(asked, name)))
            for name in policies]  # fmt: skip
    found = told or [each for visit in visits for each in _notices(visit)]
    readings += [each.reading for each in found]
    own = dict.fromkeys((*asked.own_hosts, *(host for plan in plans.values() for host in plan.own)))
    nothing = NO_NOTICE if visits else NOT_LOOKED
    return Material(
        service=asked.service.strip(), readings=tuple(readings), own_hosts=tuple(own), visits=tuple(visits),
        notice=notice_of([each.notice for each in found]) if found else nothing,
        opt_out=opt_out_of([each.opt_out for each in found]) if found else nothing,
        origins=asked.origins, ad_requests={name: tuple(each.ads.found) for name, each in watches.items()},
        to_own={name: each.own.pieces() for name, each in watches.items()},
    )  # fmt: skip


def _path(asked: Asked, name: str) -> Path:
    return asked.paths.get(name, Path(name))


def _kind(name: str, path: Path, *, anything: bool = False) -> TargetKind | None:
    """What a file is. ``anything``: somebody says that it is a policy, so it only has to be there."""
    from sekisho.apps.readers.recognise import recognise  # noqa: PLC0415  only where a target is read

    try:
        if not path.is_file():
            raise TargetRefused(name=name[:200], why="no such file" if not path.exists() else "not a regular file")
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError as error:
        raise TargetRefused(name=name[:200], why=error.strerror or type(error).__name__) from None
    if anything:
        return None
    kind = recognise(head, path.name if name == str(path) else name)
    if kind is None:
        raise TargetUnknown(name=name[:200])
    return kind


def _read(asked: Asked, name: str, kind: TargetKind | None, watch: _Watch | None) -> Reading:
    from sekisho.apps.readers.dispatch import read  # noqa: PLC0415  only where a target is read

    path = _path(asked, name)
    try:
        reading = read(path, kind=kind, values=tuple(asked.values), own_hosts=tuple(asked.own_hosts),
                       watch=None if watch is None else watch.see)  # fmt: skip
    except Exception as error:
        # A reader never raises for what a file holds. Should one, the other targets are still worth their result.
        return _unread(name, path, kind, error)
    reading = replace(reading, target=replace(reading.target, name=name))
    state = asked.of(asked.states, name) if kind in RECORDED | {TargetKind.EVIDENCE_COLLECTOR} else None
    return reading if state is None else with_state(reading, state)


def _unread(name: str, path: Path, kind: TargetKind | None, error: Exception) -> Reading:
    why = type(error).__name__
    gap = NotMeasured(place=Place(path=name), reason="reader_failed", ja=_NOT_READ[0].format(why=why),
                      en=_NOT_READ[1].format(why=why))  # fmt: skip
    target = Target(name=name, sha256=_sha256(path), kind=kind or TargetKind.POLICY)
    return Reading(target=target, pieces=(), not_measured=(gap,))


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
    except OSError:
        return ""
    return digest.hexdigest()


def _content(name: str, path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(POLICY_MOST + 1)
    except OSError as error:
        raise TargetRefused(name=name[:200], why=error.strerror or type(error).__name__) from None


def _policy(name: str, content: bytes) -> PolicyRead:
    from sekisho.apps.policy.read import read  # noqa: PLC0415  only where a policy is read

    return read(content, name=name)


def _notices(visit: Collected) -> Iterable[PolicyRead]:
    """The notices that a visit came to, as the browser had them."""
    for each in visit.observed.notices:
        yield _policy(each.address, each.html.encode())
