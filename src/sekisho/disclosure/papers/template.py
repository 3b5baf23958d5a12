"""The papers' HTML templates: the packaged ones, or an operator's in their place.

A template only places what a paper says. Every value is escaped; the ways by which Jinja2 lets a template switch that
off are taken away. Letters that steer a display or can't be seen are shown by their number, so that no name can turn
what stands next to it around.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, Self

from jinja2 import StrictUndefined, TemplateError, TemplateNotFound, nodes
from jinja2.loaders import DictLoader
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from sekisho.disclosure.papers.era import era_day
from sekisho.disclosure.papers.errors import TemplateRefused
from sekisho.disclosure.papers.kinds import PAPERS

SHARED: Final = ("letter.html", "lists.html", "style.css")
"""What every template builds on."""
NAMES: Final = frozenset({*SHARED, *(spec.template for spec in PAPERS.values())})
"""The closed list of files an operator can replace."""
MAX_TEMPLATE: Final = 256 * 1024
"""Bytes of one template: a house limit, forty times the largest packaged."""
TABLE_ROWS: Final = 300
"""Rows up to which a list is set as a table. Longer ones are set as lines: a table's rows take five times as long."""

_IN_EXPRESSIONS: Final = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What an expression or an inclusion in a template can raise beside Jinja2's own errors."""
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_ZERO_WIDTH_JOINER: Final = "\u200d"


def visible(value: object, unknown: frozenset[str] = frozenset()) -> object:
    """``value`` as it may stand on paper: text whose unseen or display-steering letters are shown as ``〔U+202E〕``.

    ``unknown`` are letters no font here has; they are shown so too. Line breaks stay, and what holds a letter together
    (variation selectors, joiners between emoji).
    """
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    if value.isascii() and value.isprintable() and not unknown:
        return value
    return "".join(_shown(one, unknown) for one in value.replace("\r\n", "\n"))


def _shown(letter: str, unknown: frozenset[str]) -> str:
    if letter in unknown:
        return f"〔U+{ord(letter):04X}〕"
    if letter in ("\n", _ZERO_WIDTH_JOINER):
        return letter
    if letter == "\t":
        return "　"
    return f"〔U+{ord(letter):04X}〕" if unicodedata.category(letter) in _HIDDEN else letter


@dataclass(frozen=True, slots=True)
class Templates:
    """A complete set of templates. ``replaced`` are the names of those that are the operator's."""

    sources: Mapping[str, str]
    replaced: frozenset[str] = field(default=frozenset())

    @classmethod
    def packaged(cls) -> Self:
        """Those that come with Sekisho."""
        return cls(_packaged())

    @classmethod
    def replaced_from(cls, directory: Path) -> Self:
        """The packaged ones, with each file of ``directory`` in the place of the one of its name.

        Raises ``TemplateRefused`` for a name that isn't one, a file that is too large or isn't UTF-8, and a template
        that doesn't parse or switches escaping off.
        """
        sources = dict(_packaged())
        replaced = set()
        for path in sorted(directory.iterdir()):
            if path.name not in NAMES or not path.is_file():
                raise TemplateRefused(template=path.name, problem="not the name of a template")
            if path.stat().st_size > MAX_TEMPLATE:
                raise TemplateRefused(template=path.name, problem=f"larger than {MAX_TEMPLATE} bytes")
            try:
                sources[path.name] = path.read_bytes().decode()
            except UnicodeDecodeError as error:
                raise TemplateRefused(template=path.name, problem="not UTF-8") from error
            replaced.add(path.name)
        made = cls(sources, frozenset(replaced))
        for name in replaced:
            made.check(name)
        return made

    @property
    def sha256(self) -> str:
        """Over all of them, so that a record can say from which a paper was made."""
        digest = sha256()
        for name in sorted(self.sources):
            data = self.sources[name].encode()
            digest.update(f"{name}\0{len(data)}\0".encode() + data)
        return digest.hexdigest()

    def check(self, name: str) -> None:
        """``TemplateRefused`` where the template doesn't parse, or switches escaping off."""
        environment = _environment(self.sources, frozenset())
        try:
            tree = environment.parse(self.sources[name], name)
            environment.compile(self.sources[name], name)
        except TemplateError as error:
            raise TemplateRefused(template=name, problem=str(error)[:200]) from error
        if any(tree.find_all((nodes.ScopedEvalContextModifier, nodes.EvalContextModifier))):
            raise TemplateRefused(template=name, problem="autoescape is never switched")

    def render(self, name: str, values: Mapping[str, Any], *, unknown: frozenset[str] = frozenset()) -> str:
        """The template ``name`` filled with ``values``. Raises ``TemplateRefused`` where it names what isn't there."""
        environment = _environment(self.sources, unknown)
        try:
            return environment.get_template(name).render(values)
        except TemplateNotFound as error:
            raise TemplateRefused(template=name, problem=f"there is no template {error}") from error
        except TemplateError as error:
            raise TemplateRefused(template=name, problem=str(error)[:200]) from error
        except _IN_EXPRESSIONS as error:  # its words could quote what stands on the paper
            raise TemplateRefused(template=name, problem=type(error).__name__) from None


def _environment(sources: Mapping[str, str], unknown: frozenset[str]) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=DictLoader(sources),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=lambda value: visible(value, unknown),
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=len(NAMES),
    )
    for name in ("safe", "tojson", "xmlattr", "urlize"):  # each gives text that isn't escaped again
        del environment.filters[name]
    environment.filters.update(era=era_day, yen=_yen, count=_count, hash=_hash)
    environment.globals = {"TABLE_ROWS": TABLE_ROWS, "range": environment.globals["range"]}
    return environment


def _yen(amount: int) -> str:
    return f"{amount:,}円"


def _count(number: int) -> str:
    return f"{number:,}"


def _hash(digest: str) -> str:
    """In groups of eight, which can be compared by eye."""
    return " ".join(digest[at : at + 8] for at in range(0, len(digest), 8))


@cache
def _packaged() -> Mapping[str, str]:
    folder = files("sekisho.disclosure.papers") / "templates"
    return {name: (folder / name).read_text(encoding="utf-8") for name in sorted(NAMES)}
