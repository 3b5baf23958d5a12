"""The difference between two days in words, for a person at a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from sekisho.engine.facts import Text
from sekisho.engine.rules import Role, Rule
from sekisho.rulebook.difference import Entry, Group, LawDifference, by_group, labels
from sekisho.rulebook.show import edge_document
from sekisho.rulebook.show_text import day_words
from sekisho.rulebook.terminal_text import WIDTH, labelled, wrap
from sekisho.rulebook.words import ROLES, STRENGTHS, text_state_mark, value_in_words

MAX_DEMANDS = 6
"""Demands told of one changed rule; the rest is counted (`--json` and `show` have all)."""

_HEADS = {
    Group.METHODS_ENDED: Text("終わる方法", "Methods that end"),
    Group.METHODS_BEGAN: Text("始まる方法", "Methods that begin"),
    Group.METHODS_CHANGED: Text("変わる方法", "Methods that change"),
    Group.DUTIES: Text("義務と対象", "Duties and their scope"),
    Group.REQUIREMENTS: Text("要件", "Requirements"),
    Group.REFUSALS: Text("拒否の事由", "Grounds of refusal"),
    Group.RECORDS: Text("記録", "Records"),
    Group.ADVICE: Text("助言", "Advice"),
}
_MARKS = {"ended": ("終", "ends"), "began": ("始", "begins"), "changed": ("変", "changes")}


def difference_text(found: LawDifference, lang: str) -> str:
    """What changes, law first, in the order of the headings; nothing where nothing does."""
    ja = lang == "ja"
    lines = [
        f"{found.first} → {found.second} の違い" if ja else f"What changes from {found.first} to {found.second}",
        f"{found.as_known_at} に知られている法令による（規則集 {found.rulebook.content_hash[:8]}）"
        if ja
        else f"by the law known on {found.as_known_at} (rulebook {found.rulebook.content_hash[:8]})",
    ]
    law = [entry for entry in found.entries if entry.binding]
    other = [entry for entry in found.entries if not entry.binding]
    if not (found.entries or found.sets or found.may_begin or found.moved(lang)):
        return "\n".join([*lines, "", "違いはありません。" if ja else "Nothing changes."])
    lines += _entries(found, law, lang)
    if found.sets:
        lines += ["", "■ " + ("書類の一覧" if ja else "Lists of documents")]
        for change in found.sets:
            lines.append(f"  {change.name}")
            for words, members in ((("外れる", "leaves"), change.left), (("加わる", "joins"), change.joined)):
                if members:
                    listed = ("・" if ja else ", ").join(value_in_words(member, lang) for member in members)
                    lines += labelled(words[0 if ja else 1], listed, indent=4, label_width=8)
    moved = found.moved(lang)
    if moved:
        lines += ["", "■ " + ("条番号だけが変わるもの" if ja else "Only the citation changes")]
        for one in moved:
            lines += wrap(f"  {one.rule.title.in_(lang)}: {one.before} → {one.after}", WIDTH)
    if other:
        lines += [
            "",
            "□ "
            + ("法令でないもの（採用していなければ判断を変えない）" if ja else "Not law (decides only where adopted)"),
        ]
        lines += _entries(found, other, lang)
    if found.may_begin:
        lines += [
            "",
            "□ "
            + ("施行日が未定のもの（この間に始まるかもしれない）" if ja else "Date not fixed (may begin in between)"),
        ]
        lines += _waiting(found.may_begin, lang)
    return "\n".join(lines)


def _waiting(rules: Iterable[Rule], lang: str) -> list[str]:
    """Rules that wait for their date, by the last day it can be: the duties by title, the rest counted."""
    ja = lang == "ja"
    lines: list[str] = []
    by_day: dict[str, list[Rule]] = {}
    for rule in rules:
        by_day.setdefault(day_words(edge_document(rule.start), lang), []).append(rule)
    for day, these in by_day.items():
        duties = dict.fromkeys(rule.title.in_(lang) for rule in these if rule.role is Role.DUTY)
        others = Counter(ROLES[rule.role.value].in_(lang) for rule in these if rule.role is not Role.DUTY)
        lines.append(f"  {day}")
        if duties:
            listed = ("、" if ja else "; ").join(duties)
            lines += labelled(ROLES[Role.DUTY.value].in_(lang), listed, indent=4, label_width=16)
        if others:
            counted = ("・" if ja else ", ").join(f"{role} {number}" for role, number in others.items())
            lines += labelled("ほか" if ja else "and", counted, indent=4, label_width=16)
    return lines


def _entries(found: LawDifference, entries: Iterable[Entry], lang: str) -> list[str]:
    """The entries under their headings; those whose demands stay as they were take one line each, at the end."""
    ja = lang == "ja"
    lines: list[str] = []
    for group, these in by_group(entries):
        same = [entry for entry in these if entry.kind == "changed" and found.demands(entry, lang) == ([], [])]
        lines += ["", f"■ {_HEADS[group].in_(lang)} ({len(these)})"]
        for entry in these:
            if entry not in same:
                lines += _entry(found, entry, lang)
        if same:
            lines.append(
                "  要件は同じで、根拠だけが変わるもの" if ja else "  the demands stay; only what they rest on changes"
            )
        for entry in same:
            newest = entry.after[0]
            lines += labelled(newest.title.in_(lang), _basis(found, entry, lang), indent=4, label_width=50)
    return lines


def _entry(found: LawDifference, entry: Entry, lang: str) -> list[str]:
    ja, at = lang == "ja", 0 if lang == "ja" else 1
    newest = (entry.after or entry.before)[0]
    duties = ("・" if ja else ", ").join(found.rulebook.duties[duty].in_(lang) for duty in newest.duties)
    strength = "" if newest.strength.value == "duty" else f"({STRENGTHS[newest.strength.value].in_(lang)}) "
    scope = ""
    if entry.group is Group.DUTIES:
        scope = f"{ROLES[newest.role.value].in_(lang)}: "
    kind = (
        ""
        if entry.group.value.startswith("methods_")
        else f"［{_MARKS[entry.kind][at]}］"
        if ja
        else f"[{_MARKS[entry.kind][at]}] "
    )
    titles = " → ".join(dict.fromkeys(rule.title.in_(lang) for rule in (*entry.before, *entry.after)))
    head = f"{kind}{strength}{scope}{titles}" + (f"  — {duties}" if duties else "")
    lines = [f"  {line}" for line in wrap(head, WIDTH - 2)]
    lines += labelled("根拠" if ja else "basis", _basis(found, entry, lang), indent=4, label_width=10)
    limited = _limits(found, newest, lang)
    if limited:
        lines += labelled("対象" if ja else "for", limited, indent=4, label_width=10)
    if entry.kind == "changed":
        lines += _demands(found, entry, lang)
    if entry.kind == "ended":
        for said in dict.fromkeys(
            rule.message.ended.in_(lang) for rule in entry.before if rule.message.ended is not None
        ):
            lines += labelled("これから" if ja else "now", said, indent=4, label_width=10)
    if entry.kind == "began":
        for rule in entry.after:
            what = rule.message.how or rule.message.staff
            lines += labelled("内容" if ja else "what", what.in_(lang), indent=4, label_width=10)
    return lines


def _basis(found: LawDifference, entry: Entry, lang: str) -> str:
    """The citation of before and after, each with its text state and the instrument that made the change."""

    def told(rules: tuple[Rule, ...], day: object) -> str:
        cited = dict.fromkeys(
            f"{labels(found.rulebook, rule, found.first if day == 'first' else found.second, lang)} "
            f"{text_state_mark(rule.text_state.value, lang)}".strip()
            for rule in rules
        )
        return ("、" if lang == "ja" else "; ").join(cited)

    parts = [told(rules, day) for rules, day in ((entry.before, "first"), (entry.after, "second")) if rules]
    newest = entry.after[0].start if entry.after else entry.before[0].end
    by = (
        f"（{newest.instrument}）"
        if newest is not None and lang == "ja"
        else f" ({newest.instrument})"
        if newest
        else ""
    )
    return " → ".join(parts) + by


def _limits(found: LawDifference, rule: Rule, lang: str) -> str:
    """Whom and what the rule is about, beyond its event: what tells two entries of one title apart."""
    ja = lang == "ja"
    parts = []
    for name in found.catalogue.dimensions[1:]:
        if name in rule.applies:
            values = [value for value in found.catalogue.facts[name].values if value in rule.applies[name]]
            parts.append(("・" if ja else ", ").join(value_in_words(value, lang) for value in values))
    return (" ／ " if ja else " / ").join(parts)


def _demands(found: LawDifference, entry: Entry, lang: str) -> list[str]:
    gone, new = found.demands(entry, lang)
    lines: list[str] = []
    for mark, demands in (("−", gone), ("＋" if lang == "ja" else "+", new)):
        for demand in demands[:MAX_DEMANDS]:
            lines += labelled(mark, demand, indent=4, label_width=3)
        if len(demands) > MAX_DEMANDS:
            more = len(demands) - MAX_DEMANDS
            lines += labelled(mark, f"ほか {more} 件" if lang == "ja" else f"and {more} more", indent=4, label_width=3)
    return lines
