"""The month's report as one HTML page that refers to nothing outside itself: Japanese, and English behind a link. Pure.

No script. Everything that is drawn stands in a table too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from markupsafe import Markup

from sekisho.calls.analytics import charts
from sekisho.calls.analytics.floors import FLOOR
from sekisho.calls.analytics.page_words import (
    CANARIES,
    DIRECTIONS,
    OUTCOMES,
    PATTERNS,
    POLICE,
    SHOWN,
    country,
    reasons,
    word,
)
from sekisho.calls.analytics.report import Place, Places, Report
from sekisho.errors import Lang

STYLE: Final = Markup(
    "body{font-family:sans-serif;line-height:1.6;max-width:52rem;margin:1.5rem auto;padding:0 1rem;color:#111;"
    "background:#fff}h1{font-size:1.5rem;margin:.5rem 0}h2{font-size:1.15rem;margin:2rem 0 .3rem;"
    "border-bottom:2px solid #1f4e79}p{margin:.4rem 0}p.note{color:#4a4a4a;font-size:.92rem}"
    "p.lead{font-size:1.1rem}a{color:#12406b}"
    "figure{margin:1rem 0}table{border-collapse:collapse;width:100%;margin:.6rem 0}"
    "caption{text-align:left;font-weight:bold;padding:.3rem 0}"
    "th,td{border-bottom:1px solid #999;padding:.25rem .5rem;text-align:left;"
    "vertical-align:middle;"
    "overflow-wrap:anywhere}"
    "th[scope=row]{font-weight:normal}td.n,th.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}"
    "td.b{width:30%}svg{display:block;width:100%}.days{height:140px;"
    "margin:.4rem 0 0}.bar{height:14px}.ends{display:flex;justify-content:space-between;"
    "font-size:.85rem;color:#4a4a4a}p.many{word-spacing:.6em}.bad{font-weight:bold;color:#8a1020}.mark{color:#9a3412}"
    "#en{display:none}#en:target{display:block}body:has(#en:target) #ja{display:none}.switch{float:right}"
    "@media(max-width:34rem){th,td{padding:.25rem .3rem}td.b,th.b,.mark{display:none}h1{font-size:1.25rem}}"
    "@page{size:A4;margin:15mm}@media print{body{max-width:none;margin:0;"
    "padding:0;font-size:10.5pt}.switch{display:none}h2{break-after:avoid}tr,svg,.whole{break-inside:avoid}caption{break-after:avoid}}"
)


def page(found: Report, operator: str) -> str:
    """Both languages in one page."""
    ja, en = Markup("").join(_body(found, operator, "ja")), Markup("").join(_body(found, operator, "en"))
    switch_en = Markup('<p class="switch"><a href="#en" lang="en" hreflang="en">English</a></p>')
    switch_ja = Markup('<p class="switch"><a href="#ja" lang="ja" hreflang="ja">日本語</a></p>')
    return _document(
        "ja", f"通話の月次報告 {found.month}",
        Markup('<main id="ja" lang="ja">{}{}</main><main id="en" lang="en">{}{}</main>').format(
            switch_en, ja, switch_ja, en
        ),
    )  # fmt: skip


def paper(found: Report, operator: str, lang: Lang) -> str:
    """One language, for print."""
    title = f"通話の月次報告 {found.month}" if lang == "ja" else f"Monthly report on calls {found.month}"
    body = Markup("").join(_body(found, operator, lang))
    return _document(lang, title, Markup("<main>{}</main>").format(body))


def _document(lang: str, title: str, body: Markup) -> str:
    return str(
        Markup(
            '<!doctype html><html lang="{}"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width,initial-scale=1"><title>{}</title><style>{}</style>'
            "</head><body>{}</body></html>\n"
        ).format(lang, title, STYLE, body)
    )


def _body(found: Report, operator: str, lang: Lang) -> Iterable[Markup]:
    def say(ja: str, en: str) -> str:
        return ja if lang == "ja" else en

    month = say(f"{found.month.year}年{found.month.month}月", f"{found.month.first:%B %Y}")
    yield Markup("<h1>{}</h1><p>{}</p>").format(say(f"通話の月次報告 {month}", f"Calls in {month}"), operator)
    if not found.over:
        yield _note(
            say("この月はまだ終わっていません。途中の集計です。", "The month isn’t over: these are figures so far."),
            "bad",
        )
    yield _lead(found, lang)
    missed = sorted(one.trunk for one in found.canaries if one.results.get("not_caught"))
    if missed:
        trunks = ", ".join(missed)
        yield _note(
            say(f"自己試験で止まらない番号がありました（回線: {trunks}）。", f"Canaries weren’t caught on: {trunks}."),
            "bad",
        )
    yield _note(say(
        f"番号ではなく、国と番号帯ごとの件数だけを数えています。{FLOOR}件未満の国・番号帯・国番号は「その他」にまとめ、差し引いても"
        "分からないようにしています。判定した時点の結果で、犯罪や被害の件数ではありません。",
        f"Counted are calls by country and range, never numbers. Countries, ranges and codes with fewer than {FLOOR} "
        "calls are told together as “other”, so that none follows by subtraction. Calls judged, not crimes.",
    ))  # fmt: skip
    if found.missing or found.unread:
        yield _note(say(
            f"根拠の記録のうち {found.missing:,}件が失われ、{found.unread:,}件が読めません。"
            "件数はその分少なく出ています。",
            f"{found.missing:,} records are missing and {found.unread:,} unreadable: the counts are lower by these.",
        ), "bad")  # fmt: skip
    yield _daily(found, lang)
    yield _table(say("呼の方向", "Direction"), (say("方向", "direction"), say("件数", "calls")),
                 [(word(DIRECTIONS, name, lang), calls) for name, calls in found.directions.items()])  # fmt: skip
    yield _heading(say("判定の結果と理由", "Outcomes and reasons"))
    yield _outcomes(found, lang)
    yield _heading(say("着信で表示された番号", "Numbers shown by incoming calls"))
    yield _table(say("番号の種類", "Kind of number"), (say("種類", "kind"), say("件数", "calls")),
                 [(word(SHOWN, name, lang), calls) for name, calls in found.shown.items()])  # fmt: skip
    yield _places(found, found.countries, say("国（上位20）", "Countries, top 20"), say("国番号", "code"), lang)
    yield _places(found, found.ranges, say("番号帯（上位20）", "Ranges, top 20"), say("番号帯", "range"), lang)
    yield _new_ranges(found, lang)
    yield _places(found, found.unassigned, say("割り当てのない国番号", "Country codes that nobody has"),
                  say("国番号", "code"), lang)  # fmt: skip
    yield _police(found, lang)
    yield _heading(say("回線の警報と自己試験", "Alarms and self-tests of trunks"))
    yield _alarms(found, lang)
    yield _canaries(found, lang)
    yield _heading(say("判定できなかった通話", "Calls that couldn’t be judged"))
    yield _failed(found, lang)
    yield _heading(say("誤登録の申立て", "Appeals against mislabelling"))
    said = found.appeals
    yield _table(say("この月に受けた申立て", "Received in the month"), ("", say("件数", "number")), [
        (say("受付", "received"), said.received), (say("認容（番号を解放）", "upheld, number freed"), said.upheld),
        (say("棄却", "rejected"), said.rejected), (say("審査中", "open"), said.open),
    ])  # fmt: skip


def _lead(found: Report, lang: Lang) -> Markup:
    share = found.failed_share or 0.0
    ja = f"判定した通話 {found.calls:,}件。判定できずにつないだ割合 {share:.3%}。"
    en = f"{found.calls:,} calls judged; {share:.3%} passed because they couldn’t be."
    if found.compared:
        ja, en = f"{ja}前月 {found.calls_before:,}件。", f"{en} The month before: {found.calls_before:,}."
    return Markup('<p class="lead">{}</p>').format(ja if lang == "ja" else en)


def _daily(found: Report, lang: Lang) -> Markup:
    most = max(found.daily, default=0)
    day = found.daily.index(most) + 1 if most else 0
    title = (
        f"日ごとの通話数。最も多い日は{day}日の{most:,}件" if lang == "ja"
        else f"Calls by day; most on day {day}: {most:,}"
    )  # fmt: skip
    ends = ("1日", f"{len(found.daily)}日") if lang == "ja" else ("1", str(len(found.daily)))
    return Markup('<figure><figcaption>{}</figcaption>{}<div class="ends"><span>{}</span><span>{}</span></div>'
                  "</figure>").format(title, charts.days(found.daily, title), *ends)  # fmt: skip


def _outcomes(found: Report, lang: Lang) -> Markup:
    heads = ("結果", "理由", "件数", "前月") if lang == "ja" else ("outcome", "reason", "calls", "before")
    rows = [
        Markup('<tr><th scope="row">{}</th><td>{}</td><td class="n">{}</td><td class="n">{}</td></tr>').format(
            word(OUTCOMES, outcome, lang), word(reasons(), reason, lang), f"{calls:,}",
            f"{before:,}" if found.compared else "—",
        )
        for outcome, reason, calls, before in found.outcomes
    ]  # fmt: skip
    return Markup(
        '<table><thead><tr><th scope="col">{}</th><th scope="col">{}</th><th scope="col" class="n">{}</th>'
        '<th scope="col" class="n">{}</th></tr></thead><tbody>{}</tbody></table>'
    ).format(*heads, Markup("").join(rows))


def _places(found: Report, places: Places, title: str, name: str, lang: Lang) -> Markup:
    ja = lang == "ja"
    if places.total is None or not places.rows:
        few = (
            "示せる件数のものはありません。" if ja else "Nothing with enough calls to be told."
        ) if places.total != 0 else ("ありません。" if ja else "None.")  # fmt: skip
        return Markup("<h3>{}</h3><p>{}</p>").format(title, few)
    most = max([one.calls for one in places.rows] + [one.before or 0 for one in places.rows])
    rows = [_place(one, most, lang) for one in places.rows]
    if places.other:
        rows.append(
            Markup(
                '<tr><th scope="row">{}</th><td class="b"></td><td class="n">{}</td><td class="n"></td></tr>'
            ).format("その他" if ja else "other", f"{places.other:,}")
        )
    change = "前月比" if ja else "change"
    caption = Markup("<caption>{}{}</caption>").format(
        title,
        Markup(' <span class="mark">{}</span>').format("▏は前月" if ja else "▏ month before") if found.compared else "",
    )
    return Markup(
        '<table>{}<thead><tr><th scope="col">{}</th><th scope="col" class="b"></th><th scope="col" class="n">{}</th>'
        '<th scope="col" class="n">{}</th></tr></thead><tbody>{}</tbody></table>'
    ).format(caption, name, "件数" if ja else "calls", change, Markup("").join(rows))


def _place(one: Place, most: int, lang: str) -> Markup:
    region = country(one.region, lang)
    change = "—" if one.change is None else f"{one.change:+.0%}"
    return Markup(
        '<tr><th scope="row">+{} {}</th><td class="b">{}</td><td class="n">{}</td><td class="n">{}</td></tr>'
    ).format(one.name, region, charts.bar(one.calls, most, one.before), f"{one.calls:,}", change)


def _new_ranges(found: Report, lang: Lang) -> Markup:
    title = "初めて現れた番号帯" if lang == "ja" else "Ranges newly seen"
    if found.new_ranges is None:
        told = "比べる月がありません。" if lang == "ja" else "There is no earlier month to compare with."
    elif not found.new_ranges:
        told = "ありません。" if lang == "ja" else "None."
    else:
        told = " ".join(f"+{one}" for one in found.new_ranges)
    return Markup('<h3>{}</h3><p class="many">{}</p>').format(title, told)


def _police(found: Report, lang: Lang) -> Markup:
    title = "警察の番号に似せた形" if lang == "ja" else "Shaped like numbers of the police"
    heads = ("形", "件数", "前月") if lang == "ja" else ("shape", "calls", "before")
    return _table(title, heads, [
        (word(POLICE, name, lang), calls, found.police_before[name] if found.compared else None)
        for name, calls in found.police.items()
    ])  # fmt: skip


def _alarms(found: Report, lang: Lang) -> Markup:
    ja = lang == "ja"
    if not found.trunks:
        return Markup("<p>{}</p>").format("警報はありません。" if ja else "No alarms.")
    rows: list[list[str | int | None]] = [
        [
            one.trunk,
            ("、" if ja else ", ").join(f"{word(PATTERNS, name, lang)} {n}" for name, n in one.patterns.items()),
            one.open,
        ]
        for one in found.trunks
    ]
    heads = ("回線", "警報", "未対応") if ja else ("trunk", "alarms", "open")
    return _table("警報のあった回線" if ja else "Trunks with alarms", heads, rows)


def _canaries(found: Report, lang: Lang) -> Markup:
    ja = lang == "ja"
    if not found.canaries:
        return Markup("<p>{}</p>").format("自己試験は行われていません。" if ja else "No self-test was run.")
    rows: list[list[str | int | None]] = [
        [one.trunk, *(one.results.get(name, 0) for name in CANARIES)] for one in found.canaries
    ]
    heads = ("回線" if ja else "trunk", *(one.in_(lang) for one in CANARIES.values()))
    return _table("自己試験の結果" if ja else "Results of self-tests", heads, rows)


def _failed(found: Report, lang: Lang) -> Markup:
    if not found.failed_open:
        return Markup("<p>{}</p>").format("ありません。" if lang == "ja" else "None.")
    heads = ("原因", "件数") if lang == "ja" else ("cause", "calls")
    return _table("判定できずにつないだ通話" if lang == "ja" else "Passed without being judged", heads,
                  list(found.failed_open.items()))  # fmt: skip


def _table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str | int | None]]) -> Markup:
    """A table whose first column names its rows; counts are to the right."""

    def head(place: int, text: str) -> Markup:
        number = place > 0 and any(not isinstance(row[place], str) for row in rows)
        return Markup('<th scope="col" class="{}">{}</th>').format("n" if number else "", text)

    def cell(value: str | int | None) -> Markup:
        if value is None:
            return Markup('<td class="n">—</td>')
        if isinstance(value, int):
            return Markup('<td class="n">{}</td>').format(f"{value:,}")
        return Markup("<td>{}</td>").format(value)

    body = [
        Markup('<tr><th scope="row">{}</th>{}</tr>').format(row[0], Markup("").join(cell(one) for one in row[1:]))
        for row in rows
    ]
    return Markup(
        '<table class="whole"><caption>{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table>'
    ).format(caption, Markup("").join(head(place, text) for place, text in enumerate(heads)), Markup("").join(body))


def _heading(text: str) -> Markup:
    return Markup("<h2>{}</h2>").format(text)


def _note(text: str, kind: str = "note") -> Markup:
    return Markup('<p class="{}">{}</p>').format(kind, text)
