"""The calls desk's law as other desks have theirs: the screening rules with the provisions they rest on, to be shown,
listed for reading and confirmed by ``sekisho rulebook --desk calls``.

Screening rules stay where they are written (:mod:`sekisho.calls.screening`): here each stands as a rule of the engine
whose condition is on the features of a call. Nothing is judged here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any, Final

from sekisho.calls.screening import compile as compiler
from sekisho.engine.facts import Text
from sekisho.engine.nodes import AllOf, AnyOf, Atom, Node, Op
from sekisho.engine.plan import LawEngine
from sekisho.engine.rules import (
    Edge,
    Instrument,
    Message,
    Provision,
    Role,
    Rule,
    Rulebook,
    Strength,
    TextState,
)
from sekisho.rulebook import parse
from sekisho.rulebook.document import read

FOLDER: Final = compiler.PROVISIONS_FOLDER
"""Where the provisions lie."""
CATALOGUE: Final = compiler.CATALOGUE
"""The features of a call, as facts of the engine."""
_GENERAL: Final = "telecom-business-act"
"""Nearly every rule rests on it; a rule is of the instrument that it rests on besides."""
_TECHNICAL: Final = "rfc-"


@cache
def calls_engine() -> LawEngine:
    """An engine over the shipped screening rules. It holds no call."""
    return LawEngine(load_calls(), CATALOGUE)


@cache
def load_calls() -> Rulebook:
    """The shipped screening rules with the provisions of the calls desk."""
    shipped = compiler.shipped()
    found = rulebook_of(json.loads(compiler.compiled_json(shipped, name="house"))["rules"])
    as_written = {rule.compiled.id: rule.when for rule in shipped}
    rules = {
        name: replace(rule, when=as_written[name]) for name, rule in found.rules.items()
    }
    return replace(found, rules=rules)


def rulebook_of(documents: Iterable[Mapping[str, Any]]) -> Rulebook:
    """Compiled rules (:func:`sekisho.calls.screening.compile.compiled_json`) as a rulebook."""
    instruments, provisions = _instruments(), compiler.provisions()
    rules = {rule.id: rule for rule in (_rule(each, instruments, provisions) for each in documents)}
    digest = hashlib.sha256("".join(sorted(rule.content_hash for rule in rules.values())).encode()).hexdigest()
    return Rulebook(digest, instruments, provisions, {}, {}, {}, rules)


def content_hash(document: Mapping[str, Any]) -> str:
    """Of what a rule says: confirmed is this very content. Where it stands among the others isn't part of it."""
    said = {name: value for name, value in document.items() if name not in ("priority", "text_state", "source")}
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@cache
def _instruments() -> dict[str, Instrument]:
    found = {}
    keys = frozenset({"instrument", "provisions"})
    for path in sorted(FOLDER.rglob("*.yaml")):
        one = parse.instrument(read(path.read_text("utf-8"), path.name).mapping(keys, keys)["instrument"])
        found[one.id] = one
    return found


def _rule(each: Mapping[str, Any], instruments: Mapping[str, Instrument], known: Mapping[str, Provision]) -> Rule:
    instrument = instruments[_instrument(each["basis"])]
    message = Text(each["message"]["ja"], each["message"]["en"])
    when = _condition(each["boxes"])
    begins, until = date.fromisoformat(each["from"]), each["until"]
    end = None if until is None else date.fromisoformat(until)
    first = known[each["basis"][0]]
    return Rule(
        id=each["id"], role=Role.REQUIREMENT, title=Text(each["title"]["ja"], each["title"]["en"]), duties=(),
        method=None, provisions=tuple(each["basis"]), provisions_by_event={}, party="operator", applies={}, when=when,
        requires=AllOf(()), completion=None, completed_on=None, excepts=(), strength=Strength(each["strength"]),
        start=Edge(begins, begins, instrument.source), end=None if end is None else Edge(end, end, instrument.source),
        text_state=TextState(each["text_state"]), source=each["source"], message=Message(message, message, None, None),
        kind_of_no=None, ends_when=None, retention=None, measures=(), examples=(), instrument=instrument.id,
        content_hash=content_hash(each), file=first.file, line=first.line,
    )  # fmt: skip


def _instrument(basis: Iterable[str]) -> str:
    names = [provision.partition(".")[0] for provision in basis]
    return next((name for name in names if name != _GENERAL and not name.startswith(_TECHNICAL)), names[0])


def _condition(boxes: Iterable[Mapping[str, Iterable[str]]]) -> Node:
    whole: list[Node] = []
    for box in boxes:
        atoms: list[Node] = [Atom(name, of_item=False, op=Op.IN, operand=tuple(values)) for name, values in box.items()]
        whole.append(atoms[0] if len(atoms) == 1 else AllOf(tuple(atoms)))
    return whole[0] if len(whole) == 1 else AnyOf(tuple(whole))
