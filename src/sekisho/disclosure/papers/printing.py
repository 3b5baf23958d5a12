"""A paper to HTML and to PDF.

What a template must not leave out is checked on every paper, the packaged ones' too: number, day, both names, the title
and the page numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from hashlib import sha256
from html.parser import HTMLParser
from typing import Final

from sekisho.disclosure.papers.era import era_day
from sekisho.disclosure.papers.errors import TemplateDrops, TemplateReachesOut
from sekisho.disclosure.papers.forms import EntryForm
from sekisho.disclosure.papers.frame import Paper
from sekisho.disclosure.papers.kinds import PaperKind
from sekisho.disclosure.papers.template import Templates, visible

_PAGES: Final = "counter(pages)"
_UNSEEN: Final = frozenset({"style", "script", "title", "head", "template"})


@dataclass(frozen=True, slots=True)
class Printed:
    """A paper as made. ``shown_by_number`` are letters no font here has, which stand there by their number;
    ``templates_sha256`` says from which templates it was made."""

    kind: PaperKind
    html: str
    pdf: bytes
    pages: int
    sha256: str
    templates_sha256: str
    shown_by_number: tuple[str, ...]


def html_of(
    paper: Paper | EntryForm, *, templates: Templates | None = None, unknown: frozenset[str] = frozenset()
) -> str:
    """The paper as one HTML document that refers to nothing outside itself.

    ``unknown``: letters to be shown by their number. Raises ``TemplateRefused`` and ``TemplateDrops``.
    """
    source = templates or Templates.packaged()
    values: dict[str, object] = {"paper": paper}
    if isinstance(paper, Paper):
        spec = paper.frame.spec
        # Each field by its own name too, so that a template reads like the paper.
        values.update({one.name: getattr(paper, one.name) for one in fields(paper)})
    else:
        spec = paper.spec
    html = source.render(spec.template, {**values, "spec": spec}, unknown=unknown)
    _require_whole(html, paper, spec.template, unknown)
    return html


def print_paper(paper: Paper | EntryForm, *, templates: Templates | None = None) -> Printed:
    """The paper as HTML and as PDF. The same paper and templates give the same bytes on one machine.

    Raises ``TemplateRefused``, ``TemplateReachesOut``, ``TemplateDrops`` and ``JapaneseFontMissing``.
    """
    from sekisho.pdf import PageReachesOut, pdf_of  # noqa: PLC0415 - a second to load, needed for a PDF alone

    source = templates or Templates.packaged()
    kind = paper.kind
    html = html_of(paper, templates=source)
    name = f"{kind.value}.html"
    try:
        made = pdf_of(html, page=name)
    except PageReachesOut as error:
        raise TemplateReachesOut(template=name, problem=error.fields["problem"]) from None
    unknown = made.missing
    if unknown:
        html = html_of(paper, templates=source, unknown=unknown)
        made = pdf_of(html, page=name)
    return Printed(
        kind=kind,
        html=html,
        pdf=made.data,
        pages=made.pages,
        sha256=sha256(made.data).hexdigest(),
        templates_sha256=source.sha256,
        shown_by_number=tuple(sorted(unknown)),
    )


class _Text(HTMLParser):
    """The text of a document as a reader sees it, without spaces."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - its parent's
        """Counts what isn't shown."""
        self._hidden += tag in _UNSEEN

    def handle_endtag(self, tag: str) -> None:
        """The same, at its end."""
        self._hidden -= tag in _UNSEEN

    def handle_data(self, data: str) -> None:
        """Keeps what is shown."""
        if not self._hidden:
            self.parts.append(data)


def text_of(html: str) -> str:
    """The document's text without any space: what stands on the paper, however it is set."""
    reader = _Text()
    reader.feed(html)
    reader.close()
    return "".join("".join(reader.parts).split())


def _require_whole(html: str, paper: Paper | EntryForm, template: str, unknown: frozenset[str]) -> None:
    text = text_of(html)
    musts = {"title": paper.spec.title.ja} if isinstance(paper, EntryForm) else _musts(paper)
    lacking = [name for name, value in musts.items() if "".join(str(visible(value, unknown)).split()) not in text]
    if _PAGES not in html:
        lacking.append("page numbers")
    if lacking:
        raise TemplateDrops(template=template, fields=lacking)


def _musts(paper: Paper) -> dict[str, str]:
    frame = paper.frame
    return {
        "title": getattr(paper, "title", frame.spec.title.ja),
        "number": frame.number,
        "dated": era_day(frame.dated),
        "office.name": frame.office.name,
        "addressee.name": frame.addressee.name,
        **({"promise": frame.promise} if frame.promise else {}),
    }
