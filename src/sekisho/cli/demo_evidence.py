"""Raw evidence for ``sekisho demo``: a made-up card signs what an example only states, and its authority is trusted.

What the examples state of a JPKI signature isn't counted by itself, since there is a verifier for it. So the
demonstration really signs: a challenge is issued, a simulated card signs it, and the desk verifies the signature.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

from sekisho.contracts.evidence.jpki.kind import JPKI
from sekisho.contracts.evidence.jpki.profile import USE_SIGNING_AUTHORITY, USE_SIGNING_LIST, Purpose
from sekisho.contracts.evidence.verifiers import verifier_for
from sekisho.contracts.service import ContractService
from sekisho.contracts.simulators.jpki import Holder, SimulatedJpki
from sekisho.workspace import Workspace

_SIGNATURE = "electronic_signature"
_FILE = "SIMULATOR"


class DemoCards:
    """Cards for whoever signs in the examples, by an authority that this workspace trusts from now on."""

    def __init__(self, workspace: Workspace, desk: ContractService, *, by: str) -> None:
        """``by`` is who confirms the made-up authority."""
        now = workspace.clock.now()
        self._desk = desk
        self._jpki = SimulatedJpki(moment=now)
        desk.trust.add(USE_SIGNING_AUTHORITY, f"{_FILE}.cer", self._jpki.authority(Purpose.SIGNING), by=by)
        revoked = self._jpki.revocation_list(Purpose.SIGNING, moment=now)
        desk.trust.add(USE_SIGNING_LIST, f"{_FILE}.crl", revoked, by=by)

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
        challenge = self._desk.evidence.challenge(
            application=written["application"], purpose=Purpose.SIGNING.value, agreed_to=f"sha256:{contents}"
        )
        document = self._jpki.signing_card(holder).document(challenge.nonce, challenge.text)
        return {"kind": _SIGNATURE, "person": item["person"], "raw": {"format": JPKI.kind, "document": document}}
