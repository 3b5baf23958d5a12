"""Numbers told apart: how many a second one core classifies, with and without a snapshot of designated blocks.

A part of ``scripts/bench calls``; by itself: ``python -m bench.calls_numbers``. ``phonenumbers`` does the nearest it
has (parse, validity, kind) with numbers from the same list, in the same run and process.

The clock is the process's time on its core, so that other work on the machine isn't counted as ours.
"""

from __future__ import annotations

import gc
import json
import random
import time
from collections.abc import Callable, Sequence
from datetime import date
from statistics import median
from typing import Any, Final

import phonenumbers

from sekisho.calls.numbers import Block, Designations, Numbering, NumberRefused, designations

NUMBERS: Final = 400_000
PEER_NUMBERS: Final = 10_000
BATCH: Final = 1_000
"""Answers kept at a time: calls are judged and let go."""
ON: Final = date(2026, 11, 23)

_SHAPES: Final = (
    # beginning, digits that follow, share: fixed lines and mobiles as a carrier's trunk shows them, some as +81,
    # a tenth from abroad, and what isn't in the plan.
    ("03[1-9]", 7, 14), ("0[2-8][1-9]", 7, 14), ("0[7-9]0[1-9]", 7, 24), ("060[1-9]", 7, 3), ("050[1-9]", 7, 8),
    ("0120", 6, 3), ("0800", 7, 2), ("+8190[1-9]", 7, 9), ("+813[1-9]", 7, 6), ("+1202[2-9]", 6, 4),
    ("+4420", 8, 2), ("+8613", 9, 2), ("+210", 8, 2), ("+180335", 6, 1), ("090", 6, 3), ("020[1-3]", 7, 3),
)  # fmt: skip


def numbers(count: int, seed: int) -> list[str]:
    """Made-up numbers of every common shape, in random order."""
    draw = random.Random(seed)  # noqa: S311  made-up numbers, the same in every run
    found = []
    for beginning, rest, _ in draw.choices(_SHAPES, weights=[share for *_, share in _SHAPES], k=count):
        text, choice, after = beginning.partition("[")
        if choice:
            span, _, tail = after.partition("]")
            text += str(draw.randint(int(span[0]), int(span[2])))
            text += tail if "[" not in tail else tail[: tail.index("[")] + str(draw.randint(1, 9))
        found.append(text + f"{draw.randrange(10**rest):0{rest}d}")
    return found


def snapshot() -> Designations:
    """A snapshot of 40,000 blocks of fixed numbers and all there can be of mobile ones, with 5,000 of 050."""
    heads = [f"{prefix}{i:03d}" for prefix in ("070", "080", "090", "060") for i in range(100, 1000)]
    heads += [f"050{i:04d}" for i in range(1000, 6000)]
    heads += [f"0{area}{i:03d}" for area in range(11, 99) if area % 10 for i in range(0, 1000, 2)]
    return designations((Block(head, "甲通信株式会社", in_service=True) for head in heads), as_of=ON, source="made up")


def measure(*, repeats: int, seed: int) -> dict[str, Any]:
    """Inputs and figures, as :mod:`bench.runner` takes them."""
    given = numbers(NUMBERS, seed)
    known = snapshot()
    plain = Numbering(on=ON)
    refused = sum(isinstance(one, NumberRefused) for one in plain.classify_many(given))
    assert refused == 0
    own = _rates(plain.classify_many, given, repeats)
    blocks = _rates(Numbering(on=ON, designations=known).classify_many, given, repeats)
    theirs = _rates(_by_phonenumbers, given[:PEER_NUMBERS], repeats)
    shape = "one core, from text (national, +81 and foreign forms, a tenth of them impossible) to kind, forms, use, "
    shape += "reasons; time on the core, nothing remembered between numbers"
    peer = {"name": f"phonenumbers {phonenumbers.__version__}, parse + valid + type", "value": median(theirs)}
    return {
        "inputs": {"numbers": NUMBERS, "designated blocks": len(known.blocks), "numbers for the peer": PEER_NUMBERS},
        "figures": [
            _figure("classify_per_s", own, 1_000_000, shape, [peer]),
            _figure("classify_designated_per_s", blocks, None, f"{shape}; and the designated block with its holder"),
        ],
    }


def _figure(
    name: str, rates: Sequence[float], goal: int | None, inside: str, peers: Sequence[dict[str, Any]] = ()
) -> dict[str, Any]:
    middle = median(rates)
    return {
        "name": name, "value": middle, "spread": (max(rates) - min(rates)) / middle, "unit": "/s", "better": "higher",
        "goal": goal, "inside": inside, "peers": list(peers),
    }  # fmt: skip


def _rates(work: Callable[[list[str]], object], given: list[str], repeats: int) -> list[float]:
    work(given[:1000])
    rates = []
    batches = [given[at : at + BATCH] for at in range(0, len(given), BATCH)]
    for _ in range(repeats):
        gc.collect()
        began = time.process_time()
        for batch in batches:
            work(batch)
        rates.append(len(given) / (time.process_time() - began))
    return rates


def _by_phonenumbers(given: list[str]) -> list[tuple[bool, int]]:
    found = []
    for number in given:
        try:
            parsed = phonenumbers.parse(number, "JP")
        except phonenumbers.NumberParseException:
            found.append((False, -1))
            continue
        found.append((phonenumbers.is_valid_number(parsed), phonenumbers.number_type(parsed)))
    return found


if __name__ == "__main__":
    print(json.dumps(measure(repeats=5, seed=1), indent=1, ensure_ascii=False))
