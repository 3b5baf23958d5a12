"""A source's settings as its format reads them: strictly typed, each error naming the setting.

Settings are plain JSON values kept with the source. A key that a format doesn't know belongs to somebody else (the
ingest, the source's clock) at the top, and is refused inside a format's own mappings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeVar

from sekisho.logs.formats.errors import FormatSettingRefused

T = TypeVar("T")

MAX_ENTRIES: Final = 256
"""Entries of one list or mapping of a format's settings."""
MAX_CHARACTERS: Final = 1000
"""Characters of one text of them."""


def text(settings: Mapping[str, Any], name: str, absent: str | None = None) -> str:
    """A text. Raises ``FormatSettingRefused``, also where it is missing and ``absent`` is None."""
    found = settings.get(name, absent)
    if not isinstance(found, str) or not 0 < len(found) <= MAX_CHARACTERS or not found.isprintable():
        raise FormatSettingRefused(field=name, problem=f"a text of 1 to {MAX_CHARACTERS} characters is expected")
    return found


def flag(settings: Mapping[str, Any], name: str, *, absent: bool) -> bool:
    """True or false."""
    found = settings.get(name, absent)
    if not isinstance(found, bool):
        raise FormatSettingRefused(field=name, problem="true or false is expected")
    return found


def choice(settings: Mapping[str, Any], name: str, known: Mapping[str, T], absent: str | None = None) -> T:
    """What one of the known words means."""
    found = settings.get(name, absent)
    if not isinstance(found, str) or found not in known:
        raise FormatSettingRefused(field=name, problem=f"one of {', '.join(known)} is expected")
    return known[found]


def texts(settings: Mapping[str, Any], name: str, absent: Sequence[str]) -> tuple[str, ...]:
    """A list of texts; a single text is a list of one."""
    found = settings.get(name, absent)
    listed = [found] if isinstance(found, str) else found
    if not isinstance(listed, (list, tuple)) or not 0 < len(listed) <= MAX_ENTRIES:
        raise FormatSettingRefused(field=name, problem=f"a text or a list of 1 to {MAX_ENTRIES} is expected")
    return tuple(text({name: one}, name) for one in listed)


def mapping(settings: Mapping[str, Any], name: str, allowed: frozenset[str] | None = None) -> Mapping[str, Any]:
    """A mapping with only ``allowed`` keys; empty where there is none."""
    found = settings.get(name, {})
    if not isinstance(found, dict) or len(found) > MAX_ENTRIES or not all(isinstance(key, str) for key in found):
        raise FormatSettingRefused(field=name, problem=f"a mapping of at most {MAX_ENTRIES} is expected")
    others = sorted(set(found) - allowed) if allowed is not None else []
    if others:
        known = ", ".join(sorted(allowed or ()))
        raise FormatSettingRefused(field=f"{name}.{others[0][:100]}", problem=f"unknown; known: {known}")
    return found


def mappings(settings: Mapping[str, Any], name: str, allowed: frozenset[str]) -> tuple[Mapping[str, Any], ...]:
    """A list of mappings with only ``allowed`` keys; empty where there is none."""
    found = settings.get(name, [])
    if not isinstance(found, list) or len(found) > MAX_ENTRIES:
        raise FormatSettingRefused(field=name, problem=f"a list of at most {MAX_ENTRIES} is expected")
    return tuple(mapping({f"{name}[{at}]": one}, f"{name}[{at}]", allowed) for at, one in enumerate(found))
