"""A real Kamailio that asks the decision core: calls a second, how soon they are answered, and evidence that is lost.

A part of ``scripts/bench calls``; by itself: ``python -m bench.calls_kamailio [SECONDS]``. Kamailio, SIPp as the caller
and SIPp as the called share the machine. Rules are those shipped, with 600,000 listed numbers and 10,000 ranges; every
decision leaves its sealed record, and patterns are watched for. A call is INVITE, 100, 200, ACK, BYE, 200; its time
is that from INVITE to final answer, of which the called's answer is a part. What is called is mostly passed (see
:func:`_pairs`): a refusal costs the proxy less than a call that it forwards.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any, Final

from sekisho.calls.screening import bundle
from sekisho.calls.screening.agreements import Agreement, NumberSet, Shows, to_json
from sekisho.calls.screening.call import Direction
from sekisho.calls.screening.compile import compiled_json, shipped
from sekisho.calls.screening.decision import Outcome
from sekisho.calls.screening.list_writer import ListWriter
from sekisho.calls.screening.lookups import Choice, LineSettings, Owner, Wish
from sekisho.calls.screening.number_keys import key_of, span_between
from sekisho.calls.screening.settings import write_lines
from sekisho.clock import SystemClock
from tests.calls.connector.proxy import available, free_port, running
from tests.calls.connector.sipp import answering, came, start_calls

RATE: Final = 2_000
EVIDENCE_RATE: Final = 1_000
SECONDS: Final = 60
LISTED: Final = 600_000
RANGES: Final = 10_000
PAIRS: Final = 20_000
CHILDREN: Final = 2
MEMORY: Final = 1024
"""MiB that Kamailio's processes share: a transaction stays five seconds beyond its end, at some 15 kB each."""


def measure(*, repeats: int, seed: int, seconds: int = SECONDS) -> dict[str, Any]:
    """Both loads, ``repeats`` times. Without Kamailio or SIPp there are no figures."""
    if not available():
        return {"inputs": {"kamailio": "not installed: not measured"}, "figures": []}
    full = [_load(RATE, seconds, seed) for _ in range(repeats)]
    half = [_load(EVIDENCE_RATE, seconds, seed) for _ in range(repeats)]
    mix = f"{RATE}/s offered for {seconds} s, shipped rules, evidence on, SIPp on the same cores"
    inputs = {
        "kamailio children": CHILDREN, "MiB shared by them": MEMORY, "listed numbers": LISTED,
        "listed ranges": RANGES, "seconds": seconds,
        "outcomes at full load": json.dumps(full[0]["outcomes"]),
    }  # fmt: skip
    return {
        "inputs": inputs,
        "figures": [
            _figure("kamailio_calls_per_s", [one["rate"] for one in full], "/s", "higher", RATE, mix),
            _figure("kamailio_under_5ms_percent", [one["soon"] for one in full], "%", "higher", 99, mix),
            _figure("kamailio_failed", [one["failed"] for one in full], "calls", "lower", 0, mix),
            _figure(
                "evidence_lost", [one["lost"] for one in half], "records", "lower", 0,
                f"{EVIDENCE_RATE}/s for {seconds} s: calls less the calls that have a record in the spool",
            ),
        ],
    }  # fmt: skip


