"""How much a kind of network's logs take: bytes, cores and cost for each period, from the operator's own numbers. Pure.

Every number that goes in has a name, a default and where the default comes from (:data:`DEFAULTS`). What Sekisho
itself was measured at stands apart (:data:`MEASURED`), and a test holds it to the figures of ``scripts/bench logs``.
Prices are nobody's offer: enter your own.

What this does not do: it knows of no machine. Memory isn't part of it: an open segment takes some 1 MiB.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Final

from sekisho.engine.facts import Text
from sekisho.logs.kinds import LogKind
from sekisho.logs.sizing_errors import SizingRefused

PERIODS: Final = (90, 120, 150, 180, 365)
"""Days that are compared: the ends of the desirable band (90, 180), what lies between, and a year."""
DAY_SECONDS: Final = 86_400


class Mode(StrEnum):
    """How addresses are shared, which decides what must be logged."""

    PBA = "pba"
    SESSION = "session"
    SESSION_DESTINATION = "session_destination"
    DETERMINISTIC = "deterministic"
    RADIUS = "radius"


MODES: Final = {
    Mode.PBA: Text("ポートブロック割当（CGN）", "port blocks (CGN)"),
    Mode.SESSION: Text("セッションごと（CGN）", "every session (CGN)"),
    Mode.SESSION_DESTINATION: Text("セッションごと・相手先つき（CGN）", "every session with its destination (CGN)"),
    Mode.DETERMINISTIC: Text("計算で求まる割当（MAP-E・固定割当）", "computed assignment (MAP-E, deterministic)"),
    Mode.RADIUS: Text("加入者ごとの公開アドレス（RADIUS）", "a public address each (RADIUS)"),
}


@dataclass(frozen=True, slots=True)
class Named:
    """A number with where it comes from."""

    value: float
    source: Text


@dataclass(frozen=True, slots=True)
class Inputs:
    """An operator's numbers; the fields are those of :data:`DEFAULTS`. ``subscribers`` has no default."""

    subscribers: int
    mode: Mode
    blocks_per_day: float
    sessions_per_day: float
    logins_per_day: float
    interims_per_login: float
    peak_factor: float
    busy: float
    copies: float
    growth: float
    storage_yen: float
    core_yen: float

    def checked(self) -> Inputs:
        """Itself, if it can be so. Raises ``SizingRefused``, naming the number."""
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name == "mode":
                continue
            low, high = LIMITS[field.name]
            if not low <= value <= high:
                raise SizingRefused(field=field.name, problem=f"{low:g} to {high:g}")
        return self


DEFAULTS: Final = {
    "blocks_per_day": Named(
        20, Text("1加入者1日あたりのポートブロック割当（設計値）", "port blocks given to a subscriber a day (assumed)")
    ),
    "sessions_per_day": Named(
        33_000,
        Text("1世帯1日あたりの接続数（RFC 7422 の米国の値）", "connections of a household a day (US, in RFC 7422)"),
    ),
    "logins_per_day": Named(
        1, Text("1加入者1日あたりの接続認証（アドレスの割当て）", "address assignments of a subscriber a day (assumed)")
    ),
    "interims_per_login": Named(
        2, Text("開始・終了のほかに届く中間の記録", "interim records beside start and stop (assumed)")
    ),
    "peak_factor": Named(3, Text("最も混む時間の、平均に対する倍率", "busiest hour against the average (assumed)")),
    "busy": Named(0.5, Text("コアを使い切らない割合", "how much of a core is used at the busiest hour (assumed)")),
    "copies": Named(2, Text("保管する複製の数（バックアップを含む）", "copies kept, a backup included (assumed)")),
    "growth": Named(0, Text("1年あたりの増加（0.1 は1割）", "growth a year (0.1 is a tenth)")),
    "storage_yen": Named(
        10, Text("1GB・1か月の円（仮の値。自社の単価を入れる）", "yen for a GB and month (a placeholder: enter yours)")
    ),
    "core_yen": Named(
        5_000,
        Text("1コア・1か月の円（仮の値。自社の単価を入れる）", "yen for a core and month (a placeholder: enter yours)"),
    ),
}
"""The numbers besides subscribers and mode, with their defaults."""

LIMITS: Final = {
    "subscribers": (1, 1e9),
    "blocks_per_day": (0.01, 1e5),
    "sessions_per_day": (0.01, 1e7),
    "logins_per_day": (0.01, 1e5),
    "interims_per_login": (0, 1e4),
    "peak_factor": (1, 100),
    "busy": (0.01, 1),
    "copies": (1, 10),
    "growth": (0, 10),
    "storage_yen": (0, 1e6),
    "core_yen": (0, 1e7),
}

MEASURED: Final = {
    "pba_bytes_per_record": Named(
        6.5, Text("1レコードの保存量（暗号化・封緘後）、計測 5.8 に余裕", "bytes kept of a port block, measured 5.8")
    ),
    "session_bytes_per_record": Named(
        8.0, Text("1レコードの保存量（相手先つき）、計測 7.8 に余裕", "bytes kept of a session, measured 7.8")
    ),
    "auth_bytes_per_record": Named(
        12.0, Text("1レコードの保存量（接続認証）、見積り6～8に余裕", "bytes kept of an assignment, estimated 6 to 8")
    ),
    "pba_lines_per_s_core": Named(
        600_000, Text("1コアが1秒に取り込む行、計測 64万に余裕", "lines taken in by a core a second, measured 640,000")
    ),
    "radius_records_per_s_core": Named(
        200_000,
        Text("1コアが1秒に取り込むRADIUS記録、計測 24万に余裕", "RADIUS records of a core a second, measured 240,000"),
    ),
}
"""What Sekisho takes, rounded to the careful side."""

