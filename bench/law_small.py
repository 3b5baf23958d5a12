"""Twenty small rules in five engines: the same answers first, then decisions a second.

The rules are those of ``comparison/rules.json``: product, method, from, until. Ours are ``comparison/sekisho.yaml``,
loaded and judged by the engine as any rulebook is. The others run in an environment and process of their own
(:mod:`bench.peers.small_decision`). An engine that answers any question differently, or that no longer says what
``comparison/README.md`` quotes of it, ends the run: a table that is wrong is worse than none.
"""

from __future__ import annotations

import json
import time
from datetime import date, timedelta
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pyarrow as pa

from bench.peers.small_decision import ENGINES, Question, rate
from bench.runner import ROOT, BenchmarkError, Peer, run_peer
from sekisho.engine.chunk import Chunk
from sekisho.engine.columns import CaseColumns, code_type, day_code
from sekisho.engine.conclude import Confirmation, Outcome, judge
from sekisho.engine.facts import Case, Catalogue, ChangedBy, FactSpec, FactType, Text
from sekisho.engine.plan import LawEngine
from sekisho.engine.rules import Selection
from sekisho.engine.simulate import CHUNK_ROWS
from sekisho.engine.vector_conclude import Scenario, VectorLaw
from sekisho.engine.verdicts import Verdict
from sekisho.rulebook.loader import load_sources

FOLDER = ROOT / "comparison"
SCRIPT = ROOT / "bench" / "peers" / "small_decision.py"
SECONDS = 1.0
"""How long each repeat asks one engine."""
AT_ONCE = 1_000_000

SHOWN = Confirmation(required=False, confirmed={})
SELECTION = Selection()

CATALOGUE = Catalogue.of(
    (
        FactSpec("event", FactType.ENUM, Text("手続", "event"), ("contract",)),
        FactSpec("product", FactType.ENUM, Text("製品", "product"), ("voice", "app_050", "rental", "data_sms")),
        FactSpec(
            "method",
            FactType.ENUM,
            Text("方法", "method"),
            ("counter", "signature", "chip", "image", "copy"),
            changed_by=ChangedBy.APPLICANT,
        ),
    ),
    (),
    ("event", "product"),
)
"""What the twenty rules speak of."""


def table() -> list[dict[str, Any]]:
    """The twenty rules as rows."""
    rows: list[dict[str, Any]] = json.loads((FOLDER / "rules.json").read_text(encoding="utf-8"))
    return rows


def questions() -> list[Question]:
    """Every product and method on the day before, of and after every day on which a rule starts or ends."""
    rows = table()
    edges = {date.fromisoformat(day) for row in rows for day in (row["from"], row["until"]) if day is not None}
    days = sorted({edge + timedelta(days=n) for edge in edges for n in (-1, 0, 1)})
    products, methods = CATALOGUE.facts["product"].values, CATALOGUE.facts["method"].values
    return [(what, how, day.isoformat()) for what, how, day in product(products, methods, days)]


def answers() -> list[bool]:
    """What the table itself says to :func:`questions`."""
    rows = {(row["product"], row["method"]): row for row in table()}
    found = []
    for what, how, day in questions():
        row = rows.get((what, how))
        # Dates of this form order as text does.
        found.append(row is not None and row["from"] <= day and (row["until"] is None or day < row["until"]))
    return found


@cache
def small_engine() -> LawEngine:
    """The engine over ``comparison/sekisho.yaml``."""
    source = (FOLDER / "sekisho.yaml").read_text(encoding="utf-8")
    return LawEngine(load_sources({"comparison/sekisho.yaml": source}, CATALOGUE, lock=None), CATALOGUE)


def prepared(question: Question) -> tuple[Case, date]:
    """The question as our engine takes it."""
    what, how, day = question
    return Case({"event": "contract", "product": what, "method": how}), date.fromisoformat(day)


def decided(asked: tuple[Case, date]) -> Outcome:
    """One decision with its complete trace."""
    case, day = asked
    return judge(small_engine(), case, as_of=day, as_known_at=day, selection=SELECTION, confirmation=SHOWN)


def ours_agree() -> bool:
    """Whether our engine answers every question as the table does."""
    return [decided(prepared(each)).verdict is Verdict.ACCEPT for each in questions()] == answers()


def measure(repeats: int) -> dict[str, Any]:
    """Decisions a second of ours and of each peer, and seconds for a million cases at once.

    Raises :class:`~bench.runner.BenchmarkError` where an engine answers differently.
    """
    if not ours_agree():
        raise BenchmarkError("our engine doesn't answer the twenty rules as the table does")
    asked = [prepared(each) for each in questions()]
    ours = [rate(decided, asked, SECONDS) for _ in range(repeats)]
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    given = json.dumps({"questions": questions(), "repeats": repeats, "seconds": SECONDS})
    single: list[Peer] = []
    at_once: list[Peer] = []
    for name in ENGINES:
        found = run_peer(SCRIPT, name, given=given)
        if found["answers"] != answers():
            raise BenchmarkError(f"{found['engine']} doesn't answer the twenty rules as the table does")
        for said in (found["missing"], found["reason"]):
            if said and f"`{said}`" not in page:
                raise BenchmarkError(f"{found['engine']} says {said!r}, which comparison/README.md doesn't")
        single.append(Peer(found["engine"], float(np.median(found["per_s"]))))
        if "traced_per_s" in found:
            single.append(Peer(f"{found['engine']}, traced", float(np.median(found["traced_per_s"]))))
        if "million_at_once_s" in found:
            at_once.append(Peer(found["engine"], float(np.median(found["million_at_once_s"]))))
    return {"per_s": ours, "peers": single, "at_once_s": [_at_once() for _ in range(repeats)], "at_once_peers": at_once}


def _at_once() -> float:
    """Seconds for a million cases of one day in columns, three-valued, to a verdict and every rule's result."""
    asked = questions()
    rows = np.arange(AT_ONCE) % len(asked)
    facts = {}
    for name, spec in CATALOGUE.facts.items():
        at = {"event": None, "product": 0, "method": 1}[name]
        codes = [0 if at is None else spec.values.index(each[at]) for each in asked]
        facts[name] = np.array(codes, code_type(spec))[rows]
    day = np.full(AT_ONCE, day_code(date(2026, 3, 31)), np.int32)
    references = pa.array(["case"] * AT_ONCE, pa.string())
    columns = CaseColumns(CATALOGUE, references, day, day, np.full(AT_ONCE, -1, np.int8), facts, {})
    law = VectorLaw(small_engine())
    start = time.perf_counter()
    for first in range(0, AT_ONCE, CHUNK_ROWS):
        law.conclude(Chunk(columns, first, min(first + CHUNK_ROWS, AT_ONCE)), Scenario(), 0, SHOWN)
    return time.perf_counter() - start
