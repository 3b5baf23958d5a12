"""What is due: tasks that desks declare, run one after the other by ``sekisho due``.

A task does what its day has come for, in steps that may be repeated: a run that was killed is finished by the next.
What needs a person it names instead. One task that fails doesn't keep the others from running.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from sekisho.errors import SekishoError


class State(StrEnum):
    """What an entry says."""

    PLANNED = "planned"
    """Would be done now."""
    DONE = "done"
    WAITING = "waiting"
    """For somebody to do; not late."""
    OVERDUE = "overdue"
    """For somebody to do, and late."""
    FAILED = "failed"
    """Should have been done now, and wasn't."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing: which task told it, what it is (a slug), its state, a sentence in both languages, and its values."""

    task: str
    what: str
    state: State
    ja: str
    en: str
    fields: Mapping[str, Any] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        message = {"ja": self.ja, "en": self.en}
        return {"task": self.task, "what": self.what, "state": self.state, "fields": self.fields, "message": message}


class Task(Protocol):
    """Something that comes due. Cheap to make."""

    @property
    def name(self) -> str:
        """A slug."""
        ...

    def plan(self) -> Iterator[Entry]:
        """What a run would do now, and what waits for somebody. Changes nothing."""
        ...

    def run(self) -> Iterator[Entry]:
        """Do it, and tell what was done and what waits for somebody."""
        ...


def plan_all(tasks: Iterable[Task]) -> Iterator[Entry]:
    """The plans of all tasks."""
    for task in tasks:
        yield from _told(task, task.plan())


def run_all(tasks: Iterable[Task]) -> Iterator[Entry]:
    """Run all tasks, in their order."""
    for task in tasks:
        yield from _told(task, task.run())


def _told(task: Task, entries: Iterator[Entry]) -> Iterator[Entry]:
    try:
        yield from entries
    except SekishoError as error:
        yield failed(task.name, error)


def failed(task: str, error: SekishoError, **fields: Any) -> Entry:
    """An entry for what could not be done."""
    told = error.as_document()
    return Entry(
        task, error.reason, State.FAILED, error.sentence("ja"), error.sentence("en"), {**told["fields"], **fields}
    )