def _load(rate: int, seconds: int, seed: int) -> dict[str, Any]:
    rng = random.Random(seed)  # noqa: S311  made-up numbers
    listed, lines = _listed(rng), [f"03987{number:05d}" for number in range(2_000)]
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)

        def prepare(proxy: Path) -> None:
            bundle.write(proxy.parent / "bundle", _parts(listed, lines), made_at=SystemClock().now())

        trunks = [{"id": "neighbour", "direction": "domestic", "addresses": ["127.0.0.1"]}]
        settings = {"trunks": trunks, "windows": str(directory / "windows")}
        with running(
            directory, children=CHILDREN, memory=MEMORY, published=False, settings=settings, prepare=prepare
        ) as proxy:
            proxy.next_hop.socket.close()
            with answering(proxy.next_hop_port, directory):
                calling = start_calls(
                    proxy.port, directory, _pairs(rng, listed, lines), calls=rate * seconds, rate=rate,
                    source=free_port(),
                )  # fmt: skip
                found = came(calling, directory, timeout=seconds * 3 + 30)
            outcomes = {name: value for name, value in proxy.metrics().items() if name.startswith("decisions")}
            proxy.stop()
            kept = {one["call_id"] for one in proxy.records() if "alarm" not in one}
            answered = sum(found.within.values())
            return {
                "rate": found.calls / found.took,
                "soon": 100 * (found.within["<1"] + found.within["<2"] + found.within["<5"]) / max(answered, 1),
                "failed": found.failed,
                "lost": found.calls - len(kept),
                "outcomes": outcomes,
            }


def _listed(rng: random.Random) -> list[str]:
    return [f"+1{rng.randint(201, 989)}{rng.randint(2_000_000, 9_999_999)}" for _ in range(LISTED)]


def _parts(listed: Sequence[str], lines: Sequence[str]) -> dict[str, bytes]:
    writer = ListWriter()
    said = {"version": 1, "action": Wish.REJECT, "reason": "fraud_report", "expires": None}
    for entry, number in enumerate(listed):
        key = key_of(number)
        if key is not None:
            writer.add([(key, key)], list_id="imported", owner=Owner.IMPORTED, entry=entry, **said)  # type: ignore[arg-type]  # one dict for both
    for entry in range(RANGES):
        begin = f"+86{13_000_000_000 + entry * 1_000}"
        span = span_between(begin, f"+86{13_000_000_099 + entry * 1_000}")
        writer.add([span], list_id="ranges", owner=Owner.OPERATOR, entry=entry, **said)  # type: ignore[arg-type]  # as above
    refuses = LineSettings(
        listed_calls=Choice(wish=Wish.REJECT, consent="consent-listed", sip_status=607),
        suspicious_calls=Choice(wish=Wish.LABEL, consent="consent-suspicious"),
    )
    transit = Agreement(
        id="neighbour-2026", trunk="neighbour", direction=Direction.DOMESTIC, shows=Shows.TRANSIT,
        numbers=NumberSet(), otherwise=Outcome.ANONYMISE, begins=date(2026, 1, 1), ends=None,
    )  # fmt: skip
    return {
        "rules.json": compiled_json(shipped(), name="shipped"),
        "agreements.json": to_json([transit]),
        "lists.bin": writer.content(),
        "lines.bin": write_lines(dict.fromkeys(lines[::2], refuses)),
    }


def _pairs(rng: random.Random, listed: Sequence[str], lines: Sequence[str]) -> list[tuple[str, str]]:
    """Nine in ten fixed and mobile numbers, the rest foreign, listed or not in the plan."""
    found = []
    for _ in range(PAIRS):
        kind = rng.random()
        if kind < 0.9:
            shown = rng.choice(("03", "06", "090", "080", "050"))
            shown += "".join(str(rng.randint(2, 9)) for _ in range(8))
        elif kind < 0.95:
            shown = rng.choice(listed)
        elif kind < 0.98:
            shown = f"+44{rng.randint(2_000_000_000, 2_099_999_999)}"
        else:
            shown = f"+210{rng.randint(10_000_000, 99_999_999)}"
        found.append((shown, rng.choice(lines)))
    return found


def _figure(
    name: str, values: Sequence[float], unit: str, better: str, goal: float, inside: str
) -> dict[str, Any]:
    middle = median(values)
    spread = (max(values) - min(values)) / middle if middle else 0.0
    return {
        "name": name, "value": float(middle), "spread": spread, "unit": unit, "better": better, "goal": goal,
        "inside": inside, "peers": [],
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(measure(repeats=1, seed=1, seconds=int(sys.argv[1]) if len(sys.argv) > 1 else SECONDS), indent=1))
