"""Replaying past applications under another law: what would change, for whom, and by which rule.

Two scenarios are judged side by side over :class:`~sekisho.engine.columns.CaseColumns`; what does not differ between
them is worked out once. Pure: it reads no clock and no file, and gives a :class:`Report` of plain numbers.

What it does not say: that an applicant would have brought the same evidence under the other law. It judges what was
brought then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from sekisho.engine.chunk import Chunk, Flags, Truths
from sekisho.engine.columns import LOWEST, CaseColumns
from sekisho.engine.conclude import Confirmation
from sekisho.engine.errors import ColumnsRefused
from sekisho.engine.evaluate import MET, UNKNOWN, UNMET
from sekisho.engine.facts import FactSpec, FactType
from sekisho.engine.plan import LawEngine
from sekisho.engine.report import (
    OUTCOMES,
    RULE_RESULTS,
    Breakdown,
    MethodChange,
    Recorded,
    Report,
    RuleChange,
    Slice,
    Transition,
)
from sekisho.engine.rules import Role
from sekisho.engine.tally import Which, either, where
from sekisho.engine.vector_conclude import NOT_APPLICABLE, Concluded, Scenario, VectorLaw

CHUNK_ROWS = 131_072
"""Cases judged at once: a truth column of 128 KiB stays in a core's cache, and numpy's own overhead is small."""

SHOWN = Confirmation(required=False, confirmed={})
"""Unconfirmed law decides."""

_OUTCOMES = len(OUTCOMES)
_PAIRS = _OUTCOMES * _OUTCOMES
_RESULTS = len(RULE_RESULTS)

_WEIGHTS: Mapping[Role, Flags] = {
    role: np.array([result in weighing for result in (UNMET, UNKNOWN, MET, NOT_APPLICABLE)])
    for role, weighing in {
        Role.DUTY: {UNKNOWN, MET},
        Role.SCOPE: {MET},
        Role.METHOD: {MET},
        Role.REQUIREMENT: {UNMET, UNKNOWN},
        Role.REFUSAL: {MET},
        Role.RECORD: set[int](),
        Role.ADVICE: set[int](),
    }.items()
}
"""By role and result: whether it counts in a verdict. A way of verifying that isn't met counts no more than none."""

Bands = Mapping[str, Sequence[int]]
"""Numeric facts to break the report down by, each with the ascending first numbers of its bands but the lowest."""


@dataclass(slots=True)
class _Counted:
    """One rule's changes per pair of results; the first rows where it differs, and where that weighs in a verdict."""

    pairs: npt.NDArray[np.int64]
    with_verdict: int
    rows: list[int]
    weighing: list[int]

    def add(self, other: _Counted, examples: int) -> None:
        self.pairs = self.pairs + other.pairs
        self.with_verdict += other.with_verdict
        self.rows = (self.rows + other.rows)[:examples]
        self.weighing = (self.weighing + other.weighing)[:examples]


@dataclass(slots=True)
class _Part:
    """What one chunk contributes."""

    size: int
    pairs: npt.NDArray[np.int64]
    examples: dict[int, list[int]]
    rules: dict[str, _Counted]
    methods: dict[str, npt.NDArray[np.int64]]
    slices: dict[str, npt.NDArray[np.int64]]
    recorded: npt.NDArray[np.int64]
    recorded_rows: list[int]


def simulate(
    engine: LawEngine,
    columns: CaseColumns,
    *,
    baseline: Scenario,
    variant: Scenario,
    confirmation: Confirmation = SHOWN,
    bands: Bands | None = None,
    examples: int = 5,
    threads: int = 1,
    on_progress: Callable[[int], None] | None = None,
) -> Report:
    """Judge every case under ``baseline`` and under ``variant``, and report what differs.

    ``bands`` adds breakdowns by numeric facts to those by the catalogue's dimensions. ``examples`` bounds the reference
    ids given for each line. ``on_progress`` is told, in the calling thread, how many cases are done. Raises
    :class:`~sekisho.engine.errors.UnknownSelection` for a proposal or instrument that doesn't exist, and
    :class:`~sekisho.engine.errors.ColumnsRefused` for columns of another catalogue.
    """
    if columns.catalogue != engine.catalogue:
        raise ColumnsRefused(where="catalogue", problem="is not the rulebook's")
    law = VectorLaw(engine)
    for scenario in (baseline, variant):
        law.check(scenario.selection)
    edges = dict(bands or {})
    for name in edges:
        if name not in engine.catalogue.facts or engine.catalogue.facts[name].type is not FactType.INT:
            raise ValueError(f"{name} is not a number")
    starts = range(0, len(columns), CHUNK_ROWS)
    work = partial(_chunk, law, columns, (baseline, variant), confirmation, edges, examples)
    total = _Part(0, np.zeros(_PAIRS, np.int64), {}, {}, {}, {}, np.zeros(3, np.int64), [])
    for part in _in_order(work, starts, threads):
        _merge(total, part, examples)
        if on_progress is not None:
            on_progress(total.size)
    return _report(law, columns, baseline, variant, edges, total)


