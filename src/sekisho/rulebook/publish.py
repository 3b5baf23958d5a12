"""Publishing the rulebook: writing into the lock what each new rule id means.

The lock only grows: an id that is in it keeps its meaning, and of its interval only an unknown start may get its date
and an open end may be set. What is written depends on the rules alone, so that two people publish the same bytes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sekisho.engine.facts import Catalogue
from sekisho.engine.rules import Rule, Rulebook
from sekisho.rulebook.errors import RulebookRefused
from sekisho.rulebook.loader import LOCK_NAME, meanings_of
from sekisho.rulebook.lock import Lock, lock_entry


@dataclass(frozen=True, slots=True)
class Publication:
    """What publishing does: the new lock, the ids that are new in it, and those whose interval got a date."""

    rulebook: Rulebook
    lock: Lock
    new: tuple[str, ...]
    dated: tuple[str, ...]

    @property
    def text(self) -> str:
        """The lock as it is written: sorted, one line for each rule, ending in a newline."""
        lines = [
            f"  {json.dumps(name, ensure_ascii=False)}: {json.dumps(dict(entry), ensure_ascii=False, sort_keys=True)}"
            for name, entry in sorted(self.lock.items())
        ]
        return "{\n" + ",\n".join(lines) + "\n}\n"


def read_sources(folder: Path) -> dict[str, str]:
    """Every rule file below ``folder`` by its name there."""
    paths = sorted(folder.rglob("*.yaml"))
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def read_lock(folder: Path) -> Lock:
    """The lock of ``folder``; empty where nothing was published yet."""
    path = folder / LOCK_NAME
    found: Lock = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


def prepare(sources: Mapping[str, str], catalogue: Catalogue, lock: Lock) -> Publication:
    """What publishing these rules would write. Raises ``RulebookRefused`` where a published rule changed or is gone."""
    rulebook, meanings = meanings_of(sources, catalogue)
    entries = {name: lock_entry(rule, meanings[name]) for name, rule in rulebook.rules.items()}
    dated: list[str] = []
    for name, kept in sorted(lock.items()):
        if name not in entries:
            raise RulebookRefused(file=LOCK_NAME, line=0, problem=f"the published rule '{name}' is gone")
        now = entries[name]
        if now["meaning"] != kept["meaning"]:
            raise _refused(rulebook.rules[name], "its meaning changed under an old id; give the changed rule a new id")
        for end in ("from", "until"):
            if kept[end] is not None and now[end] != kept[end]:
                raise _refused(rulebook.rules[name], f"its '{end}' changed from {kept[end]} to {now[end]}")
        if dict(kept) != now:
            dated.append(name)
    new = tuple(sorted(set(entries) - set(lock)))
    return Publication(rulebook, entries, new, tuple(dated))


def write_lock(folder: Path, publication: Publication) -> bool:
    """Write the lock, whole or not at all; False where it already says this."""
    path = folder / LOCK_NAME
    if path.exists() and path.read_text(encoding="utf-8") == publication.text:
        return False
    beside = path.with_suffix(".new")
    with beside.open("w", encoding="utf-8") as stream:
        stream.write(publication.text)
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(path)
    return True


def _refused(rule: Rule, problem: str) -> RulebookRefused:
    return RulebookRefused(file=rule.file, line=rule.line, problem=f"rule '{rule.id}': {problem}")
