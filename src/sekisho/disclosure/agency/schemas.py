"""The specification's own schemas, read as data from the package that carries them, and what checks against them.

The package itself isn't imported: only its files are read. Before the schemas, sizes are bounded: a pattern of the
specification such as ``.+-.+`` may take time that grows with the square of a text's length.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import orjson
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # carries no type information
from jsonschema.exceptions import best_match  # type: ignore[import-untyped]  # carries no type information
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from sekisho.disclosure.agency.errors import NotValid

PACKAGE: Final = "ts103120"
VERSION: Final = "1.15.1"
ETSI_VERSION: Final = f"V{VERSION}"

MAX_TEXT: Final = 65_535
"""Characters of a text: the specification's ``LongString`` (TS 103 280)."""
MAX_REFERENCE: Final = 255
"""Characters of a reference. A house limit: the schema sets none for an LDID."""
MAX_CONTENTS: Final = 12 * 1024 * 1024
"""Characters of a document's contents in Base64: nine megabytes, a scan of some thirty pages."""
MAX_DEPTH: Final = 24
"""Objects and lists within each other: the deepest of the specification have a dozen."""
MAX_VALUES: Final = 200_000
"""Values of a message: ten thousand request values have some 60,000."""
_SHOWN: Final = 80

_LONG: Final = {
    "doc:Contents": MAX_CONTENTS,
    "task:Reference": MAX_REFERENCE,
    "delivery:LDID": MAX_REFERENCE,
    # In XML alone: the text of a manifest, which is no text in JSON.
    "sekisho:JSON": MAX_CONTENTS,
}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def check(message: object) -> dict[str, Any]:
    """``message``, if it is a message of the specification. Raises ``NotValid``, naming the place; never the value."""
    _check_size(message)
    found = best_match(_validator().iter_errors(message))
    if found is not None:
        place = "/".join(str(one) for one in found.absolute_path) or "message"
        raise NotValid(place=place[-_SHOWN * 2 :], problem=f"{found.validator}"[:_SHOWN])
    if not isinstance(message, dict):
        raise NotValid(place="message", problem="type")
    return message


def longest(name: str) -> int:
    """Characters that a text may have in the field of this name."""
    return _LONG.get(name, MAX_TEXT)


def folder(form: str) -> Path:
    """Where the package keeps its schemas of a form (``json`` or ``xsd``); it needn't be importable for that."""
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ImportError(f"the schemas of {PACKAGE} are not installed")
    return Path(spec.submodule_search_locations[0], "data", VERSION, form)


def _check_size(message: object) -> None:
    left, stack = MAX_VALUES, [(message, "message", 0)]
    while stack:
        value, name, depth = stack.pop()
        left -= 1
        if left < 0 or depth > MAX_DEPTH:
            raise NotValid(place=name, problem="too many or too deep")
        if isinstance(value, str):
            most = longest(name)
            if len(value) > most or (most is not MAX_CONTENTS and _CONTROL.search(value)):
                raise NotValid(place=name, problem=f"text of at most {most} characters, without control characters")
        elif isinstance(value, dict):
            if any(len(key) > MAX_REFERENCE for key in value):
                raise NotValid(place=name, problem="a name that is too long")
            stack += [(one, str(key), depth + 1) for key, one in value.items()]
        elif isinstance(value, list):
            stack += [(one, name, depth + 1) for one in value]


@cache
def _validator() -> Draft202012Validator:
    documents = [_mended(orjson.loads(path.read_bytes())) for path in sorted(folder("json").glob("*.json"))]
    resources = [
        (one["$id"], Resource.from_contents(one, default_specification=DRAFT202012)) for one in documents
    ]
    registry: Registry[Any] = Registry().with_resources(resources)
    (core,) = (one for one in documents if one["$id"].startswith("ts_103120_Core"))
    return Draft202012Validator(core, registry=registry)


def _mended(schema: Any) -> Any:
    """The specification writes ``"enum": "one"`` where JSON Schema asks for a list."""
    if isinstance(schema, dict):
        return {
            key: [value] if key == "enum" and isinstance(value, str) else _mended(value)
            for key, value in schema.items()
        }
    return [_mended(one) for one in schema] if isinstance(schema, list) else schema
