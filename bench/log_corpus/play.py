"""Play a world: make it, log it, keep it, ask about it, and compare every answer with the truth."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address
from pathlib import Path
from typing import Final

import numpy as np

from bench.log_corpus.kept import SILENCE, World, world
from bench.log_corpus.oracle import Questions, questions, settled
from bench.log_corpus.parameters import HOUR, MINUTE, Parameters
from bench.log_corpus.records import Clocks, Records, read_back, records_of
from bench.log_corpus.truth import INSIDE, Truth, truth_of
from sekisho.logs.columns import Bools, Int64s
from sekisho.logs.kinds import LogKind
from sekisho.logs.lookup.answer import Outcome
from sekisho.logs.lookup.asked import Asked
from sekisho.logs.lookup.candidates import Question
from sekisho.logs.lookup.find import find
from sekisho.logs.lookup.run import run_all
from sekisho.logs.lookup.who import who

AT_ONCE: Final = 20_000
"""Questions under way together."""


@dataclass(frozen=True, slots=True)
class Score:
    """What came of a world's questions. ``wrong_unique`` named somebody else than who truly had it; ``missed`` were
    settled by the logs and yet answered less than unique; ``wrong_none`` said that nobody had it, ``unheard_none`` of
    them of a holding of which no record had arrived."""

    name: str
    asked: int
    settled: int
    unique: int
    wrong_unique: int
    missed: int
    wrong_none: int
    unheard_none: int
    outcomes: Counter[str] = field(default_factory=Counter)
    examples: tuple[str, ...] = ()


def play(parameters: Parameters, *, seed: int, ask: int) -> Score:
    """Play one world with so many questions."""
    rng = np.random.default_rng(seed)
    if parameters.chain:
        return _play_chain(parameters, rng, ask)
    truth = truth_of(parameters, rng)
    clocks = Clocks.of(parameters, rng)
    sent = records_of(truth, clocks, rng)
    wanted = questions(truth, ask, rng)
    good = settled(
        truth,
        sent,
        _notes(sent, parameters),
        clocks,
        wanted.holding,
        wanted.asked - wanted.within,
        wanted.asked + wanted.within + 1,
        SILENCE,
    )
    expected = [_inside(number) for number in truth.holdings.holder[wanted.holding].tolist()]
    with (
        tempfile.TemporaryDirectory() as directory,
        world(Path(directory), parameters.epoch + parameters.length) as made,
    ):
        made.take_in(truth, sent, LogKind.AP_NAT, subject=False)
        found = _find(made, truth, wanted)
    return _scored(parameters.name, found, expected, good, _unheard(sent, truth, wanted.holding))


def _play_chain(parameters: Parameters, rng: np.random.Generator, ask: int) -> Score:
    """Translation in front of sessions: who had the public port is who had the inside address behind it."""
    lines = replace(
        parameters,
        name="sessions",
        resources=parameters.subscribers,
        subscribers=200,
        hold=3 * HOUR,
        gap=10 * MINUTE,
        sessions=True,
    )
    nat = replace(parameters, interim=0)
    translated, given = truth_of(nat, rng), truth_of(lines, rng, inside=True)
    clocks = Clocks.of(nat, rng), Clocks.of(lines, rng)
    sent = records_of(translated, clocks[0], rng), records_of(given, clocks[1], rng)
    wanted = questions(translated, ask, rng)
    inside = translated.holdings.holder[wanted.holding]
    session = _session_at(given, inside, wanted.moment)
    # A port nobody is behind has no communication to ask about.
    real = session >= 0
    wanted = Questions(*(getattr(wanted, name)[real] for name in Questions.__slots__))
    session = session[real]
    begin, end = wanted.asked - wanted.within, wanted.asked + wanted.within + 1
    good = settled(translated, sent[0], _notes(sent[0], nat), clocks[0], wanted.holding, begin, end, SILENCE)
    good &= settled(given, sent[1], _notes(sent[1], lines), clocks[1], session, begin, end, SILENCE)
    expected = [f"line{number}" for number in given.holdings.holder[session].tolist()]
    with tempfile.TemporaryDirectory() as directory, world(Path(directory), nat.epoch + nat.length) as made:
        made.take_in(translated, sent[0], LogKind.AP_NAT, subject=False)
        made.take_in(given, sent[1], LogKind.AP_AUTH, subject=True)
        found = _who(made, translated, wanted)
    unheard = _unheard(sent[0], translated, wanted.holding) | _unheard(sent[1], given, session)
    return _scored(parameters.name, found, expected, good, unheard)


def _session_at(given: Truth, resource: Int64s, moment: Int64s) -> Int64s:
    """The session that had each inside address then; -1 for none. Holdings are by resource and begin."""
    holdings = given.holdings
    span = 1 << 52
    keys = holdings.resource * span + (holdings.begin - given.parameters.epoch + span // 2)
    at = np.searchsorted(keys, resource * span + (moment - given.parameters.epoch + span // 2), side="right") - 1
    at = np.maximum(at, 0)
    had = (holdings.resource[at] == resource) & (holdings.begin[at] <= moment) & (moment < holdings.end[at])
    return np.where(had, at, -1)


def _notes(sent: Records, p: Parameters) -> Int64s:
    """What has to be assumed to read each record, by reading it."""
    notes = np.zeros(len(sent), np.int64)
    number = np.where(sent.arrived, (sent.arrival - p.epoch) // p.batch, -1)
    for batch in np.unique(number).tolist():
        mine = np.flatnonzero(number == batch)
        if batch >= 0:
            notes[mine] = read_back(sent.at(mine), p)[1]
    return notes


def _addresses(truth: Truth, wanted: Questions) -> list[IPv4Address]:
    resource = truth.holdings.resource[wanted.holding]
    return [IPv4Address(number) for number in truth.resources.address[resource].tolist()]


Found = list[tuple[Outcome, tuple[str | None, ...]]]


def _find(made: World, truth: Truth, wanted: Questions) -> Found:
    """One link: outcomes and the inside addresses named."""
    addresses, kinds = _addresses(truth, wanted), frozenset({LogKind.AP_NAT})
    begin, end = (wanted.asked - wanted.within).tolist(), (wanted.asked + wanted.within + 1).tolist()
    ports, readers = wanted.port.tolist(), made.readers()
    found: Found = []
    with made.view() as view:
        for first in range(0, len(wanted), AT_ONCE):
            places = range(first, min(first + AT_ONCE, len(wanted)))
            asked = (Question(addresses[at], ports[at], begin[at], end[at]) for at in places)
            steps = run_all((find(view, one, kinds, allowed=kinds) for one in asked), readers)
            found += [
                (
                    step.link.outcome,
                    tuple(holder[0] if isinstance(holder, tuple) else None for holder in step.link.holders),
                )
                for step in steps
            ]
    readers.clear()
    return found


def _who(made: World, truth: Truth, wanted: Questions) -> Found:
    """The chain: outcomes and the lines named."""
    addresses, kinds = _addresses(truth, wanted), frozenset({LogKind.AP_NAT, LogKind.AP_AUTH})
    at, within, ports, readers = wanted.asked.tolist(), wanted.within.tolist(), wanted.port.tolist(), made.readers()
    found: Found = []
    with made.view() as view:
        for first in range(0, len(wanted), AT_ONCE):
            places = range(first, min(first + AT_ONCE, len(wanted)))
            asked = (Asked(addresses[one], ports[one], at[one], within[one]) for one in places)
            answers = run_all((who(view, one, kinds) for one in asked), readers)
            found += [
                (one.outcome, tuple(dict.fromkeys(line for branch in one.branches for line in branch.lines)))
                for one in answers
            ]
    readers.clear()
    return found


def _unheard(sent: Records, truth: Truth, holding: Int64s) -> Bools:
    """Of which of these holdings no record arrived."""
    heard = np.zeros(len(truth.holdings), np.bool_)
    heard[sent.holding[sent.arrived & (sent.holding >= 0)]] = True
    return ~heard[holding]


def _scored(name: str, found: Found, expected: Sequence[str], good: Bools, unheard: Bools) -> Score:
    unique = [outcome is Outcome.UNIQUE for outcome, _ in found]
    right = [names == (true,) for (_, names), true in zip(found, expected, strict=True)]
    wrong = [at for at in range(len(found)) if unique[at] and not right[at]]
    nobody = [at for at, (outcome, _) in enumerate(found) if outcome is Outcome.NONE]
    missed = [at for at in np.flatnonzero(good).tolist() if not unique[at]]
    return Score(
        name,
        len(found),
        int(good.sum()),
        sum(unique),
        len(wrong),
        len(missed),
        len(nobody),
        int(unheard[nobody].sum()),
        Counter(outcome.value for outcome, _ in found),
        tuple(
            f"{kind} {at}: {found[at]} for {expected[at]}"
            for kind, places in (("wrong", wrong), ("missed", missed), ("nobody", nobody))
            for at in places[:5]
        ),
    )


def _inside(number: int) -> str:
    return str(IPv4Address(INSIDE + number))
