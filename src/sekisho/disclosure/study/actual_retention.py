"""How long logs were really kept, per service and kind, for the Ministry's hearing: CSV and JSON. Pure.

Two sources, told apart: what the policy says, and what the certificates of destroyed days prove. A day's records are
kept ``days`` when its key was destroyed so many days after it. What a hold kept beyond its day is not in here.

What this does not do: it doesn't judge. A period outside the desirable band is a fact, not a violation.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any, Final

from sekisho.engine.facts import Text
from sekisho.keys.schedule import last_day
from sekisho.logs.kinds import KINDS, LogKind
from sekisho.logs.policy import Band, Policy, band_of, period_text

BANDS: Final = {
    Band.SHORT: Text("3か月未満", "below three months"),
    Band.DESIRABLE: Text("3～6か月", "three to six months"),
    Band.LONG: Text("6か月超1年まで", "over six months, up to a year"),
    Band.BEYOND: Text("1年超", "over a year"),
    Band.UNBOUNDED: Text("目安なし", "no indication"),
}
"""Where a period lies, by the commentary on guideline art. 38."""


@dataclass(frozen=True, slots=True)
class PurgedDay:
    """A Japan day of a kind whose key was destroyed, and on which Japan day; from its certificate.

    ``certificate`` is its key's name, by which ``sekisho log certificate`` shows the proof.
    """

    kind: LogKind
    day: date
    destroyed_on: date
    certificate: str


@dataclass(frozen=True, slots=True)
class KeptActually:
    """One policy and what came of it. ``shortest`` to ``longest`` in days, None where no day of it has ended yet;
    ``late`` days ended after the day on which they were due; ``oldest`` is the oldest day of the kind still kept."""

    policy: Policy
    purged: int
    shortest: int | None
    middle: float | None
    longest: int | None
    late: int
    oldest: date | None


def actual(
    policies: Sequence[Policy], purged: Iterable[PurgedDay], oldest: Mapping[LogKind, date], *, on: date
) -> tuple[KeptActually, ...]:
    """Every policy that is or was in force by ``on``, with the days that were recorded under it."""
    days = list(purged)
    found = []
    for policy in sorted(policies, key=lambda one: (one.provider, one.service, one.kind, one.valid_from)):
        if policy.valid_from > on:
            continue
        mine = [one for one in days if one.kind is policy.kind and policy.in_force(one.day)]
        took = [(one.destroyed_on - one.day).days for one in mine]
        late = sum(one.destroyed_on > last_day(one.day, policy.kept) + timedelta(days=1) for one in mine)
        first = oldest.get(policy.kind)
        found.append(
            KeptActually(
                policy,
                len(mine),
                min(took, default=None),
                float(median(took)) if took else None,
                max(took, default=None),
                late,
                first if first is not None and (policy.valid_to is None or first < policy.valid_to) else None,
            )
        )
    return tuple(found)


_COLUMNS: Final = (
    Text("事業者", "provider"),
    Text("サービス", "service"),
    Text("ログの種類", "kind"),
    Text("種類の名称", "kind_title"),
    Text("方針の保存期間", "policy_period"),
    Text("期間の位置", "band"),
    Text("開始日", "valid_from"),
    Text("終了日（この日を含まない）", "valid_to"),
    Text("消去済みの日数", "purged_days"),
    Text("実際の保存日数・最短", "kept_days_shortest"),
    Text("実際の保存日数・中央値", "kept_days_median"),
    Text("実際の保存日数・最長", "kept_days_longest"),
    Text("期限後に消去した日数", "purged_late"),
    Text("残っている最も古い日", "oldest_day_kept"),
)


def as_csv(found: Iterable[KeptActually], lang: str) -> str:
    """CSV by RFC 4180, one row per policy, titles in the first. Write it with a byte order mark where a spreadsheet
    is to open it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([one.in_(lang) for one in _COLUMNS])
    for one in found:
        policy = one.policy
        writer.writerow(
            [
                _inert(policy.provider),
                _inert(policy.service),
                policy.kind.value,
                KINDS[policy.kind].title.in_(lang),
                period_text(policy.kept),
                BANDS[band_of(policy.kind, policy.kept)].in_(lang),
                policy.valid_from.isoformat(),
                "" if policy.valid_to is None else policy.valid_to.isoformat(),
                one.purged,
                *("" if value is None else f"{value:g}" for value in (one.shortest, one.middle, one.longest)),
                one.late,
                "" if one.oldest is None else one.oldest.isoformat(),
            ]
        )
    return out.getvalue()


def _inert(name: str) -> str:
    """A name that no spreadsheet takes for a formula."""
    return f"'{name}" if name[:1] in {"=", "+", "-", "@", "\t", "\r"} else name


def document(found: Iterable[KeptActually], *, on: date) -> dict[str, Any]:
    """As JSON values."""
    return {
        "on": on.isoformat(),
        "services": [
            {
                "provider": one.policy.provider,
                "service": one.policy.service,
                "kind": one.policy.kind.value,
                "policy_period": period_text(one.policy.kept),
                "band": band_of(one.policy.kind, one.policy.kept).value,
                "valid_from": one.policy.valid_from.isoformat(),
                "valid_to": None if one.policy.valid_to is None else one.policy.valid_to.isoformat(),
                "purged_days": one.purged,
                "kept_days": {"shortest": one.shortest, "median": one.middle, "longest": one.longest},
                "purged_late": one.late,
                "oldest_day_kept": None if one.oldest is None else one.oldest.isoformat(),
            }
            for one in found
        ],
    }
