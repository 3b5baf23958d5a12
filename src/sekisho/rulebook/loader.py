"""Load a desk's rulebook from its folder: parse, check as a whole, hash.

A rulebook with a gap, an overlap, an unknown fact, a rule without provision, message or example, or a changed rule
under an old id is refused with file and line; an empty one too. Reads files, nothing else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from sekisho.engine.facts import Catalogue, FactType, Text
from sekisho.engine.rules import DatedSet, EventSpec, Instrument, Provision, Rule, Rulebook
from sekisho.rulebook import parse
from sekisho.rulebook.checks import check_rulebook
from sekisho.rulebook.conditions import Vocabulary, cited
from sekisho.rulebook.document import Place, read
from sekisho.rulebook.errors import RulebookRefused
from sekisho.rulebook.lock import Lock, check_lock

_TOP = frozenset({"instrument", "provisions", "events", "duties", "sets", "conditions", "rules"})
LOCK_NAME = "rules.lock.json"

T = TypeVar("T", Provision, Rule)


def load_folder(folder: Path, catalogue: Catalogue) -> Rulebook:
    """Load every ``*.yaml`` below ``folder``; the lock file beside them pins the meaning of every rule id."""
    sources = {path.relative_to(folder).as_posix(): _text(path) for path in sorted(folder.rglob("*.yaml"))}
    for path in sorted(folder.rglob("*.yml")):
        name = path.relative_to(folder).as_posix()
        raise RulebookRefused(file=name, line=0, problem="a file of the rulebook ends in '.yaml'; this one isn't read")
    lock_path = folder / LOCK_NAME
    return load_sources(sources, catalogue, lock=_lock(lock_path) if lock_path.exists() else None)


def _text(path: Path) -> str:
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise RulebookRefused(file=path.name, line=line, problem="not UTF-8") from error


def _lock(path: Path) -> Lock:
    try:
        found = json.loads(_text(path))
    except json.JSONDecodeError as error:
        raise RulebookRefused(file=path.name, line=error.lineno, problem=f"not JSON ({error.msg})") from error
    keys = {"meaning", "from", "until"}
    if not isinstance(found, dict) or any(not isinstance(kept, dict) or set(kept) != keys for kept in found.values()):
        raise RulebookRefused(file=path.name, line=1, problem="each rule id has 'meaning', 'from' and 'until'")
    return found


def load_sources(
    sources: Mapping[str, str], catalogue: Catalogue, *, lock: Mapping[str, Mapping[str, str | None]] | None
) -> Rulebook:
    """Load from texts by file name. ``lock`` None means that no id has been published yet."""
    rulebook, meanings = _assemble(sources, catalogue)
    check_rulebook(rulebook, catalogue)
    if lock is not None:
        check_lock(rulebook, meanings, lock)
    return rulebook


def meanings_of(sources: Mapping[str, str], catalogue: Catalogue) -> tuple[Rulebook, dict[str, str]]:
    """The rulebook unchecked against its lock, and each rule's meaning hash: what the lock is written from."""
    rulebook, meanings = _assemble(sources, catalogue)
    check_rulebook(rulebook, catalogue)
    return rulebook, meanings


def _assemble(sources: Mapping[str, str], catalogue: Catalogue) -> tuple[Rulebook, dict[str, str]]:
    if not sources:
        raise RulebookRefused(file=".", line=0, problem="the rulebook is empty")
    documents = {name: read(text, name).mapping(_TOP) for name, text in sorted(sources.items())}
    instruments = _instruments(documents)
    provisions = _unique(((place, parse.provision(place)) for _, place in _listed(documents, "provisions")))
    duties = _duties(documents)
    events = _events(documents, duties, catalogue)
    sets = _sets(documents, catalogue)
    set_places = _mapped(documents, "sets")
    vocabulary = Vocabulary(catalogue, set_places, _named(documents))
    placed: list[tuple[Place, Rule]] = []
    meanings: dict[str, str] = {}
    for name, place in _listed(documents, "rules"):
        made = parse.rule(place, _instrument_of(name, instruments, place), vocabulary)
        placed.append((place, made))
        meanings[made.id] = parse.meaning_hash(place, vocabulary)
    rules = _unique(placed)
    if not rules:
        raise RulebookRefused(file=".", line=0, problem="the rulebook has no rules")
    for unused in sorted(set(sets) - vocabulary.used_sets):
        raise set_places[unused].refuse(f"the set '{unused}' is used by no condition")
    for unused in sorted(set(vocabulary.named) - vocabulary.used_conditions):
        raise vocabulary.named[unused][1].refuse(f"the condition '{unused}' is used by no rule")
    digest = hashlib.sha256()
    for name, source in sorted(sources.items()):
        digest.update(f"{name}\0{hashlib.sha256(source.encode()).hexdigest()}\n".encode())
    return Rulebook(digest.hexdigest(), instruments, provisions, sets, events, duties, rules), meanings


