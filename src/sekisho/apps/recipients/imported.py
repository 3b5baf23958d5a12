"""Lists that may not be given out with Sekisho: read from a file that the operator obtained under its own licence.

Share-alike (ODbL, GPL, CC BY-SA) and non-commercial (CC BY-NC-SA) lists come in only here, for this operator's use, and
their rows are asked after ours. Nothing of them is in this program, and a report names the list that a row comes from.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum, unique
from typing import Any, Final

import orjson

from sekisho.apps.recipients.collected import MAX_BYTES, Collected, collected_row, domains_by_owner
from sekisho.apps.recipients.domains import is_host, is_public_suffix
from sekisho.apps.recipients.errors import CollectionRefused
from sekisho.apps.recipients.recipient import Recipient


@unique
class Form(StrEnum):
    """How such a list is written."""

    EXODUS = "exodus"
    """εxodus' ``trackers.json`` (ODbL): code and network signatures."""
    DISCONNECT = "disconnect"
    """Disconnect's ``services.json`` (CC BY-NC-SA): categories of owners and their domains."""
    OWNERS = "owners"
    """Owner → list of domains, as one writes from any other list."""


_PACKAGE: Final = re.compile(r"[A-Za-z_][\w$]*(?:\.[A-Za-z_][\w$]*)+")
_HOST: Final = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")


def read_collection(text: bytes, form: Form, *, day: date) -> Collected:
    """The rows of one list, as of a day, and how many of its entries name nothing that one can own or match.

    Patterns that are more than a package's or a domain's beginning are left out and counted, never run. Raises
    :class:`~sekisho.apps.recipients.errors.CollectionRefused`.
    """
    if form is Form.OWNERS:
        return domains_by_owner(text, collection=form.value, source=f"{form.value}, {day}", day=day)
    if len(text) > MAX_BYTES:
        raise CollectionRefused(collection=form.value, problem=f"more than {MAX_BYTES} bytes")
    try:
        return _READERS[form](orjson.loads(text), day)
    except orjson.JSONDecodeError as error:
        raise CollectionRefused(collection=form.value, problem="not JSON") from error
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise CollectionRefused(collection=form.value, problem="not its usual form") from error


def _exodus(known: Any, day: date) -> Collected:
    trackers = known["trackers"]
    rows: list[Recipient] = []
    owned: set[str] = set()
    left_out = 0
    for each in trackers.values() if isinstance(trackers, Mapping) else trackers:
        packages, hosts = [], []
        for pattern in _alternatives(each.get("code_signature")):
            plain = pattern.strip(".")
            if _PACKAGE.fullmatch(plain) and plain not in owned:
                packages.append(plain)
            else:
                left_out += 1
        for pattern in _alternatives(each.get("network_signature")):
            plain = pattern.lstrip(".").lower()
            if _HOST.fullmatch(plain) and _ownable(plain) and f"*.{plain}" not in owned:
                hosts.append(f"*.{plain}")
            else:
                left_out += 1
        owned.update(packages, hosts)
        if packages or hosts:
            rows.append(
                collected_row(
                    Form.EXODUS.value, str(each["name"]), "", f"εxodus (ODbL), {day}", day, hosts=tuple(hosts),
                    android=tuple(packages),
                )
            )  # fmt: skip
    return Collected(_apart(rows), left_out)


def _alternatives(pattern: object) -> list[str]:
    """The branches of a plain alternation, without the backslashes before dots."""
    if not isinstance(pattern, str) or pattern in {"", "NC"}:
        return []
    return [each.strip().replace("\\.", ".") for each in pattern.split("|") if each.strip()]


def _disconnect(known: Any, day: date) -> Collected:
    owners: dict[str, dict[str, None]] = {}
    left_out = 0
    for category in known["categories"].values():
        for entry in category:
            for owner, sites in entry.items():
                for hosts in sites.values():
                    if not isinstance(hosts, list):
                        continue
                    for host in map(str, hosts):
                        if is_host(host.lower()) and _ownable(host.lower()):
                            owners.setdefault(str(owner), {}).setdefault(f"*.{host.lower()}")
                        else:
                            left_out += 1
    taken: set[str] = set()
    rows = []
    for owner, found in owners.items():
        kept = tuple(each for each in found if each not in taken)
        left_out += len(found) - len(kept)
        taken.update(kept)
        if kept:
            rows.append(
                collected_row(Form.DISCONNECT.value, owner, owner, f"Disconnect (CC BY-NC-SA), {day}", day, hosts=kept)
            )
    return Collected(_apart(rows), left_out)


def _ownable(host: str) -> bool:
    return not is_public_suffix(host)


def _apart(rows: list[Recipient]) -> tuple[Recipient, ...]:
    """Rows with ids of their own: two names may be written with the same letters."""
    seen: dict[str, Recipient] = {}
    for row in rows:
        number = 1
        while (unique_id := row.id if number == 1 else f"{row.id}-{number}") in seen:
            number += 1
        seen[unique_id] = row.with_id(unique_id)
    return tuple(seen.values())


_READERS: Final[Mapping[Form, Callable[[Any, date], Collected]]] = {
    Form.EXODUS: _exodus, Form.DISCONNECT: _disconnect,
}  # fmt: skip
