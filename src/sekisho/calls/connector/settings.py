"""What the script inside the proxy is told: one JSON file beside it. Standard library only."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sekisho.calls.connector.trunks import TrunkTable

MIN_SPOOL_BYTES: Final = 32 * 1024 * 1024
"""What four processes have open at most."""

_LABEL: Final = re.compile(r'[^"\\\x00-\x1f\x7f]{1,60}')
_KEYS: Final = {"bundle", "spool", "public_key", "spool_max_bytes", "labels", "trunks", "windows"}


class SettingsRefused(ValueError):
    """Settings that can't be used: the field and what is wrong with it."""

    def __init__(self, name: str, problem: str) -> None:
        """``name`` is the field's."""
        super().__init__(f"{name}: {problem}")
        self.name = name
        self.problem = problem


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorSettings:
    """Where the rules are, where evidence goes and to which key, and who is who.

    ``bundle`` is the directory that Sekisho publishes to, ``spool`` the one for evidence, of at most
    ``spool_max_bytes``. ``labels`` are the words shown for a label's name; ``trunks`` is the table of source addresses.
    ``windows`` is the file in which all children of the proxy watch for patterns; ``None``: nothing is watched.
    """

    bundle: str
    spool: str
    public_key: bytes
    trunks: TrunkTable
    spool_max_bytes: int
    labels: Mapping[str, str] = field(default_factory=dict)
    windows: str | None = None

    def words(self, label: str | None) -> str:
        """What is shown for a label. The fallback says the least: that somebody may want to take care."""
        return self.labels.get(label or "", "注意 / Caution")


def read_settings(path: str) -> ConnectorSettings:
    """Read and check the file. Raises ``OSError`` and :class:`SettingsRefused`."""
    text = Path(path).read_text(encoding="utf-8")
    try:
        said = json.loads(text)
    except ValueError:
        raise SettingsRefused("file", "not JSON") from None
    return checked(said)


def checked(said: Any) -> ConnectorSettings:
    """Settings out of a document. Raises :class:`SettingsRefused`."""
    if not isinstance(said, dict) or set(said) - _KEYS:
        raise SettingsRefused("file", f"an object with {', '.join(sorted(_KEYS))} is expected")
    for name in ("bundle", "spool", *(("windows",) if said.get("windows") is not None else ())):
        if not isinstance(said.get(name), str) or not Path(said[name]).is_absolute():
            raise SettingsRefused(name, "an absolute path is expected")
    try:
        key = bytes.fromhex(said["public_key"])
    except (KeyError, TypeError, ValueError):
        raise SettingsRefused("public_key", "64 hexadecimal digits are expected") from None
    if len(key) != 32:
        raise SettingsRefused("public_key", "64 hexadecimal digits are expected")
    bound = said.get("spool_max_bytes")
    if not isinstance(bound, int) or isinstance(bound, bool) or bound < MIN_SPOOL_BYTES:
        raise SettingsRefused("spool_max_bytes", f"at least {MIN_SPOOL_BYTES}")
    labels = said.get("labels", {})
    words = labels.values() if isinstance(labels, dict) else [None]
    if not all(isinstance(one, str) and _LABEL.fullmatch(one) for one in words):
        raise SettingsRefused("labels", "texts of 1 to 60 characters, without quotes, backslashes or controls")
    trunks = said.get("trunks")
    if not isinstance(trunks, list) or not all(isinstance(one, dict) for one in trunks):
        raise SettingsRefused("trunks", "a list of objects is expected")
    try:
        table = TrunkTable(trunks)
    except ValueError as error:
        raise SettingsRefused("trunks", str(error)) from None
    return ConnectorSettings(
        bundle=said["bundle"],
        spool=said["spool"],
        public_key=key,
        trunks=table,
        spool_max_bytes=bound,
        labels=labels,
        windows=said.get("windows"),
    )
