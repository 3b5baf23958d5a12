"""A simulation's report for people: the answer first, then by what law, then the tables it rests on."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from sekisho.engine.facts import Text
from sekisho.engine.report import SILENT_LAW, Report
from sekisho.engine.vector_conclude import Scenario
from sekisho.engine.verdicts import RuleVerdict, Verdict

Lang = Literal["ja", "en"]

MOST_RULES = 15
"""Rules listed, those that concern most changed verdicts first; the JSON form has all."""

OUTCOME_WORDS: Mapping[str, Text] = {
    Verdict.ACCEPT.value: Text("受付", "accept"),
    Verdict.ACCEPT_ON_COMPLETION.value: Text("配達後に受付", "accept on completion"),
    Verdict.NEED_EVIDENCE.value: Text("証拠不足", "need evidence"),
    Verdict.REFUSE.value: Text("拒否", "refuse"),
    Verdict.NEEDS_LEGAL_CONFIRMATION.value: Text("法務確認待ち", "needs legal confirmation"),
    SILENT_LAW: Text("規則なし（判断できない）", "no rule decides"),
}
RESULT_WORDS: Mapping[str, Text] = {
    RuleVerdict.MET.value: Text("充足", "met"),
    RuleVerdict.UNMET.value: Text("不充足", "unmet"),
    RuleVerdict.UNKNOWN.value: Text("不明", "unknown"),
    RuleVerdict.NOT_APPLICABLE.value: Text("適用なし", "not applicable"),
}

_NONE = Text("申込みが1件もありません。", "There are no applications.")
_SAME = Text("{cases}件のどの申込みでも判断は変わりません。", "None of {cases} applications changes its verdict.")
_CHANGED = Text(
    "{cases}件のうち{changed}件（{share}）で判断が変わります。",
    "{changed} of {cases} applications ({share}) change their verdict.",
)
_BASELINE = Text("もとの条件: {law}", "Baseline: {law}")
_VARIANT = Text("変えた条件: {law}", "Variant: {law}")
_OWN = Text("各申込みの日の法令", "the law of each application's own day")
_ON = Text("{day}の法令", "the law of {day}")
_KNOWN = Text("{day}までに知り得たもの", "as known on {day}")
_ADOPTED = Text("採用: {names}", "adopted: {names}")
_PROPOSED = Text("提案: {names}", "proposals: {names}")
_CAVEAT = Text(
    "申込みのときに出された証拠で判断しています。別の条件のもとでは別の証拠が出されたかもしれません。",
    "Each application is judged by the evidence brought then; under another law it might have brought other evidence.",
)
_SILENT = Text(
    "もとの条件で{before}件、変えた条件で{after}件は、義務があるともないとも決める規則がなく、判断できません。"
    "規則集を直してください。",
    "For {before} under the baseline and {after} under the variant no rule says whether a duty applies, so they cannot "
    "be decided. Correct the rulebook.",
)
_RECORDED = Text(
    "もとの条件での判断は、記録された判断と{same}件で一致し、{differ}件で異なります（記録なし{none}件）。",
    "Under the baseline {same} verdicts equal the recorded ones and {differ} do not ({none} were not recorded).",
)
_MORE = Text("ほか{count}件の規則（JSON出力にすべてあります）", "and {count} more rules (the JSON output has all)")


def as_text(report: Report, lang: Lang) -> str:
    """The report in ``lang``, for a terminal; East Asian characters count as two columns."""

    def say(text: Text, **fields: object) -> str:
        return text.in_(lang).format(**fields)

    if not report.cases:
        return say(_NONE)
    headline = _CHANGED if report.changed else _SAME
    lines = [
        say(headline, cases=_n(report.cases), changed=_n(report.changed), share=_share(report.changed, report.cases)),
        "",
        say(_BASELINE, law=_law(report.baseline, lang)),
        say(_VARIANT, law=_law(report.variant, lang)),
    ]
    silent = [side.get(SILENT_LAW, 0) for side in (report.before, report.after)]
    if any(silent):
        lines.append(say(_SILENT, before=_n(silent[0]), after=_n(silent[1])))
    for title, head, rows in _tables(report, lang):
        lines += ["", title, *_table([head, *rows])]
    if len(report.rules) > MOST_RULES:
        lines += ["", say(_MORE, count=_n(len(report.rules) - MOST_RULES))]
    recorded = report.recorded
    if recorded.same or recorded.differ:
        fields = {"same": _n(recorded.same), "differ": _n(recorded.differ), "none": _n(recorded.not_recorded)}
        lines += ["", say(_RECORDED, **fields)]
    return "\n".join([*lines, "", say(_CAVEAT)])


def _law(scenario: Scenario, lang: Lang) -> str:
    parts = [_OWN.in_(lang) if scenario.as_of is None else _ON.in_(lang).format(day=scenario.as_of.isoformat())]
    if scenario.as_known_at is not None:
        parts.append(_KNOWN.in_(lang).format(day=scenario.as_known_at.isoformat()))
    for text, names in ((_ADOPTED, scenario.selection.adopted), (_PROPOSED, scenario.selection.proposals)):
        if names:
            parts.append(text.in_(lang).format(names=", ".join(sorted(names))))
    return ("、" if lang == "ja" else "; ").join(parts)


_Table = tuple[str, list[str], list[list[str]]]


def _tables(report: Report, lang: Lang) -> Iterable[_Table]:
    ja = lang == "ja"
    cases, changed, share = ("件数", "変化", "割合") if ja else ("cases", "changed", "share")
    before, after, example = ("前", "後", "例") if ja else ("before", "after", "examples")
    if report.transitions:
        yield (
            "判断の変化" if ja else "Changes of verdict",
            [before, after, cases, share, example],
            [
                [
                    OUTCOME_WORDS[change.before].in_(lang),
                    OUTCOME_WORDS[change.after].in_(lang),
                    _n(change.cases),
                    _share(change.cases, report.cases),
                    ", ".join(change.examples),
                ]
                for change in report.transitions
            ],
        )
    if report.rules:
        yield (
            "結果が変わる規則" if ja else "Rules whose result changes",
            ["規則", "判断も変化", cases, "主な変化"] if ja else ["rule", "verdict changed too", cases, "mostly"],
            [
                [
                    f"{rule.rule} {rule.title.in_(lang)}",
                    _n(rule.with_verdict),
                    _n(rule.cases),
                    " → ".join(
                        RESULT_WORDS[side].in_(lang) for side in (rule.results[0].before, rule.results[0].after)
                    ),
                ]
                for rule in report.rules[:MOST_RULES]
            ],
        )
    if report.methods:
        yield (
            "方法（満たす件数）" if ja else "Methods (cases that meet them)",
            ["方法", before, after, "判断も変化"] if ja else ["method", before, after, "verdict changed too"],
            [[m.method, _n(m.before), _n(m.after), _n(m.with_verdict)] for m in report.methods],
        )
    for breakdown in report.breakdowns:
        yield (
            breakdown.title.in_(lang),
            ["", cases, changed, share],
            [
                [part.value, _n(part.cases), _n(part.changed), _share(part.changed, part.cases)]
                for part in breakdown.slices
            ],
        )


def _n(number: int) -> str:
    return f"{number:,}"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns set under each other; columns of numbers to the right."""
    widths = [max(_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    right = [all(row[column][:1].isdigit() for row in rows[1:]) and column > 0 for column in range(len(rows[0]))]
    return [
        "  "
        + "  ".join(
            (" " * (width - _width(cell)) + cell) if to_right else (cell + " " * (width - _width(cell)))
            for cell, width, to_right in zip(row, widths, right, strict=True)
        ).rstrip()
        for row in rows
    ]
