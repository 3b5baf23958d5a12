"""English words inside errors, in Japanese: a field says in a few English words what is wrong, and the Japanese
sentence that holds it says the same in Japanese. Standard library only.

Fields themselves stay English: programs compare them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from sekisho.errors import Lang, SekishoError

WORDED: Final = frozenset({"problem", "cause", "expected", "what", "why", "state", "first"})
"""Fields that hold words. All others hold codes, ids, paths, numbers and days, which stand as they are."""
_HEAD: Final = re.compile(r"([\w.\[\]+-]{1,60}): (.+)", re.DOTALL)
_GAP: Final = re.compile(r"\{\d?\}")
_NESTED: Final = 4
"""How deep a phrase may stand in a phrase: a list's line, its field, what is wrong with it, and with what of it."""


class Phrases:
    """A table of phrases. ``{}`` in an English one stands for anything, and goes to the same place in the Japanese one;
    what goes there is looked up too."""

    __slots__ = ("_exact", "_shapes")

    def __init__(self, table: Mapping[str, str]) -> None:
        """Shapes are tried in the order of their length, the longest first."""
        self._exact = {english: said for english, said in table.items() if "{" not in english}
        shapes = sorted((one for one in table if "{" in one), key=lambda one: (-len(_GAP.sub("", one)), one))
        self._shapes = [
            (re.compile("(.+?)".join(re.escape(part) for part in _GAP.split(one)), re.DOTALL), table[one])
            for one in shapes
        ]  # fmt: skip

    def japanese(self, text: str, *, deep: int = _NESTED) -> str:
        """A phrase in Japanese; several joined by semicolons, and one behind a code and a colon, part by part. What the
        table doesn't have stays as it is."""
        said = self._exact.get(text)
        if said is not None or not deep:
            return text if said is None else said
        for shape, japanese in self._shapes:
            found = shape.fullmatch(text)
            if found is not None:
                return japanese.format(*(self.japanese(one, deep=deep - 1) for one in found.groups()))
        parts = text.split("; ")
        if len(parts) > 1:
            return "、".join(self.japanese(one, deep=deep) for one in parts)
        head = _HEAD.fullmatch(text)
        return text if head is None else f"{head[1]}: {self.japanese(head[2], deep=deep - 1)}"


class Worded(SekishoError):
    """An error with words in its fields (:data:`WORDED`): they stand in its Japanese sentence in Japanese."""

    @classmethod
    def phrases(cls) -> Phrases:
        """The table of the desk."""
        raise NotImplementedError

    def sentence(self, lang: Lang) -> str:
        """The sentence in ``lang``."""
        if lang == "en":
            return super().sentence(lang)
        table = self.phrases()
        said = {
            name: table.japanese(value) if name in WORDED and isinstance(value, str) else value
            for name, value in self.fields.items()
        }
        return self.ja.format(**said)
