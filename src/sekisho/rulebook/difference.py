"""What changes between two days, sorted the way people ask: what ends and what to do now, what begins, what changes.

Of a changed rule, the demands that fell away and those that came are told; a demand that only moved isn't. Law comes
first; what doesn't bind (voluntary, house and proposed rules) comes after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

from sekisho.engine.facts import Catalogue
from sekisho.engine.plan import is_binding, takes_part
from sekisho.engine.rules import Role, Rule, Rulebook, Selection
from sekisho.engine.timeline import Change, difference
from sekisho.engine.validity import why_not_in_force
from sekisho.engine.verdicts import Reason
from sekisho.rulebook.condition_text import ConditionWriter, provision_label
from sekisho.rulebook.show import applies_to_some, both, rule_summary


class Group(Enum):
    """The headings of a difference, in the order in which they are told."""

    METHODS_ENDED = "methods_ended"
    METHODS_BEGAN = "methods_began"
    METHODS_CHANGED = "methods_changed"
    DUTIES = "duties"
    REQUIREMENTS = "requirements"
    REFUSALS = "refusals"
    RECORDS = "records"
    ADVICE = "advice"


_GROUPS = {
    Role.DUTY: Group.DUTIES,
    Role.SCOPE: Group.DUTIES,
    Role.REQUIREMENT: Group.REQUIREMENTS,
    Role.REFUSAL: Group.REFUSALS,
    Role.RECORD: Group.RECORDS,
    Role.ADVICE: Group.ADVICE,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that changes: rules of before, and rules of after that take their place. One side may be empty."""

    group: Group
    binding: bool
    before: tuple[Rule, ...]
    after: tuple[Rule, ...]

    @property
    def kind(self) -> str:
        """``ended``, ``began`` or ``changed``."""
        return "changed" if self.before and self.after else "ended" if self.before else "began"


@dataclass(frozen=True, slots=True)
class Moved:
    """A rule in force on both days whose citation reads differently: the letter of its item moved."""

    rule: Rule
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class SetChange:
    """A dated list whose members differ between the days."""

    name: str
    left: tuple[str, ...]
    joined: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LawDifference:
    """Everything that differs between two days, by what was known on ``as_known_at``.

    ``may_begin`` are rules whose first day isn't fixed: they may begin before the second day, or not.
    """

    rulebook: Rulebook
    catalogue: Catalogue
    about: Mapping[str, str]
    first: date
    second: date
    as_known_at: date
    entries: tuple[Entry, ...]
    sets: tuple[SetChange, ...]
    may_begin: tuple[Rule, ...]

    def moved(self, lang: str) -> list[Moved]:
        """The rules whose citation alone changed."""
        found = []
        for rule in sorted(self.rulebook.rules.values(), key=lambda rule: rule.id):
            if not applies_to_some(rule, self.about) or not all(
                why_not_in_force(rule, as_of=day, as_known_at=self.as_known_at) is None
                for day in (self.first, self.second)
            ):
                continue
            before, after = (self._labels(rule, day, lang) for day in (self.first, self.second))
            if before != after:
                found.append(Moved(rule, before, after))
        return found

    def demands(self, entry: Entry, lang: str) -> tuple[list[str], list[str]]:
        """The demands that fell away and those that came, of a changed entry."""
        before, after = (
            [
                line
                for rule in rules
                for node in (rule.when, rule.requires, rule.completion)
                if node is not None
                for line in ConditionWriter(self.rulebook, self.catalogue, day, lang).statements(node)
            ]
            for rules, day in ((entry.before, self.first), (entry.after, self.second))
        )
        gone = [line for line in dict.fromkeys(before) if line not in after]
        new = [line for line in dict.fromkeys(after) if line not in before]
        return gone, new

    def document(self) -> dict[str, Any]:
        """The difference as JSON values."""
        return {
            "about": dict(self.about),
            "first": self.first.isoformat(),
            "second": self.second.isoformat(),
            "as_known_at": self.as_known_at.isoformat(),
            "rulebook": self.rulebook.content_hash,
            "changes": [self._entry(entry) for entry in self.entries],
            "lists": [
                {"set": change.name, "left": list(change.left), "joined": list(change.joined)} for change in self.sets
            ],
            "citations_moved": [
                {
                    "rule": ja.rule.id,
                    "before": {"ja": ja.before, "en": en.before},
                    "after": {"ja": ja.after, "en": en.after},
                }
                for ja, en in zip(self.moved("ja"), self.moved("en"), strict=True)
            ],
            "may_begin": [rule_summary(self.rulebook, rule, on=self.second) for rule in self.may_begin],
        }

    def _entry(self, entry: Entry) -> dict[str, Any]:
        gone, new = {}, {}
        if entry.kind == "changed":
            for lang in ("ja", "en"):
                gone[lang], new[lang] = self.demands(entry, lang)
        return {
            "group": entry.group.value,
            "kind": entry.kind,
            "binding": entry.binding,
            "before": [rule_summary(self.rulebook, rule, on=self.first) for rule in entry.before],
            "after": [rule_summary(self.rulebook, rule, on=self.second) for rule in entry.after],
            "demands_gone": gone,
            "demands_new": new,
            "ended": [both(rule.message.ended) for rule in entry.before if rule.message.ended is not None],
            "how": [both(rule.message.how) for rule in entry.after if rule.message.how is not None],
        }

    def _labels(self, rule: Rule, day: date, lang: str) -> str:
        return labels(self.rulebook, rule, day, lang)


