"""The transparency report as one HTML page, in Japanese or English, that refers to nothing outside itself. Pure."""

from __future__ import annotations

from markupsafe import Markup, escape

from sekisho.disclosure.reports.transparency import NOTE, TABLES, TITLES, WITHHELD, Report, Table
from sekisho.engine.facts import Text
from sekisho.errors import Lang

_STYLE = Markup(
    "body{font-family:sans-serif;line-height:1.6;max-width:48rem;margin:2rem auto;padding:0 1rem;color:#111}"
    "table{border-collapse:collapse;width:100%;margin:1rem 0 2rem}"
    "caption,h2{text-align:left;font-weight:bold;font-size:1.1rem;padding:.4rem 0;margin:0}"
    "th,td{border-bottom:1px solid #888;padding:.3rem .5rem;text-align:left}"
    "th{font-weight:normal}thead th:last-child,td.n{text-align:right;white-space:nowrap}"
    "td.n{font-variant-numeric:tabular-nums}"
    "tfoot th,tfoot td{border-top:2px solid #111}"
)
_TITLE = Text("捜査機関等からの請求に関する報告", "Transparency report on requests for disclosure")
_PERIOD = Text("対象：{first} から {last} までに受け付けた請求（{counted} 現在）",
               "Requests received from {first} to {last}, as of {counted}")  # fmt: skip
_TOTAL = Text("合計", "total")
_TOGETHER = Text("合わせて {count} 件：", "{count} together: ")
_FEW = Text("件数が少ないため示しません：", "not told, since too few: ")
_CATEGORY = Text("区分", "category")
_COUNT = Text("件数", "requests")


def page(report: Report, lang: Lang) -> str:
    """The page."""
    period = _in(_PERIOD, lang).format(
        first=report.half.first, last=report.half.last, counted=report.counted_on
    )
    tables = Markup().join(_table(one, lang) for one in report.tables)
    return str(
        Markup(
            '<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title} {half}</title>'
            "<style>{style}</style></head><body><h1>{title}</h1><p>{operator}</p><p>{period}</p><p>{note}</p>"
            "{tables}</body></html>\n"
        ).format(
            lang=lang,
            title=_in(_TITLE, lang),
            half=str(report.half),
            style=_STYLE,
            operator=report.operator,
            period=period,
            note=_in(NOTE, lang),
            tables=tables,
        )
    )


def _table(one: Table, lang: Lang) -> Markup:
    title, found = _in(TABLES[one.name], lang), one.published
    if found is None:
        return Markup("<h2>{}</h2><p>{}</p>").format(title, _in(WITHHELD, lang))
    rows = [_row(_in(TITLES[name], lang), f"{count:,}") for name, count in found.cells.items()]
    if found.pooled:
        names = ("、" if lang == "ja" else ", ").join(_in(TITLES[name], lang) for name in found.pooled)
        lead = _in(_FEW, lang) if found.pool is None else _in(_TOGETHER, lang).format(count=found.pool)
        rows.append(_row(lead + names, "" if found.pool is None else f"{found.pool:,}"))
    total = "" if found.total is None else f"{found.total:,}"
    return Markup(
        '<table><caption>{}</caption><thead><tr><th scope="col">{}</th><th scope="col">{}</th></tr></thead>'
        '<tbody>{}</tbody><tfoot><tr><th scope="row">{}</th><td class="n">{}</td></tr></tfoot></table>'
    ).format(title, _in(_CATEGORY, lang), _in(_COUNT, lang), Markup().join(rows), _in(_TOTAL, lang), total)


def _row(name: str, count: str) -> Markup:
    return Markup('<tr><th scope="row">{}</th><td class="n">{}</td></tr>').format(escape(name), count)


def _in(text: Text, lang: Lang) -> str:
    return text.ja if lang == "ja" else text.en
