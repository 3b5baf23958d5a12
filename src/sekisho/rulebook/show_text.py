"""A rule, a provision, a list of rules for a person at a terminal: written so that a lawyer can check it against the
article. Facts come from :mod:`sekisho.rulebook.show`'s documents; conditions from the nodes themselves.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sekisho.engine.facts import Catalogue
from sekisho.engine.nodes import ALWAYS
from sekisho.engine.plan import LawEngine
from sekisho.engine.rules import Rule, Rulebook
from sekisho.rulebook.condition_text import ConditionWriter, Notes, provision_label
from sekisho.rulebook.show import Confirmations, edge_document, reading_day, rule_document
from sekisho.rulebook.terminal_text import labelled, pad, shown_width, wrap
from sekisho.rulebook.words import (
    COMPLETED_ON,
    KINDS_OF_NO,
    PARTIES,
    ROLES,
    STRENGTHS,
    TEXT_STATES,
    text_state_mark,
    value_in_words,
)

_VERDICTS = {
    "met": ("充足", "met"),
    "unmet": ("不充足", "unmet"),
    "unknown": ("不明", "unknown"),
    "not_applicable": ("適用なし", "not applicable"),
}
_REASONS = {
    "ended": ("終了", "ended"),
    "not_yet_in_force": ("施行前", "not yet in force"),
    "date_not_fixed": ("施行日未定", "date not fixed"),
    "not_yet_known": ("当時は未知", "not yet known"),
    "condition_not_met": ("対象外の場合", "another kind of case"),
    "excepted": ("例外", "excepted"),
    "leg_open": ("完了待ち", "completion open"),
    "other_case": ("別の種類の手続", "another kind of case"),
}
_CONFIRMATION = {
    "confirmed": ("この作業領域で条文と照合済み", "compared with the law’s text in this workspace"),
    "unconfirmed": (
        "まだだれも条文と照合していない（sekisho rulebook confirm）",
        "nobody has compared it with the law’s text yet (sekisho rulebook confirm)",
    ),
    "not_needed": ("法令上の義務ではないので照合は要らない", "not a duty by law: no comparison needed"),
}
_MESSAGES = {
    "staff": ("職員へ", "to staff"),
    "applicant": ("申込者へ", "to applicants"),
    "how": ("満たすには", "how to meet it"),
    "ended": ("終わった後は", "now that it ended"),
}


def day_words(edge: dict[str, Any], lang: str) -> str:
    """The date of one end, or the last day it can be."""
    if edge["date"] is not None:
        return str(edge["date"])
    return f"≤{edge['not_later_than']}" + ("（未定）" if lang == "ja" else " (not fixed)")


def last_day_words(until: dict[str, Any], lang: str) -> str:
    """The last day before an end; of an end that isn't fixed, the last day it can have."""
    if until["date"] is not None:
        return last_day(date.fromisoformat(until["date"])).isoformat()
    last = last_day(date.fromisoformat(until["not_later_than"]))
    return f"≤{last}" + ("（未定）" if lang == "ja" else " (not fixed)")


def last_day(until: date) -> date:
    """The last day of a half-open interval: what people call its end."""
    return date.fromordinal(until.toordinal() - 1)


def interval_words(rule: Rule, lang: str) -> str:
    """When a rule is in force, with its last day as people say it."""
    ja = lang == "ja"
    start = day_words(edge_document(rule.start), lang)
    if rule.end is None:
        return f"{start} から" if ja else f"from {start}"
    end = last_day_words(edge_document(rule.end), lang)
    return f"{start} から {end} まで" if ja else f"{start} to {end}"


