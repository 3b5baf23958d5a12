"""The notice's page and its copy for machines.

A template only places what the notice says: it gets plain texts, numbers and lists, everything it prints is escaped,
and it reaches neither files nor anything of the program. A page that loads something from elsewhere would itself send
its readers' information out: such a one is refused, whoever wrote the template.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Final

import orjson
from jinja2 import StrictUndefined, Template, TemplateError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from sekisho.apps.items import ITEMS
from sekisho.apps.law.plain import JARGON, jargon_in
from sekisho.apps.notice.errors import NoticeTemplateRefused
from sekisho.apps.notice.model import NoticeDocument, Row, Stop, Words
from sekisho.apps.notice.outside import outside
from sekisho.apps.notice.words import GROUNDS, KINDS, MEANINGS, page_words
from sekisho.apps.shown import shown
from sekisho.errors import Lang

TEMPLATE_MOST: Final = 256 * 1024
"""Bytes of a template: a house limit, twenty times the packaged one."""
_JAPANESE: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uff66-\uff9f]")
_IN_EXPRESSIONS: Final = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
_MONTHS: Final = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
                  "November", "December")  # fmt: skip


def html(
    document: NoticeDocument, template: str | None = None, *, lang: Lang = "ja", other: str = "", copy: str = ""
) -> str:
    """The page in one language, the same for the same notice.

    ``template`` replaces the packaged one; ``other`` is the file of the page in the other language, ``copy`` that of
    the copy for machines (empty: no link). Raises :class:`NoticeTemplateRefused`.
    """
    made = _packaged() if template is None else _compiled(template)
    values = {
        "lang": lang, "t": page_words(lang), "notice": values_of(document, lang), "copy": copy, "other": other,
        "other_lang": "en" if lang == "ja" else "ja",
    }  # fmt: skip
    try:
        page = made.render(values)
    except TemplateError as error:
        raise NoticeTemplateRefused(problem=str(error)[:200]) from error
    except _IN_EXPRESSIONS as error:
        raise NoticeTemplateRefused(problem=type(error).__name__) from error
    found = outside(page)
    if found:
        raise NoticeTemplateRefused(problem=f"the page loads or runs something: {', '.join(found[:3])}")
    return page


def as_json(document: NoticeDocument) -> bytes:
    """The copy for machines, the same for the same notice."""
    return orjson.dumps(document.as_document(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def values_of(document: NoticeDocument, lang: Lang) -> dict[str, Any]:
    """What a template gets of a notice: texts, numbers, truths, lists and mappings of these. docs/apps/notice.md lists
    them."""
    numbers = {stop.row.key: number for number, stop in enumerate(document.stops, 1)}
    # Who can be stopped stands in the list too: a reader who looks for a name finds it there.
    every = sorted([*document.rows, *(stop.row for stop in document.stops)], key=lambda row: row.key)
    rows = [_row(row, lang, numbers.get(row.key, 0)) for row in every]
    told = {slug for row in every for slug in (*row.information, *row.unconfirmed)}
    at = 0 if lang == "ja" else 1
    return {
        "operator": _words(document.operator, lang),
        "service": _words(document.service, lang),
        "contact": _words(document.contact, lang),
        "address": document.address,
        "complete": document.complete,
        "count": len(every),
        "updated": _day(document.updated, lang),
        "rows": rows,
        "has_links": any(row["has_more"] for row in rows),
        "stops": [_stop(stop, lang) for stop in document.stops],
        "not_needed": [
            {
                "service": _named(one.service, lang),
                "ground": GROUNDS[one.basis][at],
                "reason": _words(one.reason, lang),
            }
            for one in document.not_needed
        ],
        "meanings": [
            {"name": _item(slug, lang), "text": MEANINGS[slug][at]}
            for slug in ITEMS
            if slug in told and slug in MEANINGS
        ],
        "changes": [
            {"iso": one.day.isoformat(), "day": _day(one.day, lang), "words": _words(one.words, lang)}
            for one in document.changes
        ],
    }


def _row(row: Row, lang: Lang, stop: int = 0) -> dict[str, Any]:
    return {
        "service": _named(row.service, lang) if row.service else None,
        "seen_as": _named(row.seen_as, lang) if row.seen_as else None,
        "label": _named(row.label, lang),
        "handler": _words(row.handler, lang),
        "information": [_item(slug, lang) for slug in row.information],
        "unconfirmed": [_item(slug, lang) for slug in row.unconfirmed],
        "more": _words(row.more, lang),
        "purpose": _words(row.purpose, lang),
        "recipient_purpose": _words(row.recipient_purpose, lang),
        "policy": row.policy,
        "opt_out": row.opt_out,
        "since": _day(row.since, lang),
        "stop": stop,
        "has_more": bool(row.policy or row.opt_out or row.since or stop),
    }


def _stop(stop: Stop, lang: Lang) -> dict[str, Any]:
    return {
        "row": _row(stop.row, lang), "kind": KINDS[stop.kind][0 if lang == "ja" else 1], "link": stop.link,
        "how": _words(stop.how, lang), "limits": _words(stop.limits, lang),
    }  # fmt: skip


def _words(words: Words | None, lang: Lang) -> dict[str, str] | None:
    """The words in a language, or the Japanese ones where there are none: a translation isn't made up."""
    if words is None:
        return None
    if lang == "en" and words.en:
        return {"text": words.en, "lang": "en"}
    return _in_its_language(words.ja, lang)