def _in_order(work: Callable[[int], _Part], starts: Sequence[int], threads: int) -> Iterator[_Part]:
    if threads == 1:
        yield from map(work, starts)
        return
    with ThreadPoolExecutor(threads) as pool:
        yield from pool.map(work, starts)


def _chunk(
    law: VectorLaw,
    columns: CaseColumns,
    scenarios: tuple[Scenario, Scenario],
    confirmation: Confirmation,
    bands: Bands,
    examples: int,
    start: int,
) -> _Part:
    chunk = Chunk(columns, start, min(start + CHUNK_ROWS, len(columns)))
    before, after = (law.conclude(chunk, scenario, n, confirmation) for n, scenario in enumerate(scenarios))
    pairs = before.verdicts * np.int8(_OUTCOMES) + after.verdicts
    changed: Flags = before.verdicts != after.verdicts
    slices = {name: _by_code(_codes(chunk, spec, bands), pairs, size) for name, spec, size in _breakdowns(law, bands)}
    counts = next(iter(slices.values())).reshape(-1, _PAIRS).sum(axis=0)
    found = {
        pair: _rows(pairs == pair, start, examples)
        for pair in np.flatnonzero(counts).tolist()
        if pair // _OUTCOMES != pair % _OUTCOMES
    }
    known = columns.verdict[start : chunk.stop]
    differs: Flags = (known >= 0) & (known != before.verdicts)
    differing, unrecorded = int(np.count_nonzero(differs)), int(np.count_nonzero(known < 0))
    return _Part(
        chunk.size,
        counts,
        found,
        _rules(law, before, after, changed, start, examples),
        _methods(law, before, after, changed),
        slices,
        np.array([chunk.size - unrecorded - differing, differing, unrecorded]),
        _rows(differs, start, examples),
    )


def _rows(flags: Flags, start: int, most: int) -> list[int]:
    """The first ``most`` rows flagged, counted from the columns' first."""
    first = int(flags.argmax()) if len(flags) else 0
    # Examples are mostly found near the first one: searching all the rest would cost more than everything else.
    near = np.flatnonzero(flags[first : first + 4096])[:most]
    found = near if len(near) == most else np.flatnonzero(flags[first:])[:most]
    rows: list[int] = (found + (start + first)).tolist()
    return rows


def _rules(
    law: VectorLaw, before: Concluded, after: Concluded, changed: Flags, start: int, examples: int
) -> dict[str, _Counted]:
    found: dict[str, _Counted] = {}
    for rule in dict.fromkeys([*before.codes, *after.codes]):
        a, b = before.codes.get(rule, NOT_APPLICABLE), after.codes.get(rule, NOT_APPLICABLE)
        differs = _differs(a, b, len(changed))
        if differs is None:
            continue
        at = np.flatnonzero(differs)
        old, new = _at(a, at), _at(b, at)
        pairs = np.bincount(old * np.int8(_RESULTS) + new, minlength=_RESULTS * _RESULTS)
        weight = _WEIGHTS[law.engine.rulebook.rules[rule].role]
        weighs = weight.take(old) != weight.take(new)
        with_verdict = at[weighs & changed.take(at)]
        rows, weighing = ((some[:examples] + start).tolist() for some in (at, with_verdict))
        found[rule] = _Counted(pairs, len(with_verdict), rows, weighing)
    return found


def _differs(a: Truths, b: Truths, size: int) -> Flags | None:
    """Where two results differ, None where nowhere."""
    if isinstance(a, int) and isinstance(b, int):
        return None if a == b else np.ones(size, np.bool_)
    flags: Flags = np.not_equal(a, b)
    return flags if flags.any() else None


def _at(codes: Truths, rows: npt.NDArray[np.intp]) -> npt.NDArray[np.int8]:
    return np.full(len(rows), codes, np.int8) if isinstance(codes, int) else codes.take(rows)


def _methods(law: VectorLaw, before: Concluded, after: Concluded, changed: Flags) -> dict[str, npt.NDArray[np.int64]]:
    """By method: cases that meet it before, after, and those whose verdict and whose use of it changed together."""
    met: dict[str, list[Which]] = {}
    for program in law.programs:
        rule = program.rule
        if rule.role is Role.METHOD and rule.method is not None:
            sides = met.setdefault(rule.method, [False, False])
            for side, concluded in enumerate((before, after)):
                sides[side] = either(sides[side], where(concluded.codes.get(rule.id, NOT_APPLICABLE), MET))
    found = {}
    for method, (old, new) in met.items():
        moved = changed & (np.asarray(old) != np.asarray(new))
        found[method] = np.array([_count(old, len(changed)), _count(new, len(changed)), np.count_nonzero(moved)])
    return found


def _count(which: Which, size: int) -> int:
    return size * which if isinstance(which, bool) else int(np.count_nonzero(which))


def _breakdowns(law: VectorLaw, bands: Bands) -> Iterator[tuple[str, FactSpec, int]]:
    """Facts to break down by, each with the number of its codes."""
    for name in law.catalogue.dimensions:
        spec = law.catalogue.facts[name]
        yield name, spec, len(spec.values)
    for name, edges in bands.items():
        # The last is for cases of which the number isn't known.
        yield name, law.catalogue.facts[name], len(edges) + 2


