"""The report to the National Police Agency as a paper: HTML, and PDF by WeasyPrint. Nothing is fetched.

Every value is escaped; letters that steer a display are shown by their number.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from importlib.resources import files
from typing import Any, Final

from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from sekisho.clock import JAPAN

_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
KINDS: Final = {"fixed_number": "固定電話番号", "ip_phone_number": "特定IP電話番号"}


def report_html(report: Mapping[str, Any], *, office: str) -> str:
    """A report (:meth:`sekisho.stops.reports.Reports.find`) as one HTML document that refers to nothing outside."""
    environment = ImmutableSandboxedEnvironment(
        autoescape=True, undefined=StrictUndefined, finalize=_shown, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(era=_era, moment=_moment)
    source = (files("sekisho.stops.papers") / "templates" / "report.html").read_text(encoding="utf-8")
    return environment.from_string(source).render(report=report, office=office, kinds=KINDS)


def report_pdf(report: Mapping[str, Any], *, office: str) -> bytes:
    """The same as a PDF: the same report gives the same bytes on one machine."""
    from sekisho.pdf import pdf_of  # noqa: PLC0415  a second to load, needed for a PDF alone

    return pdf_of(report_html(report, office=office), page="report.html").data


def _shown(value: object) -> object:
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return "".join(
        f"〔U+{ord(one):04X}〕" if unicodedata.category(one) in _HIDDEN and one != "\n" else one for one in value
    )


def _era(day: str) -> str:
    """令和8年11月23日; a day before the era, which can be a crime's, by its Western year."""
    found = date.fromisoformat(day)
    if found < date(2019, 5, 1):
        return f"{found.year}年{found.month}月{found.day}日"
    year = found.year - 2018
    return f"令和{'元' if year == 1 else year}年{found.month}月{found.day}日"


def _moment(moment: str) -> str:
    local = datetime.fromisoformat(moment).astimezone(JAPAN)
    return f"{_era(local.date().isoformat())}{local.hour}時{local.minute:02d}分"