def _named(name: str, lang: Lang) -> dict[str, str]:
    return _in_its_language(_plainly(name, lang), lang)


def _in_its_language(text: str, lang: Lang) -> dict[str, str]:
    """A text with its language, so that it is read out rightly: Japanese where it has a Japanese letter."""
    return {"text": text, "lang": "ja" if _JAPANESE.search(text) else lang}


def _item(slug: str, lang: Lang) -> str:
    return ITEMS[slug].ja if lang == "ja" else ITEMS[slug].en


def _plainly(name: str, lang: Lang) -> str:
    """A service's name with what a technical term in it means, in brackets: a name can't be replaced by plain words."""
    if lang == "en":
        return name
    for term in jargon_in(name):
        at = name.casefold().find(term.casefold())
        if at >= 0:
            name = f"{name[: at + len(term)]}（{JARGON[term]}）{name[at + len(term) :]}"
    return name


def _day(day: date | None, lang: Lang) -> str:
    if day is None:
        return ""
    if lang == "ja":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


@cache
def packaged_template() -> str:
    """The template that comes with Sekisho: what one begins with who writes another."""
    return (files("sekisho.apps.notice") / "templates" / "notice.html").read_text(encoding="utf-8")


@cache
def _packaged() -> Template:
    return _compiled(packaged_template())


def _compiled(source: str) -> Template:
    if len(source.encode()) > TEMPLATE_MOST:
        raise NoticeTemplateRefused(problem=f"more than {TEMPLATE_MOST} bytes")
    environment = ImmutableSandboxedEnvironment(
        autoescape=True, undefined=StrictUndefined, finalize=_finalized, trim_blocks=True, lstrip_blocks=True
    )
    for name in ("safe", "tojson", "xmlattr", "urlize"):  # each gives text that isn't escaped again
        del environment.filters[name]
    environment.globals = {}
    try:
        tree = environment.parse(source)
        if any(tree.find_all((nodes.ScopedEvalContextModifier, nodes.EvalContextModifier))):
            raise NoticeTemplateRefused(problem="autoescape is never switched")
        return environment.from_string(source)
    except TemplateError as error:
        raise NoticeTemplateRefused(problem=str(error)[:200]) from error


def _finalized(value: object) -> object:
    """Only plain values are printed: an object's name would tell of the program, and an unseen letter misleads."""
    if value is None:
        return ""
    if hasattr(value, "__html__"):
        return value
    if isinstance(value, str):
        return shown(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(type(value).__name__)
    return value
