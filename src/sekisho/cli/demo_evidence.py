"""Raw evidence for ``sekisho demo``: made-up cards sign what the examples only state.

What the examples state of a JPKI signature isn't counted by itself, since there is a verifier for it. So the
demonstration really signs: a challenge is issued, a simulated card signs it, and the desk verifies the signature.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from sekisho.contracts.evidence.jpki.kind import JPKI
from sekisho.contracts.evidence.jpki.profile import USE_SIGNING_AUTHORITY, USE_SIGNING_LIST, Purpose
from sekisho.contracts.evidence.verifiers import verifier_for
from sekisho.contracts.service import ContractService
from sekisho.contracts.simulators.jpki import Holder, SimulatedCard, SimulatedJpki
from sekisho.workspace import Workspace

_SIGNATURE = "electronic_signature"
_FILE = "SIMULATOR"


@dataclass(frozen=True, slots=True)
class DemoCards:
    """Cards for whoever signs in the examples. ``issued`` is told of each, so that it is known as good."""

    desk: ContractService
    jpki: SimulatedJpki
    issued: Callable[[SimulatedCard], None]

    @classmethod
    def by_list(cls, workspace: Workspace, desk: ContractService, *, by: str) -> Self:
        """Cards by an authority and a list that this workspace trusts from now on; ``by`` is who confirms them."""
        now = workspace.clock.now()
        jpki = SimulatedJpki(moment=now)
        desk.trust.add(USE_SIGNING_AUTHORITY, f"{_FILE}.cer", jpki.authority(Purpose.SIGNING), by=by)
        revoked = jpki.revocation_list(Purpose.SIGNING, moment=now)
        desk.trust.add(USE_SIGNING_LIST, f"{_FILE}.crl", revoked, by=by)
        return cls(desk, jpki, lambda _: None)

    def signed(self, written: dict[str, Any]) -> tuple[dict[str, Any], int]:
        """The application with each stated signature really made, and how many; decided today, since it is made today.

        An application without one is left as it is.
        """
        made, count = [], 0
        for item in written["evidence"]:
            if item["kind"] == _SIGNATURE and verifier_for(_SIGNATURE, item) is JPKI:
                made.append(self._sign(written, item))
                count += 1
            else:
                made.append(item)
        if not count:
            return written, 0
        return {name: value for name, value in written.items() if name != "decided_at"} | {"evidence": made}, count

    def _sign(self, written: dict[str, Any], item: dict[str, Any]) -> dict[str, Any]:
        holder = Holder(item["name"], item["address"], date.fromisoformat(item["birth_date"]))
        contents = hashlib.sha256(json.dumps(written, sort_keys=True).encode()).hexdigest()
        challenge = self.desk.evidence.challenge(
            application=written["application"], purpose=Purpose.SIGNING.value, agreed_to=f"sha256:{contents}"
        )
        card = self.jpki.signing_card(holder)
        self.issued(card)
        document = card.document(challenge.nonce, challenge.text)
        return {"kind": _SIGNATURE, "person": item["person"], "raw": {"format": JPKI.kind, "document": document}}
