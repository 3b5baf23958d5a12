"""The lock: what each published rule id means. A changed meaning under an old id is refused.

What may change under an id: wording, examples, citations of source; and its interval only by fixing a start that was
unknown or by adding an end.
"""

from __future__ import annotations

from collections.abc import Mapping

from sekisho.engine.rules import Rule, Rulebook
from sekisho.rulebook.errors import RulebookRefused

Lock = Mapping[str, Mapping[str, str | None]]


def lock_entry(rule: Rule, meaning: str) -> dict[str, str | None]:
    """What the lock keeps of a rule."""
    return {
        "meaning": meaning,
        "from": rule.start.day.isoformat() if rule.start.day is not None else None,
        "until": rule.end.day.isoformat() if rule.end is not None and rule.end.day is not None else None,
    }


def check_lock(rulebook: Rulebook, meanings: Mapping[str, str], lock: Lock) -> None:
    """Refuse a rule that changed or vanished since it was published, and one not published yet."""
    for rule_id, kept in sorted(lock.items()):
        rule = rulebook.rules.get(rule_id)
        if rule is None:
            raise RulebookRefused(file="rules.lock.json", line=0, problem=f"the published rule '{rule_id}' is gone")
        now = lock_entry(rule, meanings[rule_id])
        if now["meaning"] != kept["meaning"]:
            raise _refused(rule, "its meaning changed under an old id; give the changed rule a new id")
        for end in ("from", "until"):
            if kept[end] is not None and now[end] != kept[end]:
                raise _refused(rule, f"its '{end}' changed from {kept[end]} to {now[end]} under an old id")
    for rule_id, rule in sorted(rulebook.rules.items()):
        if rule_id not in lock:
            raise _refused(rule, "it isn't in the lock yet; publish it with `sekisho rulebook publish`")


def _refused(rule: Rule, problem: str) -> RulebookRefused:
    return RulebookRefused(file=rule.file, line=rule.line, problem=f"rule '{rule.id}': {problem}")
