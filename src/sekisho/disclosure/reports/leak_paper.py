"""The leak report as HTML and PDF, for a person to submit. Nothing is submitted from here.

The form's ten fields in its order. At the first report what isn't known yet reads 調査中; the detailed report has no
empty field.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from markupsafe import Markup

from sekisho.clock import japan_date
from sekisho.disclosure.deadlines import deadline
from sekisho.disclosure.leak_report import CATEGORIES, FIELDS, LeakReport, Stage, lacking, terms_of
from sekisho.disclosure.papers.era import era_day, era_moment
from sekisho.disclosure.papers.template import visible
from sekisho.disclosure.record import Precision
from sekisho.disclosure.reports.errors import LeakIncomplete
from sekisho.pdf import Pdf, pdf_of

TEMPLATE: Final = "leak_report.html"
UNKNOWN: Final = "調査中"
STAGES: Final = {Stage.FIRST: "第一報", Stage.DETAILS: "詳報"}

_STYLE: Final = Markup(
    "@page{size:A4;margin:22mm 20mm 20mm;@bottom-center{content:counter(page) ' / ' counter(pages);font-size:9pt}}"
    "body{font-family:'Noto Serif CJK JP','Noto Serif JP',serif;font-size:10.5pt;line-height:1.7}"
    "h1{font-size:15pt;text-align:center;font-weight:normal;margin:6mm 0}"
    ".day{text-align:right}.note{font-size:9pt}"
    "table{border-collapse:collapse;width:100%;table-layout:fixed}"
    "th,td{border:.5pt solid #000;padding:2mm;text-align:left;vertical-align:top;font-weight:normal;"
    "overflow-wrap:anywhere;white-space:pre-wrap}"
    "th{width:34%}"
)
_PAGE: Final = Markup(
    '<!doctype html><html lang="ja"><head><meta charset="utf-8"><title>{title}</title><style>{style}</style></head>'
    '<body><p class="day">{day}</p><p>{office}　御中</p><h1>{title}</h1>'
    "<table><tr><th>根拠</th><td>{source}</td></tr><tr><th>報告の区分</th><td>{stage}</td></tr>"
    "<tr><th>事業者が知った日時</th><td>{noticed}</td></tr><tr><th>この報告の期限</th><td>{due}</td></tr>{rows}</table>"
    '<p class="note">整理番号：{id}</p></body></html>\n'
)


def html_of(report: LeakReport, stage: Stage, dated: date, *, office: str = "") -> str:
    """The form of ``stage`` as one HTML document. ``office``: to whom it goes, by name; empty: what sort of office.

    Raises ``LeakIncomplete``.
    """
    missing = report.missing(stage)
    if missing:
        raise LeakIncomplete(**lacking(stage, missing))
    spec = CATEGORIES[report.category]
    kind = terms_of(report.category, malice=report.malice)[0 if stage is Stage.FIRST else 1]
    rows = Markup().join(
        Markup("<tr><th>{}</th><td>{}</td></tr>").format(
            title.ja, visible(report.fields.get(field, "").strip() or UNKNOWN)
        )
        for field, title in FIELDS.items()
    )
    return str(
        _PAGE.format(
            title=f"{spec.title.ja}に関する報告（{STAGES[stage]}）",
            style=_STYLE,
            day=era_day(dated),
            office=visible(office.strip() or spec.office.ja),
            source=spec.source,
            stage=STAGES[stage],
            noticed=f"{era_moment(report.noticed_at, Precision.MINUTE)}（日本時間）",
            due=era_day(deadline(kind, japan_date(report.noticed_at)).last_day),
            rows=rows,
            id=report.id,
        )
    )


def pdf(report: LeakReport, stage: Stage, dated: date, *, office: str = "") -> Pdf:
    """The same as PDF; the same report, day and office give the same bytes. Raises ``LeakIncomplete``,
    ``JapaneseFontMissing``."""
    return pdf_of(html_of(report, stage, dated, office=office), page=TEMPLATE)