def _listed(documents: Mapping[str, dict[str, Place]], key: str) -> Iterable[tuple[str, Place]]:
    for name, document in documents.items():
        if key in document:
            for place in document[key].items():
                yield name, place


def _mapped(documents: Mapping[str, dict[str, Place]], key: str) -> dict[str, Place]:
    found: dict[str, Place] = {}
    for document in documents.values():
        if key in document:
            for name, place in document[key].mapping().items():
                if name in found:
                    raise place.refuse(f"'{name}' stands in {found[name].file} too")
                found[name] = place
    return found


def _unique(placed: Iterable[tuple[Place, T]]) -> dict[str, T]:
    found: dict[str, T] = {}
    for place, made in placed:
        if made.id in found:
            raise place.refuse(f"the id '{made.id}' stands twice")
        found[made.id] = made
    return found


def _instruments(documents: Mapping[str, dict[str, Place]]) -> dict[str, Instrument]:
    found: dict[str, Instrument] = {}
    for name, document in documents.items():
        if "instrument" in document:
            place = document["instrument"]
            made = parse.instrument(place)
            if made.id in found:
                raise place.refuse(f"the instrument '{made.id}' stands twice")
            if made.id != _folder(name):
                raise place.refuse(f"the instrument '{made.id}' belongs in a folder of that name")
            found[made.id] = made
    return found


def _folder(name: str) -> str:
    return name.rpartition("/")[0]


def _instrument_of(name: str, instruments: Mapping[str, Instrument], place: Place) -> str:
    folder = _folder(name)
    if folder not in instruments:
        raise place.refuse(f"the folder '{folder}' has no instrument; declare it in {folder}/provisions.yaml")
    return folder


def _duties(documents: Mapping[str, dict[str, Place]]) -> dict[str, Text]:
    return {name: parse.text(place) for name, place in _mapped(documents, "duties").items()}


def _events(
    documents: Mapping[str, dict[str, Place]], duties: Mapping[str, Text], catalogue: Catalogue
) -> dict[str, EventSpec]:
    written = _mapped(documents, "events")
    known = catalogue.facts[catalogue.dimensions[0]].values
    for name, place in written.items():
        if name not in known:
            raise place.refuse(f"unknown event '{name}'")
    missing = set(known) - set(written)
    if missing:
        raise RulebookRefused(
            file="events.yaml", line=0, problem=f"events without duties: {', '.join(sorted(missing))}"
        )
    return {name: parse.event(name, place, duties) for name, place in written.items()}


def _sets(documents: Mapping[str, dict[str, Place]], catalogue: Catalogue) -> dict[str, DatedSet]:
    specs = [*catalogue.facts.values(), *(s for kind in catalogue.evidence.values() for s in kind.attributes.values())]
    values = frozenset(value for spec in specs if spec.type is FactType.ENUM for value in spec.values)
    return {name: parse.dated_set(name, place, values) for name, place in _mapped(documents, "sets").items()}


def _named(documents: Mapping[str, dict[str, Place]]) -> dict[str, tuple[tuple[str, ...], Place]]:
    keys = frozenset({"provisions", "condition"})
    found = {}
    for name, place in _mapped(documents, "conditions").items():
        written = place.mapping(keys, keys)
        found[name] = (cited(written["provisions"]), written["condition"])
    return found