def labels(rulebook: Rulebook, rule: Rule, day: date, lang: str) -> str:
    """What a rule rests on, as cited on ``day``."""
    cited = (provision_label(rulebook, name, day, lang) for name in rule.provisions)
    return ("・" if lang == "ja" else ", ").join(dict.fromkeys(cited))


def law_difference(
    rulebook: Rulebook,
    catalogue: Catalogue,
    first: date,
    second: date,
    *,
    as_known_at: date,
    selection: Selection,
    about: Mapping[str, str] | None = None,
) -> LawDifference:
    """What differs between ``first`` and ``second``. Days in either order: it is told from first to second.

    ``about`` limits it to rules that admit these dimension values.
    """
    limits = dict(about or {})
    found = [
        one
        for one in difference(rulebook, first, second, as_known_at=as_known_at, selection=selection)
        if applies_to_some(one.rule, limits)
    ]
    ended = [one.rule for one in found if one.change is Change.ENDED]
    began = [one.rule for one in found if one.change is Change.BEGAN]
    entries = [
        Entry(_group(before, after), is_binding((before or after)[0], selection), before, after)
        for before, after in _paired(ended, began)
    ]
    order = list(Group)
    entries.sort(
        key=lambda entry: (
            not entry.binding,
            order.index(entry.group),
            (entry.after or entry.before)[0].duties,
            _key(entry),
        )
    )
    sets = tuple(
        SetChange(
            name, tuple(sorted(dated.on(first) - dated.on(second))), tuple(sorted(dated.on(second) - dated.on(first)))
        )
        for name, dated in sorted(rulebook.sets.items())
        if dated.on(first) != dated.on(second) and dated.on(first)
    )
    waiting = [
        rule
        for rule in rulebook.rules.values()
        if takes_part(rule, selection)
        and applies_to_some(rule, limits)
        # Nothing begins before it is made known.
        and rule.start.known_from <= max(first, second)
        and why_not_in_force(rule, as_of=second, as_known_at=as_known_at) is Reason.DATE_NOT_FIXED
    ]
    waiting.sort(key=lambda rule: (rule.start.not_later_than or date.max, list(Role).index(rule.role), rule.id))
    return LawDifference(rulebook, catalogue, limits, first, second, as_known_at, tuple(entries), sets, tuple(waiting))


def _key(entry: Entry) -> str:
    rule = (entry.after or entry.before)[0]
    return f"{rule.method or ''} {rule.id}"


def _group(before: tuple[Rule, ...], after: tuple[Rule, ...]) -> Group:
    role = (after or before)[0].role
    if role is not Role.METHOD:
        return _GROUPS[role]
    return Group.METHODS_CHANGED if before and after else Group.METHODS_ENDED if before else Group.METHODS_BEGAN


def _paired(ended: list[Rule], began: list[Rule]) -> Iterator[tuple[tuple[Rule, ...], tuple[Rule, ...]]]:
    """Rules of before with those that take their place; several on a side where one was split or several merged."""
    left, right = list(ended), list(began)
    while left:
        before, after = [left.pop(0)], list[Rule]()
        grown = True
        while grown:
            more_after = [rule for rule in right if any(_succeeds(old, rule) for old in before)]
            right = [rule for rule in right if rule not in more_after]
            after += more_after
            more_before = [rule for rule in left if any(_succeeds(rule, new) for new in after)]
            left = [rule for rule in left if rule not in more_before]
            before += more_before
            grown = bool(more_after or more_before)
        yield tuple(before), tuple(after)
    for rule in right:
        yield (), (rule,)


def _succeeds(old: Rule, new: Rule) -> bool:
    """Whether ``new`` speaks where ``old`` spoke: same role, the same method or the same rule by its id's stem."""
    if old.role is not new.role or not _overlap(old, new):
        return False
    if old.role is Role.METHOD:
        return old.method == new.method and bool(set(old.duties) & set(new.duties))
    return _stem(old.id) == _stem(new.id) or old.title == new.title


def _overlap(old: Rule, new: Rule) -> bool:
    return all(old.applies[name] & new.applies[name] for name in set(old.applies) & set(new.applies))


_DATED = re.compile(r"\.(?:\d{4}(?:-\d{2})?(?:-act)?)$")


def _stem(rule_id: str) -> str:
    """A rule's id without the date of its version."""
    return _DATED.sub("", rule_id)


def by_group(entries: Iterable[Entry]) -> Iterator[tuple[Group, list[Entry]]]:
    """The entries under their headings, in order; headings without entries are left out."""
    listed = list(entries)
    for group in Group:
        these = [entry for entry in listed if entry.group is group]
        if these:
            yield group, these
