"""Made-up applications in columns, drawn from a seed: what the figures about the law are measured on.

Two mixes. :func:`any_cases` draws every fact and attribute at random, unknowns included: nothing hides behind
plausibility, so that is where two evaluations must agree. :func:`usual_cases` looks like an operator's year: mostly new
voice contracts of natural persons, facts known where their event asks for them, one to five items of evidence that
belong together. Nobody in them exists; there is no name, address or number in either.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sekisho.contracts.facts import CATALOGUE
from sekisho.engine.columns import (
    VERDICTS,
    CaseColumns,
    Codes,
    ItemTable,
    code_bounds,
    code_type,
    day_code,
    unknown_code,
)
from sekisho.engine.facts import Catalogue, FactSpec, FactType

Generator = np.random.Generator
Days = npt.NDArray[np.int32]

FIRST_DAY, LAST_DAY = date(2019, 11, 1), date(2027, 6, 30)
"""Every version of the Ordinance the rulebook holds, and the 2026 Act, lies between."""

MOST_ITEMS = 4
"""Cases of any kind come with up to this many items of evidence."""


def any_cases(
    count: int,
    seed: int,
    *,
    catalogue: Catalogue = CATALOGUE,
    unknown: float = 0.15,
    first: date = FIRST_DAY,
    last: date = LAST_DAY,
) -> CaseColumns:
    """Cases of any kind: each value drawn from its whole domain and unknown with probability ``unknown``.

    Numbers are drawn from 0 to 12 as well as from their whole domain, dates around the case's own and on month ends,
    so that comparisons come out either way. Kinds of items are drawn with repetition.
    """
    rng = np.random.default_rng(seed)
    as_of = rng.integers(day_code(first), day_code(last) + 1, count).astype(np.int32)
    always = frozenset(catalogue.dimensions)
    facts = {
        name: drawn(rng, spec, as_of, 0.0 if name in always else unknown) for name, spec in catalogue.facts.items()
    }
    kinds = tuple(catalogue.evidence)
    # A case draws most of its items from two kinds, so that several of one kind meet in one case.
    favourite = rng.integers(0, len(kinds), (count, 2))
    per_case = rng.integers(0, MOST_ITEMS + 1, count)
    case = np.repeat(np.arange(count, dtype=np.int32), per_case)
    of_kind = np.where(
        rng.random(len(case)) < 0.7,
        favourite[case, rng.integers(0, 2, len(case))],
        rng.integers(0, len(kinds), len(case)),
    )
    items = {}
    for number, kind in enumerate(kinds):
        rows = case[of_kind == number]
        if len(rows):
            specs = catalogue.evidence[kind].attributes
            items[kind] = ItemTable(rows, {n: drawn(rng, s, as_of[rows], unknown) for n, s in specs.items()})
    return _columns(catalogue, rng, as_of, facts, items)


def drawn(rng: Generator, spec: FactSpec, near: Days, unknown: float) -> Codes:
    """One column drawn from the whole domain of ``spec``; dates lie around ``near``."""
    size = len(near)
    low, high = code_bounds(spec)
    if spec.type is FactType.DATE:
        codes: npt.NDArray[Any] = near - rng.integers(-90, 500, size)
        at_end = rng.random(size) < 0.1
        codes[at_end] = _month_end(codes[at_end])
        codes[rng.random(size) < 0.02] = high
    elif spec.type is FactType.INT:
        small = rng.integers(low, min(high, low + 12) + 1, size)
        codes = np.where(rng.random(size) < 0.7, small, rng.integers(low, high + 1, size))
    else:
        codes = rng.integers(low, high + 1, size)
    codes[rng.random(size) < unknown] = unknown_code(spec)
    return codes.astype(code_type(spec))


def _month_end(codes: npt.NDArray[Any]) -> npt.NDArray[Any]:
    following = codes.astype("datetime64[D]").astype("datetime64[M]") + np.timedelta64(1, "M")
    return following.astype("datetime64[D]").astype(np.int64) - 1


USUAL_FACTS: Mapping[str, Mapping[str, Any]] = {
    "event": {
        "new_contract": 62, "additional_line": 14, "reissue": 12, "transfer": 4, "rental": 3, "repeated_rental": 2,
        "police_confirmation": 1, "existing_user_check": 2,
    },
    "subject.kind": {
        "natural": 86, "corporation": 9, "foreigner_without_address": 2, "outside_resident_register": 1,
        "foreign_corporation": 1, "state_like": 1,
    },
    "channel": {"face_to_face": 46, "remote": 48, "postal": 6},
    "service": {"voice": 72, "app_050": 4, "data_sms": 9, "data_only": 10, "iot": 3, "wearable_same_number": 2},
}
"""How often each value of a dimension comes, in parts of a whole: invented, in the order of size one would expect."""

ASKED_OF: Mapping[str, Sequence[str]] = {
    "transfer.": ("transfer",),
    "rental.": ("rental", "repeated_rental"),
    "police.": ("police_confirmation",),
    "existing.": ("additional_line", "existing_user_check"),
    "disaster.": ("new_contract", "reissue"),
}
"""Facts that only some events ask for: elsewhere they are unknown."""

MOSTLY_TRUE = frozenset({
    "representative.acting", "service.app_runs_on_mobile", "lines.purpose_declared", "existing.verified_contract",
    "transfer.consent_requested_first", "police.request_in_writing", "police.by_station_chief",
    "police.offence_listed", "agent.manual_given", "agent.supervisor_appointed", "agent.audited", "agent.trained",
    "record.verifier_named", "record.recorder_named", "notice.resale_warning_given",
    "notice.international_calls_asked", "reliance.user_informed",
})  # fmt: skip
"""Facts that are true of nearly all; the other flags are false of nearly all."""

KITS: Mapping[str, Sequence[tuple[float, Sequence[str]]]] = {
    "face_to_face": (
        (70, ("document_shown",)),
        (10, ("document_shown", "postal_item")),
        (10, ("document_shown", "supplementary_document")),
        (10, ("chip_read", "document_shown", "consultation")),
    ),
    "remote": (
        (35, ("document_image", "face_image")),
        (25, ("chip_read", "face_image")),
        (15, ("electronic_signature",)),
        (10, ("document_copy", "postal_item")),
        (10, ("record_match", "authentication")),
        (5, ("card_substitute_record", "face_image", "payment_link")),
    ),
    "postal": (
        (60, ("document_copy", "postal_item")),
        (20, ("document_original", "postal_item", "supplementary_document")),
        (20, ("document_copy", "document_copy", "postal_item", "supplementary_document")),
    ),
}
"""Evidence that comes together, by channel."""

ACTING_KIT = ("authority_proof", "document_shown")
"""What comes in addition where someone acts at a counter."""


def usual_cases(
    count: int,
    seed: int,
    *,
    first: date = FIRST_DAY,
    last: date = LAST_DAY,
    unknown: float = 0.02,
) -> CaseColumns:
    """Cases as an operator might have them, in the order of :meth:`~sekisho.engine.columns.CaseColumns.ordered`.

    Attributes of evidence are what succeeds nine times in ten; a fact its event asks for is unknown with probability
    ``unknown``.
    """
    rng = np.random.default_rng(seed)
    as_of = rng.integers(day_code(first), day_code(last) + 1, count).astype(np.int32)
    facts: dict[str, Codes] = {}
    for name, parts in USUAL_FACTS.items():
        spec = CATALOGUE.facts[name]
        weights = np.array([parts[value] for value in spec.values], float)
        facts[name] = rng.choice(len(spec.values), count, p=weights / weights.sum()).astype(code_type(spec))
    event = facts["event"]
    events = CATALOGUE.facts["event"].values
    for name, spec in CATALOGUE.facts.items():
        if name not in facts:
            codes = _usual(rng, spec, as_of, unknown)
            asked = next((asking for prefix, asking in ASKED_OF.items() if name.startswith(prefix)), events)
            codes[~np.isin(event, [events.index(value) for value in asked])] = unknown_code(spec)
            facts[name] = codes
    # Natural persons mostly act for themselves; for everybody else someone acts.
    natural = facts["subject.kind"] <= CATALOGUE.facts["subject.kind"].values.index("outside_resident_register")
    facts["representative.acting"] = np.where(natural, rng.random(count) < 0.06, True).astype(np.int8)
    facts["suspicion.risk_score"] = np.minimum(100, rng.exponential(12, count)).astype(np.int32)
    facts["lines.voice_active"] = np.minimum(99, rng.geometric(0.55, count) - 1).astype(np.int32)
    facts["subject.age"] = np.clip(rng.normal(46, 19, count), 15, 99).astype(np.int32)
    facts["subject.age"][~natural] = unknown_code(CATALOGUE.facts["subject.age"])
    order = np.lexsort([as_of, *(facts[name] for name in reversed(CATALOGUE.dimensions))])
    as_of, facts = as_of[order], {name: codes[order] for name, codes in facts.items()}
    return _columns(CATALOGUE, rng, as_of, facts, _kits(rng, as_of, facts, unknown))


def _usual(rng: Generator, spec: FactSpec, near: Days, unknown: float) -> Codes:
    size = len(near)
    low, high = code_bounds(spec)
    if spec.type is FactType.BOOL:
        likely = 0.97 if spec.name in MOSTLY_TRUE else 0.02
        codes: npt.NDArray[Any] = (rng.random(size) < likely).astype(np.int8)
    elif spec.type is FactType.INT:
        codes = rng.integers(low, min(high, 40) + 1, size)
    elif spec.type is FactType.DATE:
        codes = near - rng.integers(0, 120, size)
    else:
        codes = np.minimum(high, low + rng.geometric(0.5, size) - 1)
    codes = codes.astype(code_type(spec))
    codes[rng.random(size) < unknown] = unknown_code(spec)
    return codes


_NEVER_WANTED = frozenset({"altered", "delivery_failed", "sms_code_used"})


def _evidence(rng: Generator, spec: FactSpec, near: Days, unknown: float) -> Codes:
    size = len(near)
    low, high = code_bounds(spec)
    codes: npt.NDArray[Any]
    if spec.type is FactType.BOOL:
        likely = 0.01 if spec.name in _NEVER_WANTED else 0.6 if spec.name == "delivered" else 0.96
        codes = rng.random(size) < likely
    elif spec.type is FactType.SET:
        codes = np.where(rng.random(size) < 0.9, high, rng.integers(low, high + 1, size))
    elif spec.name == "valid_until":
        codes = near + rng.integers(-60, 3650, size)
    elif spec.type is FactType.DATE:
        codes = near - rng.integers(0, 5 if spec.name == "at" else 240, size)
    elif spec.type is FactType.INT:
        codes = rng.integers(low, high + 1, size)
    else:
        # The first value is the usual one; documents are more of a mixture.
        usual = 0.35 if spec.name == "document" else 0.85
        codes = np.minimum(high, low + rng.geometric(usual, size) - 1)
    codes = codes.astype(code_type(spec))
    codes[rng.random(size) < unknown] = unknown_code(spec)
    return codes


def _kits(rng: Generator, as_of: Days, facts: Mapping[str, Codes], unknown: float) -> dict[str, ItemTable]:
    channels = CATALOGUE.facts["channel"].values
    rows: dict[str, list[npt.NDArray[np.intp]]] = {}
    for number, channel in enumerate(channels):
        here = np.flatnonzero(facts["channel"] == number)
        weights = np.array([weight for weight, _ in KITS[channel]])
        chosen = rng.choice(len(weights), len(here), p=weights / weights.sum())
        for kit, (_, kinds) in enumerate(KITS[channel]):
            for kind in kinds:
                rows.setdefault(kind, []).append(here[chosen == kit])
    acting = np.flatnonzero((facts["representative.acting"] == 1) & (facts["channel"] == 0))
    for kind in ACTING_KIT:
        rows.setdefault(kind, []).append(acting)
    items = {}
    for kind, parts in rows.items():
        case = np.sort(np.concatenate(parts)).astype(np.int32)
        if len(case):
            specs = CATALOGUE.evidence[kind].attributes
            columns = {name: _evidence(rng, spec, as_of[case], unknown) for name, spec in specs.items()}
            items[kind] = ItemTable(case, columns)
            if "person" in columns:
                # The second item of a kind in one case is the acting person's.
                again = np.zeros(len(case), np.bool_)
                again[1:] = case[1:] == case[:-1]
                columns["person"][:] = again
    return items


def _columns(
    catalogue: Catalogue,
    rng: Generator,
    as_of: Days,
    facts: Mapping[str, Codes],
    items: Mapping[str, ItemTable],
) -> CaseColumns:
    count = len(as_of)
    # Knowledge is mostly that of the day; sometimes a decision is looked at with what was known earlier or later.
    as_known_at = as_of + np.where(rng.random(count) < 0.9, 0, rng.integers(-400, 400, count)).astype(np.int32)
    verdict = rng.integers(-1, len(VERDICTS), count).astype(np.int8)
    references = pa.array([f"case-{number:07d}" for number in range(count)], pa.string())
    return CaseColumns(catalogue, references, as_of, as_known_at.astype(np.int32), verdict, facts, items)
