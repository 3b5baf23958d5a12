"""The files of a notice: the page in Japanese, the page in English, the copy for machines; and whether they drifted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from sekisho.apps.notice.drift import BEHIND, Difference, differences, history_is_behind, published
from sekisho.apps.notice.model import Missing, NoticeDocument
from sekisho.apps.notice.render import as_json, html

PAGE_JA: Final = "notice.html"
PAGE_EN: Final = "notice.en.html"
COPY: Final = "notice.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """How published files stand to those given now. ``files`` are the names that differ or aren't there; ``unreadable``
    says that the copy for machines can't tell what changed."""

    files: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    unreadable: bool = False

    @property
    def drifted(self) -> bool:
        """Whether anything differs, be it a space."""
        return bool(self.files)


def pages(document: NoticeDocument, template: str | None = None) -> dict[str, bytes]:
    """Every file by name, the same bytes for the same notice. Raises ``NoticeTemplateRefused``."""
    return {
        PAGE_JA: html(document, template, lang="ja", other=PAGE_EN, copy=COPY).encode(),
        PAGE_EN: html(document, template, lang="en", other=PAGE_JA, copy=COPY).encode(),
        COPY: as_json(document),
    }


def drift(now: Mapping[str, bytes], before: Mapping[str, bytes], document: NoticeDocument) -> Drift:
    """What differs between the published files (``before``, those that are there) and those given now."""
    files = tuple(name for name in now if before.get(name) != now[name])
    if COPY not in before:
        return Drift(files=files)
    old = published(before[COPY])
    if old is None:
        return Drift(files=files, unreadable=True)
    return Drift(files=files, differences=differences(old, document.as_document()))


def with_history(document: NoticeDocument, before: Mapping[str, bytes]) -> NoticeDocument:
    """The notice with what is missing of its history against the files that are there."""
    old = published(before.get(COPY, b""))
    if old is None or not history_is_behind(old, document.as_document()):
        return document
    gap = Missing(key="", what=BEHIND, ja="前回の公表から内容が変わった。変更の記録（changes）に1行加える。",
                  en="What is told of recipients changed since it was published. Add a line to changes.")  # fmt: skip
    return replace(document, missing=(*document.missing, gap))
