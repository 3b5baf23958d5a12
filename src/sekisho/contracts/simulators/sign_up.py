"""A made-up sign-up system: it calls the HTTP interface as an operator's own would, and knows nothing else of Sekisho.

::

    with SignUp(address, token) as system:
        item = system.signed(card, "A-1")                  a challenge, a signature, the item of an application
        came = as_browser(system.begin("A-1", issuer)["address"], "taro")
        kept = system.finish("A-1", came)                  the evidence that a sign-in at a provider gives
        answer = system.decide({"application": "A-1", …, "evidence": [item]})

For demonstrations and tests. Each call raises ``httpx.HTTPStatusError`` where the interface refuses it.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Self
from urllib.parse import parse_qsl, urlsplit

import httpx

from sekisho.contracts.evidence.commercial_register.profile import PURPOSE as COMPANY_PURPOSE
from sekisho.contracts.simulators.commercial_register import SimulatedCompanySeal
from sekisho.contracts.simulators.jpki import SimulatedCard

TIMEOUT_SECONDS: Final = 30.0
"""More than an outside party may take."""


@dataclass(slots=True)
class SignUp:
    """One sign-up system. ``address`` is that of the interface, ``/v1/`` included; ``asked`` lists its requests."""

    address: str
    token: str = field(repr=False)
    callback: str
    asked: list[str] = field(default_factory=list)
    _http: httpx.Client = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Opens no connection yet."""
        self._http = httpx.Client(
            base_url=self.address,
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=TIMEOUT_SECONDS,
            trust_env=False,
        )

    def challenge(self, application: str, purpose: str, agreed_to: str) -> tuple[bytes, bytes]:
        """A nonce and the text to sign."""
        made = self._post(
            "contracts/challenges", {"application": application, "purpose": purpose, "agreed_to": agreed_to}
        )
        return bytes.fromhex(made["nonce"]), base64.b64decode(made["text"])

    def signed(
        self, card: SimulatedCard, application: str, *, person: str = "subject", agreed_to: str = "sha256:00"
    ) -> dict[str, Any]:
        """The item of an application that a card signed for it just now."""
        document = card.document(*self.challenge(application, card.purpose.value, agreed_to))
        return {"kind": "electronic_signature", "person": person, "raw": {"format": "jpki", "document": document}}

    def sealed(self, seal: SimulatedCompanySeal, application: str, *, agreed_to: str = "sha256:00") -> dict[str, Any]:
        """The item of an application that a company signed for it just now."""
        document = seal.document(*self.challenge(application, COMPANY_PURPOSE, agreed_to))
        raw = {"format": "commercial_register", "document": document}
        return {"kind": "electronic_signature", "person": "subject", "raw": raw}

    def begin(self, application: str, issuer: str) -> dict[str, Any]:
        """Begin a sign-in: ``address`` is where the person's browser goes, ``state`` what it comes back with."""
        asked = {"application": application, "issuer": issuer, "redirect_uri": self.callback}
        return self._post("contracts/sign-ins", asked)

    def finish(self, application: str, parameters: Mapping[str, str], **more: Any) -> list[dict[str, Any]]:
        """Hand in what came back; the kept evidence, each with its id and report."""
        asked = {"application": application, "parameters": dict(parameters), **more}
        found: list[dict[str, Any]] = self._post("contracts/sign-ins/finish", asked)["evidence"]
        return found

    def decide(self, application: Mapping[str, Any]) -> dict[str, Any]:
        """The decision."""
        return self._post("contracts/decisions", dict(application))

    def parties(self) -> Sequence[Mapping[str, Any]]:
        """Whom the interface asks while it verifies."""
        self.asked.append("GET /v1/contracts/outside")
        found: Sequence[Mapping[str, Any]] = self._http.get("contracts/outside").raise_for_status().json()["parties"]
        return found

    def _post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        self.asked.append(f"POST /v1/{path}")
        made: dict[str, Any] = self._http.post(path, json=body).raise_for_status().json()
        return made

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close its connections."""
        self._http.close()


def as_browser(address: str, person: str) -> dict[str, str]:
    """Follow a simulated provider's page as ``person``; what the browser comes back with."""
    came = httpx.get(f"{address}&simulator_person={person}", trust_env=False, timeout=TIMEOUT_SECONDS)
    if not came.is_redirect:
        came.raise_for_status()
        raise ValueError("the provider showed a page instead of coming back")
    return dict(parse_qsl(urlsplit(came.headers["location"]).query))