def rule_text(engine: LawEngine, rule: Rule, lang: str, *, on: date, confirmations: Confirmations | None = None) -> str:
    """Everything about one rule."""
    ja, at = lang == "ja", 0 if lang == "ja" else 1
    document = rule_document(engine, rule, on=on, confirmations=confirmations)
    day = reading_day(rule, on)
    writer, notes = ConditionWriter(engine.rulebook, engine.catalogue, day, lang), Notes()
    duties = "・".join(engine.rulebook.duties[duty].in_(lang) for duty in rule.duties)
    kind = " · ".join(
        part
        for part in (
            ROLES[rule.role.value].in_(lang),
            duties,
            _strength(rule, lang),
            ("名あて人: " if ja else "addressee: ") + PARTIES[rule.party].in_(lang),
        )
        if part
    )
    lines = [rule.id, rule.title.in_(lang), kind, ""]

    def say(ja_label: str, en_label: str, text: str) -> None:
        lines.extend(labelled(ja_label if ja else en_label, text, label_width=16))

    say("期間", "in force", interval_words(rule, lang))
    for ja_label, en_label, edge in (("  始まり", "  start", rule.start), ("  終わり", "  end", rule.end)):
        if edge is not None:
            known = f"{edge.known_from} から知られている" if ja else f"known from {edge.known_from}"
            say(ja_label, en_label, f"{edge.instrument}（{known}）" if ja else f"{edge.instrument} ({known})")
    for n, cited in enumerate(document["provisions"]):
        say("根拠" if n == 0 else "", "provisions" if n == 0 else "", _citation(cited, lang))
    for event, others in document["citations_by_event"].items():
        listed = ("、" if ja else "; ").join(_citation(cited, lang) for cited in others)
        say("", "", f"{value_in_words(event, lang)}: {listed}")
    if document["also_cites"]:
        say("ほかに引く条", "also cites", ("・" if ja else ", ").join(c["label"][lang] for c in document["also_cites"]))
    letters = f"{day} の条文と条番号による" if ja else f"texts and letters as of {day}"
    state = TEXT_STATES[document["text_state"]].in_(lang)
    say("条文の状態", "text", f"{state}（{letters}）" if ja else f"{state} ({letters})")
    say("出典", "source", rule.source)
    for n, (name, values) in enumerate(document["applies"].items()):
        title = engine.catalogue.facts[name].title.in_(lang)
        listed = ("・" if ja else ", ").join(value_in_words(value, lang) for value in values)
        say("対象" if n == 0 else "", "applies to" if n == 0 else "", f"{title}: {listed}")
    if rule.kind_of_no is not None:
        say("拒否の種類", "kind of no", KINDS_OF_NO[rule.kind_of_no.value].in_(lang))
    if rule.ends_when is not None:
        say("終わるとき", "ends when", rule.ends_when.in_(lang))
    if rule.retention is not None:
        kept = rule.retention
        say(
            "保存",
            "kept",
            f"{value_in_words(kept.after, lang)} から {kept.years} 年: {'・'.join(kept.fields)}"
            if ja
            else f"{kept.years} years after {kept.after}: {', '.join(kept.fields)}",
        )
    for ja_label, en_label, node in (
        ("どんな場合か", "when", rule.when),
        ("要件", "requires", rule.requires),
        ("完了", "completed by", rule.completion),
    ):
        if node is not None and node != ALWAYS:
            lines += ["", ja_label if ja else en_label, *writer.lines(node, notes, indent=2)]
    if rule.completed_on is not None:
        lines.append("")
        say("本人確認の日", "day of record", COMPLETED_ON[rule.completed_on.value].in_(lang))
    for exception in rule.excepts:
        cited = writer.citation(exception.provisions)
        lines += ["", f"例外（{cited}）" if ja else f"exception ({cited})"]
        lines += [f"  {exception.text.in_(lang)}", *writer.lines(exception.condition, notes, indent=2)]
    if notes.conditions or notes.lists:
        lines += ["", "上で使う条件と一覧" if ja else "conditions and lists used above"]
        lines += writer.note_lines(notes, indent=2)
    lines += ["", "伝える文" if ja else "messages"]
    for name, text in document["messages"].items():
        lines += labelled(_MESSAGES[name][at], text[lang], indent=2, label_width=18)
    lines += ["", "例" if ja else "examples"]
    width = max((shown_width(example["name"]) for example in document["examples"]), default=0)
    for example in document["examples"]:
        lines.append("  " + _example(example, width, at))
    if confirmations is not None:
        lines.append("")
        say("法務確認", "confirmation", _CONFIRMATION[confirmations.state(rule)][at])
    lines.append("")
    say("所在", "file", f"{rule.file}:{rule.line}  {rule.content_hash[:12]}")
    return "\n".join(lines)


def _strength(rule: Rule, lang: str) -> str:
    """How binding it is. What isn't a demand (a ground, an exemption) is not called a duty though law says it."""
    if rule.strength.value == "duty" and rule.role.value in ("scope", "refusal", "advice"):
        return "法令" if lang == "ja" else "by law"
    return STRENGTHS[rule.strength.value].in_(lang)


def _citation(cited: dict[str, Any], lang: str) -> str:
    mark = text_state_mark(cited["text_state"], lang) if cited["text_state"] is not None else ""
    return f"{cited['label'][lang]} {cited['title'][lang]} {mark}".rstrip()