def _codes(chunk: Chunk, spec: FactSpec, bands: Bands) -> npt.NDArray[np.integer]:
    codes = chunk.columns.facts[spec.name][chunk.start : chunk.stop]
    if spec.name not in bands:
        return codes
    edges = np.array(bands[spec.name], np.int32)
    return np.where(codes == LOWEST, len(edges) + 1, np.searchsorted(edges, codes, side="right"))


def _by_code(codes: npt.NDArray[np.integer], pairs: npt.NDArray[np.int8], size: int) -> npt.NDArray[np.int64]:
    return np.bincount(codes.astype(np.intp) * _PAIRS + pairs, minlength=size * _PAIRS)


def _merge(total: _Part, part: _Part, examples: int) -> None:
    total.size += part.size
    total.pairs += part.pairs
    total.recorded += part.recorded
    total.recorded_rows = (total.recorded_rows + part.recorded_rows)[:examples]
    for pair, rows in part.examples.items():
        total.examples[pair] = (total.examples.get(pair, []) + rows)[:examples]
    for rule, counted in part.rules.items():
        if rule in total.rules:
            total.rules[rule].add(counted, examples)
        else:
            total.rules[rule] = counted
    for into, of in ((total.methods, part.methods), (total.slices, part.slices)):
        for name, numbers in of.items():
            into[name] = into[name] + numbers if name in into else numbers


def _report(
    law: VectorLaw, columns: CaseColumns, baseline: Scenario, variant: Scenario, bands: Bands, total: _Part
) -> Report:
    def ids(rows: Sequence[int]) -> tuple[str, ...]:
        return tuple(str(columns.references[row].as_py()) for row in rows)

    matrix = total.pairs.reshape(_OUTCOMES, _OUTCOMES)
    rules = law.engine.rulebook.rules
    slices = []
    for name, spec, _ in _breakdowns(law, bands):
        labels = _labels(bands[name]) if name in bands else spec.values
        numbers = total.slices.get(name, np.zeros(len(labels) * _PAIRS, np.int64)).reshape(len(labels), _PAIRS)
        parts = (Slice(label, int(row.sum()), _transitions(row)) for label, row in zip(labels, numbers, strict=True))
        slices.append(Breakdown(name, spec.title, tuple(part for part in parts if part.cases)))
    same, differing, unrecorded = total.recorded.tolist()
    return Report(
        rulebook=law.engine.rulebook.content_hash,
        baseline=baseline,
        variant=variant,
        cases=total.size,
        before={name: int(n) for name, n in zip(OUTCOMES, matrix.sum(axis=1), strict=True) if n},
        after={name: int(n) for name, n in zip(OUTCOMES, matrix.sum(axis=0), strict=True) if n},
        transitions=_transitions(total.pairs, {pair: ids(rows) for pair, rows in total.examples.items()}),
        rules=tuple(
            sorted(
                (
                    RuleChange(
                        name,
                        rules[name].title,
                        counted.with_verdict,
                        _results(counted.pairs),
                        ids(counted.weighing or counted.rows),
                    )
                    for name, counted in total.rules.items()
                ),
                key=lambda change: (-change.with_verdict, -change.cases, change.rule),
            )
        ),
        methods=tuple(
            MethodChange(name, *(int(number) for number in numbers))
            for name, numbers in sorted(total.methods.items())
            if numbers[:2].any()
        ),
        breakdowns=tuple(slices),
        recorded=Recorded(same, differing, unrecorded, ids(total.recorded_rows)),
    )


def _labels(edges: Sequence[int]) -> tuple[str, ...]:
    """``-17``, ``18-64``, ``65-`` and ``unknown`` for the edges 18 and 65."""
    firsts = ["", *(str(edge) for edge in edges)]
    lasts = [*(str(edge - 1) for edge in edges), ""]
    return (*(f"{first}-{last}" for first, last in zip(firsts, lasts, strict=True)), "unknown")


def _transitions(
    pairs: npt.NDArray[np.int64], examples: Mapping[int, tuple[str, ...]] | None = None
) -> tuple[Transition, ...]:
    """The changes of verdict, most frequent first; what stays is not one."""
    changes = [
        Transition(OUTCOMES[pair // _OUTCOMES], OUTCOMES[pair % _OUTCOMES], count, (examples or {}).get(pair, ()))
        for pair, count in enumerate(pairs.tolist())
        if count and pair // _OUTCOMES != pair % _OUTCOMES
    ]
    return tuple(sorted(changes, key=lambda change: -change.cases))


def _results(pairs: npt.NDArray[np.int64]) -> tuple[Transition, ...]:
    changes = [
        Transition(RULE_RESULTS[pair // _RESULTS], RULE_RESULTS[pair % _RESULTS], count, ())
        for pair, count in enumerate(pairs.tolist())
        if count
    ]
    return tuple(sorted(changes, key=lambda change: -change.cases))
