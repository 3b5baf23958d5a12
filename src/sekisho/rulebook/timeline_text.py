"""The timeline as an aligned table for a terminal."""

from __future__ import annotations

from sekisho.engine.rules import Role
from sekisho.rulebook.show_text import last_day
from sekisho.rulebook.terminal_text import pad, shown_width, wrap
from sekisho.rulebook.timeline_chart import Chart, Row, Span
from sekisho.rulebook.words import STRENGTHS, text_state_mark, value_in_words

_TITLE_WIDTH = 42
_DATES_WIDTH = 26
_CITATION_WIDTH = 48

_ROLES = {Role.DUTY: ("義務", "duty"), Role.SCOPE: ("対象外", "outside"), Role.METHOD: ("方法", "method")}


def timeline_text(chart: Chart, lang: str, *, legend: bool = True) -> str:
    """The chart as text: an asterisk before what holds on the marked day, the text state behind each citation."""
    ja = lang == "ja"
    kind = " · ".join(value_in_words(value, lang) for value in chart.dimensions.values())
    known = f"{chart.as_known_at} に知られている法令による" if ja else f"by the law known on {chart.as_known_at}"
    book = f"規則集 {chart.rulebook[:8]}" if ja else f"rulebook {chart.rulebook[:8]}"
    lines = [kind, f"{known}（{book}）" if ja else f"{known} ({book})"]
    conditional = False
    for duty in chart.duties:
        lines += ["", duty.title.in_(lang)]
        if not duty.rows:
            lines.append("    " + ("この日までに知られている規則はない" if ja else "no rule known by then"))
        for row in duty.rows:
            lines += _row(row, chart, lang)
            conditional |= any(span.conditional for span in row.spans)
    if legend:
        lines += ["", *_legend(chart, lang, conditional)]
    return "\n".join(lines)


def legend_text(chart: Chart, lang: str) -> str:
    """The legend alone, for a page with several tables."""
    return "\n".join(_legend(chart, lang, conditional=True))


def _row(row: Row, chart: Chart, lang: str) -> list[str]:
    role = _ROLES[row.role][0 if lang == "ja" else 1]
    strength = "" if row.strength == "duty" else f"({STRENGTHS[row.strength].in_(lang)}) "
    titles = wrap(strength + row.title.in_(lang), _TITLE_WIDTH)
    spans = [
        ("*" if span.holds(chart.on) and n == 0 else " ", told)
        for span in row.spans
        for n, told in enumerate(_span(span, lang))
    ]
    lines = []
    for n in range(max(len(titles), len(spans))):
        mark, told = spans[n] if n < len(spans) else (" ", "")
        title = titles[n] if n < len(titles) else ""
        lines.append(f"  {mark} {pad(role if n == 0 else '', 7)} {pad(title, _TITLE_WIDTH)} {told}".rstrip())
    return lines


def dates(span: Span, lang: str) -> str:
    """The span with its last day; a day that isn't fixed as the last day it can be."""
    start = ("" if span.start_fixed else "≤") + span.start.isoformat()
    end = ("" if span.end_fixed else "≤") + last_day(span.end).isoformat() if span.end is not None else ""
    return f"{start} 〜 {end}".rstrip() if lang == "ja" else f"{start} – {end}".rstrip()


def _span(span: Span, lang: str) -> list[str]:
    """The dates, and beside them what it rests on."""
    mark = text_state_mark(span.text_state, lang)
    note = "※" if lang == "ja" else "(if)"
    told = " ".join(part for part in (span.label.in_(lang), mark, note if span.conditional else "") if part)
    first, *rest = wrap(told, _CITATION_WIDTH)
    return [f"{pad(dates(span, lang), _DATES_WIDTH)} {first}", *(" " * (_DATES_WIDTH + 1) + line for line in rest)]


def _legend(chart: Chart, lang: str, conditional: bool) -> list[str]:
    ja = lang == "ja"
    said = [
        f"* = {chart.on} に当たる" if ja else f"* = holds on {chart.on}",
        "日付の右は最後の日" if ja else "the right date is the last day",
        "無印 = 条文を読んだ" if ja else "no mark = the text was read",
        "[要旨] = 要旨による" if ja else "[summary] = from a summary",
        "[未確認] = 条文を読んでいない" if ja else "[unverified] = text not read",
    ]
    if not all(span.start_fixed and span.end_fixed for span in chart.spans()):
        said.append("≤ = 日が未定で、遅くともこの日" if ja else "≤ = date not fixed, at the latest that day")
    if conditional:
        said.append("※ = 条件がある（show で表示）" if ja else "(if) = under a condition (see show)")
    lines, line = [], ""
    for part in said:
        candidate = f"{line}   {part}" if line else part
        if line and shown_width(candidate) > 100:
            lines.append(line)
            candidate = part
        line = candidate
    return [*lines, line]
