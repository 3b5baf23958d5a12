"""What the readers of recorded traffic share: the file, and what becomes of the requests they find one by one.

No recording is held in memory: each request is asked what it carries, and let go.
"""

from __future__ import annotations

import hashlib
import io
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO, Final

from sekisho.apps.evidence import NotMeasured, Piece, Place, Reading, Target, TargetKind
from sekisho.apps.leaks import Search, Value, identifiers
from sekisho.apps.recipients.domains import registrable
from sekisho.apps.traffic import Collected, OwnHosts, Request, carried

REPEATED_MOST: Final = 20
"""How often one reason is told with its place; further ones are counted."""
SITES_MOST: Final = 10_000
"""Domains that are counted as facts."""
_BLOCK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Fact:
    """A plain thing of the recording."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that is in the recording and was never sent (taken from a cache, blocked): counted by its reason."""

    reason: str


Watch = Callable[[Request], None]
Seen = Request | Piece | NotMeasured | Fact | Skipped


@dataclass(frozen=True, slots=True)
class Opened:
    """A target's bytes, from their beginning, and their digest. The digest is of all of it, read or not."""

    file: BinaryIO
    sha256: str
    size: int


def opened(data: BinaryIO | bytes) -> Opened:
    """The target's file, hashed in blocks and wound back. Raises what the file raises if it can't be wound back."""
    file = io.BytesIO(data) if isinstance(data, bytes) else data
    digest, size = hashlib.sha256(), 0
    file.seek(0)
    while block := file.read(_BLOCK):
        digest.update(block)
        size += len(block)
    file.seek(0)
    return Opened(file, digest.hexdigest(), size)


@dataclass(slots=True)
class _Said:
    """What couldn't be looked at: each reason at its first places, the rest as a number."""

    kept: list[NotMeasured] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def say(self, each: NotMeasured) -> None:
        self.counts[each.reason] += 1
        if self.counts[each.reason] <= REPEATED_MOST:
            self.kept.append(each)

    def facts(self) -> list[tuple[str, str]]:
        return [
            (f"not_measured_{reason}", str(count))
            for reason, count in sorted(self.counts.items())
            if count > REPEATED_MOST
        ]


def reading(
    kind: TargetKind,
    target: Opened,
    name: str,
    seen: Iterable[Seen],
    *,
    own_hosts: Sequence[str] = (),
    values: Sequence[Value] = (),
    watch: Watch | None = None,
) -> Reading:
    """The reading of a recording: what its requests carry, and what of ``values`` and known shapes stands in them.

    ``watch`` sees each request before it is let go.
    """
    own, search = OwnHosts(own_hosts), Search(values)
    found, said = Collected(), _Said()
    facts: dict[tuple[str, str], None] = {}
    counts: Counter[str] = Counter()
    sites: set[str] = set()
    times: list[datetime] = []
    for each in seen:
        match each:
            case Request():
                counts["requests"] += 1
                if watch is not None:
                    watch(each)
                found.add(carried(each, own))
                found.add(search.request(each))
                found.add(identifiers(each))
                if len(sites) < SITES_MOST:
                    sites.add(registrable(each.host) or each.host)
                if each.started is not None:
                    times = [min([*times[:1], each.started]), max([*times[1:], each.started])]
                if not each.body_whole:
                    said.say(_body_missing(each))
            case Piece():
                found.add([each])
            case NotMeasured():
                said.say(each)
            case Fact():
                facts.setdefault((each.name, each.value[:1000]))
            case Skipped():
                counts[f"not_sent_{each.reason}"] += 1
    for number in search.incomplete:
        ja = "展開後が大きすぎるため、既知の値を途中までしか探していません。"
        en = "It unpacks to more than the limit: known values were looked for in a part of it."
        said.say(missing(f"request {number}", "search_cut", ja, en))
    if found.full:
        ja = "見つかったものが上限を超え、残りは記録していません。記録を分けて調べてください。"
        said.say(missing(name, "too_much_found", ja, "More was found than the limit keeps. Split the recording."))
    numbers = [(key, str(count)) for key, count in sorted(counts.items())]
    ends = [("first_request", times[0].isoformat()), ("last_request", times[-1].isoformat())] if times else []
    return Reading(
        target=Target(name=name, sha256=target.sha256, kind=kind),
        pieces=found.pieces(),
        not_measured=tuple(said.kept),
        facts=(*facts, *numbers, ("sites", str(len(sites))), *ends, *said.facts()),
    )


def missing(path: str, reason: str, ja: str, en: str, *, offset: int | None = None) -> NotMeasured:
    """Something that couldn't be looked at."""
    return NotMeasured(place=Place(path=path, offset=offset), reason=reason, ja=ja, en=en)


def _body_missing(request: Request) -> NotMeasured:
    return missing(request.path, "body_incomplete", "送信本文が記録にないか、長すぎるため、全体は調べていません。",
                   "The body isn't in the recording, or is too long: not all of it was searched.")  # fmt: skip