RAW_BYTES: Final = {
    "line": Named(278, Text("Junosの1行の実例", "a line of Junos, as found")),
    "radius": Named(400, Text("detail形式の1記録の実例", "a record of a detail file, as found")),
}
"""Bytes of what arrives, for comparison."""


@dataclass(frozen=True, slots=True)
class Stream:
    """One kind of log: rows kept a day, bytes of a row, lines that arrive a day, lines a core takes a second."""

    kind: LogKind
    rows: float
    row_bytes: float
    lines: float
    rate: float
    raw_bytes: float


@dataclass(frozen=True, slots=True)
class Kept:
    """What a period takes. ``bytes`` by kind are one copy; ``stored`` is all copies; ``yen`` is for a month."""

    days: int
    rows: float
    bytes: dict[LogKind, float]
    stored: float
    storage_yen: float
    core_yen: float

    @property
    def yen(self) -> float:
        """A month's cost, storage and cores."""
        return self.storage_yen + self.core_yen


@dataclass(frozen=True, slots=True)
class Plan:
    """The answer. ``cores`` are for taking in at the busiest hour; ``raw_day`` is what arrives a day, in bytes."""

    inputs: Inputs
    streams: tuple[Stream, ...]
    lines_per_s: float
    peak_lines_per_s: float
    cores: float
    raw_day: float
    kept: tuple[Kept, ...]


def inputs(subscribers: int, mode: Mode, **given: float | None) -> Inputs:
    """Inputs with defaults for what isn't given. Raises ``SizingRefused``."""
    values = {name: one.value for name, one in DEFAULTS.items()}
    values |= {name: value for name, value in given.items() if value is not None}
    return Inputs(subscribers=subscribers, mode=mode, **values).checked()


def streams_of(given: Inputs) -> tuple[Stream, ...]:
    """The logs that a mode needs."""
    many = given.subscribers
    logins = many * given.logins_per_day
    made = [
        Stream(
            LogKind.AP_AUTH,
            logins,
            MEASURED["auth_bytes_per_record"].value,
            logins * (2 + given.interims_per_login),
            MEASURED["radius_records_per_s_core"].value,
            RAW_BYTES["radius"].value,
        )
    ]
    per_day = {
        Mode.PBA: given.blocks_per_day,
        Mode.SESSION: given.sessions_per_day,
        Mode.SESSION_DESTINATION: given.sessions_per_day,
    }.get(given.mode)
    if per_day is not None:
        # Without its destination a session is an interval of one port: as a port block.
        own = "session_bytes_per_record" if given.mode is Mode.SESSION_DESTINATION else "pba_bytes_per_record"
        made.insert(
            0,
            Stream(
                LogKind.AP_NAT,
                many * per_day,
                MEASURED[own].value,
                2 * many * per_day,  # one line when it begins and one when it ends
                MEASURED["pba_lines_per_s_core"].value,
                RAW_BYTES["line"].value,
            ),
        )
    return tuple(made)


def plan(given: Inputs, periods: Sequence[int] = PERIODS) -> Plan:
    """What it takes, for each of ``periods`` (days)."""
    found = streams_of(given)
    lines = sum(one.lines for one in found) / DAY_SECONDS
    cores = sum(one.lines / DAY_SECONDS * given.peak_factor / one.rate for one in found) / given.busy
    whole_cores = max(1.0, float(-(-cores // 1)))
    kept = []
    for days in periods:
        # A day is kept to the end of its last day, and until the purge of the next morning: one day more. The mean of
        # the days kept, growing, is that of half a period ago.
        grown = (1 + given.growth) ** (1 - days / 2 / 365) if given.growth else 1.0
        size = {one.kind: one.rows * one.row_bytes * (days + 1) * grown for one in found}
        stored = sum(size.values()) * given.copies
        kept.append(
            Kept(
                days,
                sum(one.rows for one in found) * (days + 1) * grown,
                size,
                stored,
                stored / 1e9 * given.storage_yen,
                whole_cores * given.core_yen,
            )
        )
    raw = sum(one.lines * one.raw_bytes for one in found)
    return Plan(given, found, lines, lines * given.peak_factor, cores, raw, tuple(kept))


def document(found: Plan) -> dict[str, Any]:
    """As JSON values, every number that went in with its source."""
    given = found.inputs
    return {
        "inputs": {
            "subscribers": given.subscribers,
            "mode": given.mode.value,
            **{
                name: {
                    "value": getattr(given, name),
                    "default": getattr(given, name) == one.value,
                    "source": {"ja": one.source.ja, "en": one.source.en},
                }
                for name, one in DEFAULTS.items()
            },
        },
        "measured": {
            name: {"value": one.value, "source": {"ja": one.source.ja, "en": one.source.en}}
            for name, one in MEASURED.items()
        },
        "streams": [
            {"kind": one.kind.value, "rows_per_day": one.rows, "lines_per_day": one.lines, "row_bytes": one.row_bytes}
            for one in found.streams
        ],
        "lines_per_s": found.lines_per_s,
        "peak_lines_per_s": found.peak_lines_per_s,
        "cores": found.cores,
        "raw_bytes_per_day": found.raw_day,
        "periods": [
            {
                "days": one.days,
                "rows": one.rows,
                "bytes_by_kind": {kind.value: size for kind, size in one.bytes.items()},
                "stored_bytes": one.stored,
                "storage_yen_per_month": one.storage_yen,
                "core_yen_per_month": one.core_yen,
                "yen_per_month": one.yen,
            }
            for one in found.kept
        ],
    }