def _example(example: dict[str, Any], width: int, at: int) -> str:
    def told(verdict: str, reason: str | None) -> str:
        words = _VERDICTS.get(verdict, (verdict, verdict))[at]
        why = _REASONS.get(reason, (reason, reason))[at] if reason is not None else None
        return f"{words}（{why}）" if why and at == 0 else f"{words} ({why})" if why else words

    mark = "✓" if example["agrees"] else "✗"
    found = told(example["found"], example["found_reason"])
    line = f"{mark} {example['as_of']}  {pad(example['name'], width)}  {found}"
    if example["agrees"]:
        return line
    expected = told(example["expect"], example["expect_reason"])
    return line + (f"  期待は {expected}" if at == 0 else f"  expected {expected}")


def provision_text(document: dict[str, Any], lang: str) -> str:
    """One provision, from its document."""
    ja = lang == "ja"
    none = "この日は条文なし" if ja else "no text that day"
    label = document["label"][lang] if document["label"] is not None else none
    lines = [document["provision"], f"{label}  {document['title'][lang]}", "", "条文の版" if ja else "texts"]
    for version in document["versions"]:
        end = last_day(date.fromisoformat(version["until"])).isoformat() if version["until"] is not None else ""
        span = f"{version['from']} 〜 {end}" if ja else f"{version['from']} – {end}"
        state = TEXT_STATES[version["text_state"]].in_(lang)
        lines.append(f"  {pad(span, 26)} {pad(version['label'][lang], 30)} {state}")
    if document["not_a_rule"] is not None:
        label = "規則にしない理由" if ja else "not a rule"
        lines += ["", *labelled(label, document["not_a_rule"][lang], label_width=20)]
    if document["rules"]:
        lines += ["", "引いている規則" if ja else "rules that cite it"]
        for rule in document["rules"]:
            lines += _summary(rule, lang)
    if document["below"]:
        lines += ["", ("下にある節: " if ja else "below it: ") + ", ".join(document["below"])]
    return "\n".join(lines)


def rules_text(summaries: Iterable[dict[str, Any]], lang: str) -> str:
    """A list of rules, grouped by what they do."""
    lines: list[str] = []
    role = None
    number = 0
    for rule in summaries:
        if rule["role"] != role:
            role = rule["role"]
            lines += [*([""] if lines else []), f"[{ROLES[role].in_(lang)}]"]
        lines += _summary(rule, lang)
        number += 1
    lines += ["", f"{number} 件" if lang == "ja" else f"{number} rules"]
    return "\n".join(lines)


def _summary(rule: dict[str, Any], lang: str) -> list[str]:
    until = last_day_words(rule["until"], lang) if rule["until"] is not None else ""
    dash = "〜" if lang == "ja" else "–"
    span = f"{day_words(rule['from'], lang)} {dash} {until}".rstrip()
    labels = ("・" if lang == "ja" else ", ").join(cited["label"][lang] for cited in rule["provisions"])
    strength = "" if rule["strength"] == "duty" else f"({STRENGTHS[rule['strength']].in_(lang)}) "
    marked = f"{labels} {text_state_mark(rule['text_state'], lang)}".rstrip()
    head = f"  {pad(strength + rule['title'][lang], 50)} {pad(span, 26)} {marked}"
    return [head.rstrip(), f"    {rule['rule']}"]


def instruments_text(documents: Iterable[dict[str, Any]], lang: str) -> str:
    """Every instrument with what of it is encoded."""
    ja = lang == "ja"
    lines = []
    for instrument in documents:
        counted = (
            f"規則 {instrument['rules']}・条 {instrument['provisions']}"
            if ja
            else f"{instrument['rules']} rules, {instrument['provisions']} provisions"
        )
        offer = "採用できる（sekisho rulebook adopt）" if ja else "can be adopted"
        adopt = offer if instrument["can_be_adopted"] else ""
        head = f"{pad(instrument['instrument'], 22)} {pad(instrument['kind'], 10)} {pad(counted, 26)} {adopt}"
        lines.append(head.rstrip())
        lines += [f"    {line}" for line in wrap(f"{instrument['title'][lang]} — {instrument['source']}", 100)]
    return "\n".join(lines)


def dimension_words(catalogue: Catalogue, dimensions: dict[str, str], lang: str) -> str:
    """A kind of case in one line, in the catalogue's order."""
    return " · ".join(value_in_words(dimensions[name], lang) for name in catalogue.dimensions if name in dimensions)


def labels(rulebook: Rulebook, rule: Rule, event: str, day: date, lang: str) -> str:
    """What a rule rests on for an event, as cited on ``day``."""
    cited = (provision_label(rulebook, name, day, lang) for name in rule.citations(event))
    return ("・" if lang == "ja" else ", ").join(cited)
