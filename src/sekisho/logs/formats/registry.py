"""Formats by name. Each is imported when it is first used, so that a small command starts fast."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Final

from sekisho.logs.errors import UnknownFormat
from sekisho.logs.formats.reader import Reader

Factory = Callable[[Mapping[str, Any]], Reader]
"""Makes a reader from the source's settings; raises ``InputRefused`` for settings it can't read by."""

_FORMATS: Final[dict[str, tuple[str, str]]] = {}
"""Name to ``module:function`` and one line about it. Each family of formats has its lines here."""


def formats() -> Mapping[str, str]:
    """Every format with one line about it, in the order of their names."""
    return {name: about for name, (_, about) in sorted(_FORMATS.items())}


def require(name: str) -> str:
    """``name`` if there is such a format. Raises ``UnknownFormat``."""
    if name not in _FORMATS:
        raise UnknownFormat(format=name[:100], known=", ".join(sorted(_FORMATS)))
    return name


def make_reader(name: str, settings: Mapping[str, Any]) -> Reader:
    """A fresh reader. Raises ``UnknownFormat``, and what the format raises for its settings."""
    module, _, function = _FORMATS[require(name)][0].partition(":")
    factory: Factory = getattr(import_module(module), function)
    return factory(settings)
