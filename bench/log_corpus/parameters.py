"""The worlds of the corpus: each a network with its own ways of logging badly."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Final

SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 3_600 * SECOND


class Stamps(Enum):
    """How devices write a time."""

    EPOCH = "epoch"
    """As a number: nothing to assume."""
    LOCAL = "local"
    """Local time without an offset."""
    YEARLESS = "yearless"
    """Local time without an offset and without a year (RFC 3164)."""


class Records(Enum):
    """What devices log of a holding."""

    BOTH = "both"
    """Start and stop, and interim records where ``interim`` says so."""
    STARTS = "starts"
    """Only starts; nothing lasts longer than ``limit``."""
    LEASES = "leases"
    """Leases of ``limit``, renewed at half time, given back or not; the server's own file, so nothing is lost."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """One world. Times are microseconds, ``…_rate`` and ``lost_…`` probabilities.

    Each of ``sources`` devices has ``resources`` port blocks of its own, which one of ``subscribers`` has at a time:
    for ``hold`` on average (exponential, at least ``least_hold``), then nobody for ``gap`` on average (at least
    ``least_gap``). Few subscribers make it common that one gets the same ports again.
    """

    name: str
    begin: datetime = datetime(2026, 11, 20, 3, tzinfo=UTC)
    length: int = 60 * HOUR
    sources: int = 1
    resources: int = 120
    subscribers: int = 60
    hold: int = 40 * MINUTE
    least_hold: int = SECOND
    gap: int = 5 * MINUTE
    least_gap: int = 0
    sessions: bool = False
    """Whether records tell a session id; ids begin anew when a device restarts."""
    records: Records = Records.BOTH
    limit: int = 0
    interim: int = 0
    """Between interim records; 0: none."""
    stamps: Stamps = Stamps.EPOCH
    zone: str = "Asia/Tokyo"
    tick: int = SECOND
    cards: int = 0
    """By how much stamps of one device are out of turn (uniform, to either side)."""
    skew: int = 0
    """Offset of a device's clock: uniform to either side, drawn for each source."""
    drift_ppm: float = 0
    step_every: int = 0
    """How often a drifted clock is put right at once; 0: never."""
    delay: int = SECOND // 5
    """Mean time on the way (exponential); declared as five times that for the fastest."""
    lost: float = 0
    """Of each record."""
    lost_pairs: float = 0
    """Of holdings: start and stop both lost."""
    twice_rate: float = 0
    """Of records that come again, within five seconds."""
    outages: int = 0
    """Times in which nothing of a source arrives, ``outage`` long on average; not all of them are noticed."""
    outage: int = 20 * MINUTE
    restarts: int = 0
    """Of each device: all it holds ends without a word, and for 40 seconds it logs nothing."""
    restarts_logged: float = 0.5
    late: float = 0
    """Of records of the first half that arrive when all else has (a relay was down), after the days were sealed."""
    new_layout: bool = False
    """Half way the blocks are cut anew: twice as large, beginning elsewhere, overlapping the old ones."""
    rest: int = 0
    """What the source declares as rest; the truth keeps to it (``least_gap``)."""
    batch: int = HOUR
    """Records are taken in by their arrival, so much at a time."""
    chain: bool = False
    """The holders are inside addresses, given to subscribers by sessions that another source logs by another clock."""

    @property
    def epoch(self) -> int:
        """The beginning in UTC microseconds."""
        return (self.begin - datetime(1970, 1, 1, tzinfo=UTC)).days * 86_400 * SECOND + self.begin.hour * HOUR


WORLDS: Final = (
    Parameters("clean"),
    Parameters("lossy", lost=0.02, lost_pairs=0.01, subscribers=8),
    Parameters("very lossy", lost=0.2, lost_pairs=0.05, subscribers=3, resources=60),
    Parameters("interim", lost=0.05, lost_pairs=0.01, interim=10 * MINUTE, sessions=True, subscribers=8),
    Parameters("outages", outages=8, outage=12 * MINUTE, lost=0.005, subscribers=4, interim=30 * MINUTE),
    Parameters(
        "quick reuse",
        hold=20 * SECOND,
        gap=SECOND,
        least_hold=0,
        tick=1_000,
        lost=0.01,
        lost_pairs=0.01,
        resources=8,
        subscribers=5,
        length=20 * HOUR,
        twice_rate=0.02,
    ),
    Parameters(
        "quick reuse, whole seconds",
        hold=30 * SECOND,
        gap=2 * SECOND,
        least_hold=0,
        lost=0.01,
        lost_pairs=0.01,
        resources=8,
        subscribers=5,
        length=20 * HOUR,
    ),
    Parameters(
        "handed on at once",
        hold=3 * MINUTE,
        gap=0,
        tick=1_000,
        cards=400_000,
        twice_rate=0.05,
        resources=30,
        subscribers=20,
        length=30 * HOUR,
        least_hold=5 * SECOND,
    ),
    Parameters("clocks off", sources=3, resources=40, skew=200 * SECOND, drift_ppm=60, step_every=9 * HOUR, lost=0.01),
    Parameters("restarts", restarts=9, sessions=True, interim=15 * MINUTE, lost=0.01, subscribers=6),
    Parameters("restarts of translators", restarts=3, lost=0.01, subscribers=3, restarts_logged=0.2),
    Parameters("twice and out of order", twice_rate=0.2, delay=3 * SECOND, lost=0.01, subscribers=10),
    Parameters("late", late=0.03, lost=0.005),
    Parameters("cut anew", new_layout=True, lost=0.01, subscribers=10),
    Parameters(
        "autumn in New York",
        begin=datetime(2026, 10, 31, 3, tzinfo=UTC),
        zone="America/New_York",
        stamps=Stamps.LOCAL,
        hold=10 * MINUTE,
        gap=2 * MINUTE,
        resources=60,
        subscribers=5,
        lost=0.01,
    ),
    Parameters(
        "New Year without years", begin=datetime(2026, 12, 30, 3, tzinfo=UTC), stamps=Stamps.YEARLESS, lost=0.01
    ),
    Parameters(
        "29 February without years", begin=datetime(2028, 2, 28, 0, tzinfo=UTC), stamps=Stamps.YEARLESS, lost=0.01
    ),
    Parameters(
        "days long",
        hold=30 * HOUR,
        gap=2 * HOUR,
        length=14 * 24 * HOUR,
        resources=600,
        interim=5 * HOUR,
        sessions=True,
        lost=0.02,
    ),
    Parameters("leases", records=Records.LEASES, limit=30 * MINUTE, hold=2 * HOUR, gap=3 * MINUTE, subscribers=9),
    Parameters(
        "starts only, rested ports",
        records=Records.STARTS,
        limit=20 * MINUTE,
        hold=4 * MINUTE,
        gap=30 * SECOND,
        least_gap=125 * SECOND,
        rest=120 * SECOND,
        lost=0.02,
        subscribers=9,
    ),
    Parameters(
        "starts only",
        records=Records.STARTS,
        limit=20 * MINUTE,
        hold=30 * SECOND,
        gap=2 * SECOND,
        lost=0.02,
        subscribers=5,
        resources=20,
        length=20 * HOUR,
    ),
    Parameters("chain", chain=True, subscribers=50, resources=60, lost=0.01, skew=30 * SECOND, interim=20 * MINUTE),
)
"""Every world that is asked, each with its own seed."""
