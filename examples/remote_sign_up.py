"""A remote sign-up over HTTP: a challenge, a signature by a My Number card, a decision.

    sekisho demo --keep                                                  a server, a simulator of every outside party
    python examples/remote_sign_up.py SERVER-ADDRESS TOKEN SITE-ADDRESS  with what that prints

The card is the made-up applicant's: the demonstration's site signs in place of a reader app.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import httpx


def sign_up(server: httpx.Client, reader: httpx.Client, application: dict[str, Any]) -> dict[str, Any]:
    """Decide the application on a signature that is made for it now."""
    asked = {"application": application["application"], "purpose": "signing", "agreed_to": "sha256:0123"}
    challenge = server.post("contracts/challenges", json=asked).raise_for_status().json()
    to_sign = {"nonce": challenge["nonce"], "text": challenge["text"]}
    signed = reader.post("card", json=to_sign).raise_for_status().json()
    item = {"kind": "electronic_signature", "person": "subject", "raw": {"format": "jpki", "document": signed}}
    decision = server.post("contracts/decisions", json={**application, "evidence": [item]})
    found: dict[str, Any] = decision.raise_for_status().json()
    return found


def main() -> None:
    """Sign up once, and show what was decided on what."""
    address, token, site = sys.argv[1:]
    application = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
    shown = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=address, headers=shown, timeout=30) as server, httpx.Client(base_url=site) as reader:
        decision = sign_up(server, reader, application)
    [evidence] = decision["evidence"]
    done = sum(step["state"] == "done" for step in evidence["report"]["steps"])
    told = f"{decision['verdict']}  {evidence['format']}: {done} steps done  ledger #{decision['ledger_index']}"
    sys.stdout.write(told + "\n")


if __name__ == "__main__":
    main()
