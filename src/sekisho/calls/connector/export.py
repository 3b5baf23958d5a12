"""Writes what a proxy needs into a folder: its configuration, the script, and the code the script imports.

The code is found by following imports from the script. What isn't in the standard library is refused here, not in the
proxy.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Final

from sekisho.calls.connector.errors import CodeNotExportable, ConnectorSettingsRefused
from sekisho.calls.connector.settings import SettingsRefused, checked

START: Final = "sekisho.calls.connector.kemi"
CONFIG: Final = "kamailio.cfg"
SCRIPT: Final = "sekisho_kemi.py"
SETTINGS: Final = "connector.json"
CODE: Final = "python"
INSIDE: Final = frozenset({"KSR"})
"""Modules that only the proxy has."""

_URI: Final = re.compile(r"sips?:[A-Za-z0-9.;=:@_+\[\]/-]{1,200}")
_LINK: Final = re.compile(r"https://[A-Za-z0-9.;=:@_+?&%/~-]{1,300}")
_PLACE: Final = re.compile(r"(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9A-Fa-f:.]+\]):\d{1,5}")

_SCRIPT = '''"""What Kamailio loads (app_python3). Written by: sekisho call kamailio-config"""

import sys

sys.path.insert(0, {code!r})

try:
    from sekisho.calls.connector.kemi import Script

    _SCRIPT = Script({settings!r})
except Exception as error:  # the proxy must start: calls pass and are counted
    import KSR

    KSR.err("sekisho: the script can't be loaded (%s: %s); calls pass unjudged\\n" % (type(error).__name__, error))

    class _Absent:
        def child_init(self, rank):
            return 0

        def screen(self, message, *arguments):
            KSR.xhttp_prom.counter_inc_l1("failed_open", 1, "not_loaded")
            return 1

        def afterwards(self, message, *arguments):
            return 1

    _SCRIPT = _Absent()


def mod_init():
    """Give Kamailio the object it calls."""
    return _SCRIPT
'''


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What is written where. ``bind`` and ``metrics`` are ``address:port``; ``next_hop`` and ``announcement`` SIP URIs;
    ``redress`` an https URL of the signed card that RFC 8688 asks for."""

    bind: str
    metrics: str
    next_hop: str
    children: int = 4
    announcement: str | None = None
    redress: str | None = None


def export(directory: Path, places: Exported, settings: Mapping[str, Any]) -> tuple[Path, ...]:
    """Write everything into ``directory``; the files. ``settings`` are those of :mod:`.settings`.

    A running proxy takes a new configuration up at its next start only. Raises ``ConnectorSettingsRefused``,
    ``CodeNotExportable``; ``OSError``.
    """
    try:
        checked(dict(settings))
    except SettingsRefused as error:
        raise ConnectorSettingsRefused(field=error.name, problem=error.problem) from None
    directory = directory.resolve()
    config = _config(places, str(directory / SCRIPT))
    code = directory / CODE
    written = []
    for relative, content in closure().items():
        path = code / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        written.append(path)
    script = _SCRIPT.format(code=str(code), settings=str(directory / SETTINGS))
    for name, text in (
        (SCRIPT, script),
        (SETTINGS, json.dumps(dict(settings), ensure_ascii=False, indent=1)),
        (CONFIG, config),
    ):
        (directory / name).write_text(text, encoding="utf-8")
        written.append(directory / name)
    return tuple(written)


def _config(places: Exported, script: str) -> str:
    for name, value, shape in (
        ("bind", places.bind, _PLACE),
        ("metrics", places.metrics, _PLACE),
        ("next_hop", places.next_hop, _URI),
        ("announcement", places.announcement or "sip:none", _URI),
        ("redress", places.redress or "https://none", _LINK),
    ):
        if not shape.fullmatch(value):
            raise ConnectorSettingsRefused(field=name, problem="not of the expected form")
    if not 1 <= places.children <= 64:
        raise ConnectorSettingsRefused(field="children", problem="1 to 64")
    text = resources.files("sekisho.calls.connector").joinpath("kamailio.cfg.txt").read_text(encoding="utf-8")
    defines = [
        f"#!define {name}"
        for name, value in (("WITH_ANNOUNCEMENT", places.announcement), ("WITH_REDRESS", places.redress))
        if value is not None
    ]
    for mark, value in (
        ("@DEFINES@", "\n".join(defines)),
        ("@NEXT_HOP@", places.next_hop),
        ("@ANNOUNCEMENT@", places.announcement or "none"),
        ("@REDRESS@", places.redress or "none"),
        ("@CHILDREN@", str(places.children)),
        ("@BIND@", places.bind),
        ("@METRICS@", places.metrics),
        ("@SCRIPT@", script),
    ):
        text = text.replace(mark, value)
    return text


def closure(start: str = START) -> dict[str, bytes]:
    """The files of ``start`` and of all it imports of Sekisho, by their place. Raises ``CodeNotExportable``."""
    root = Path(str(resources.files("sekisho")))
    found: dict[str, bytes] = {}
    waiting: list[str] = [start]
    seen: set[str] = set()
    while waiting:
        module = waiting.pop()
        if module in seen:
            continue
        seen.add(module)
        path = _file(root, module)
        if path is None:
            continue  # a name within a module
        content = path.read_bytes()
        found[(Path("sekisho") / path.relative_to(root)).as_posix()] = content
        waiting += [".".join(module.split(".")[:count]) for count in range(1, module.count(".") + 1)]
        for name in _imports(content):
            top = name.partition(".")[0]
            if top == "sekisho":
                waiting.append(name)
            elif top not in sys.stdlib_module_names and top not in INSIDE:
                raise CodeNotExportable(module=module, needs=top)
    return dict(sorted(found.items()))


def _file(root: Path, module: str) -> Path | None:
    base = root.joinpath(*module.split(".")[1:])
    for path in (base / "__init__.py", base.with_suffix(".py")):
        if path.is_file():
            return path
    return None


def _imports(content: bytes) -> Sequence[str]:
    names: list[str] = []
    for node in ast.walk(ast.parse(content)):
        if isinstance(node, ast.Import):
            names += [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names += [node.module, *(f"{node.module}.{one.name}" for one in node.names)]
    return names
