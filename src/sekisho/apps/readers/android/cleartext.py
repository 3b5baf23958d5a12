"""Whether an app may send without encryption: the manifest's switch, the default of its target, and its network
security configuration (developer.android.com, "Network security configuration").

What is allowed isn't what is done: whether anything is sent in cleartext is seen in traffic only.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sekisho.apps.readers.android.axml import Element
from sekisho.apps.readers.android.manifest import ManifestSeen
from sekisho.apps.readers.gathering import Gathered
from sekisho.apps.recipients.domains import as_host

ROOT: Final = "network-security-config"
DEFAULT_UNTIL: Final = 27
"""Up to this target level cleartext is allowed where nothing is said."""


def tell_config(elements: Iterable[Element], found: Gathered) -> None:
    """Adds what a network security configuration permits: its base, and the hosts it names."""
    # A domain's own setting, else the one around it: kept by depth while walking down.
    around: list[tuple[int, str]] = []
    domains: list[tuple[Element, str]] = []
    for element in elements:
        while around and around[-1][0] >= element.depth:
            around.pop()
        own = element.attributes.get("cleartextTrafficPermitted", "")
        if element.name == "base-config" and own:
            found.fact("cleartext_base", own)
        elif element.name == "domain-config":
            around.append((element.depth, own or (around[-1][1] if around else "")))
        elif element.name == "domain" and around:
            domains.append((element, around[-1][1]))
        elif element.name == "certificates" and element.attributes.get("src") == "user":
            found.fact("trusts_user_certificates", "true")
    for element, allowed in domains:
        host = as_host("".join(element.text).strip())
        below = "*." if element.attributes.get("includeSubdomains") == "true" else ""
        if host and allowed:
            found.fact("cleartext_host" if allowed == "true" else "encrypted_host", below + host)


def conclude(found: Gathered, seen: ManifestSeen, *, config_read: bool) -> None:
    """Says whether cleartext is allowed for hosts that aren't named, and by what; nothing where it isn't known."""
    base = found.values("cleartext_base")
    if base:
        allowed, by = "true" in base, "network_security_config"
    elif seen.security_config and not config_read:
        return
    elif seen.cleartext is not None and not config_read:
        allowed, by = seen.cleartext, "manifest"
    elif seen.target_sdk is not None:
        allowed, by = seen.target_sdk <= DEFAULT_UNTIL, "default"
    else:
        return
    found.fact("cleartext_allowed", "true" if allowed else "false")
    found.fact("cleartext_allowed_by", by)
