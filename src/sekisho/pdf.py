"""HTML to PDF by WeasyPrint: nothing is fetched, and the same HTML gives the same bytes.

What a PDF tells beside its pages is its title, language and the program's name: no machine, no path, no person, and no
time but the paper's own. Fonts are the system's; another machine with other fonts gives other bytes.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, NoReturn

from weasyprint import HTML

from sekisho.errors import InputRefused, Unavailable

_LOG: Final = logging.getLogger("weasyprint")
_COMMON: Final = frozenset("年月日第号様殿御中のをにはがとてアイ")
"""Letters every Japanese font has: where one is missing there is no such font."""


class PageReachesOut(InputRefused):
    """A page asks for something outside itself: nothing is fetched for a PDF. Fields: ``page``, ``problem``."""

    reason = "page_reaches_out"
    http_status = 422
    ja = "「{page}」が外部のファイルやアドレスを参照しています（{problem}）。参照を取り除いてください。"
    en = "'{page}' refers to a file or address outside itself ({problem}). Remove the reference."


class JapaneseFontMissing(Unavailable):
    """No font on this machine has Japanese letters; a paper of empty boxes is no paper. Field: ``letters``."""

    reason = "japanese_font_missing"
    ja = "日本語のフォントがないため書面を作れません（{letters}）。Noto Serif CJK JP などを入れてください。"
    en = "No font here has Japanese letters ({letters}). Install one, such as Noto Serif CJK JP."


class _ReachesOut(BaseException):
    """What was asked for. No ``Exception``: WeasyPrint would go on without what it couldn't fetch."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


def _fetch_nothing(url: str) -> NoReturn:
    """No network, no file, not even what is written in the address itself."""
    raise _ReachesOut(url)


class _Missing(logging.Handler):
    """Collects letters for which this thread's rendering found no font."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._thread = threading.get_ident()
        self.letters: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        """Keeps the letter of a warning about one."""
        if record.thread == self._thread and isinstance(record.msg, str) and record.msg.startswith(".notdef glyph"):
            args = record.args
            if isinstance(args, tuple) and args and isinstance(args[0], str):
                self.letters.add(args[0])


@dataclass(frozen=True, slots=True)
class Pdf:
    """A PDF, its number of pages, and the letters for which no font was found."""

    data: bytes
    pages: int
    missing: frozenset[str]


def pdf_of(html: str, *, page: str) -> Pdf:
    """``html`` as a PDF. Takes about a millisecond a line; memory grows by about 100 KB a page.

    ``page`` is its name for people. Raises ``PageReachesOut`` where the HTML asks for anything outside itself,
    ``JapaneseFontMissing`` where no font has Japanese letters. Letters that only rare fonts have are told in
    ``missing``: what was made has boxes there.
    """
    missing = _Missing()
    _LOG.addHandler(missing)
    try:
        document = HTML(string=html, base_url="https://paper.invalid/", url_fetcher=_fetch_nothing).render()
        data = document.write_pdf(pdf_identifier=sha256(html.encode()).digest()[:16])
    except _ReachesOut as error:
        raise PageReachesOut(page=page, problem=error.url[:100]) from None
    finally:
        _LOG.removeHandler(missing)
    if missing.letters & _COMMON:
        raise JapaneseFontMissing(letters="".join(sorted(missing.letters & _COMMON)))
    return Pdf(data, len(document.pages), frozenset(missing.letters))
