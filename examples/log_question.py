"""Who had a public address and port, over HTTP: one question under a grant.

    sekisho --workspace DIR serve                                     a server, with logs taken in and a grant in force
    python examples/log_question.py SERVER-ADDRESS TOKEN GRANT        with a token of somebody whom the grant names

The logs of the example are made up: examples/logs/juniper-pba.log and examples/logs/accounting.detail.
"""

from __future__ import annotations

import sys
from typing import Any

import httpx


def ask(server: httpx.Client, grant: str) -> dict[str, Any]:
    """What the logs say of one address, port and second."""
    question = {"address": "203.0.113.2", "port": 7500, "time": "2026-11-20T11:02:00+09:00", "within": "2s"}
    answer = server.post("logs/who", json={"grant": grant, **question}).raise_for_status().json()
    found: dict[str, Any] = answer
    return found


def main() -> None:
    """Ask once, and show the chain: public address, inside address, line."""
    address, token, grant = sys.argv[1:]
    with httpx.Client(base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=30) as server:
        answer = ask(server, grant)
    for branch in answer["branches"]:
        sys.stdout.write(f"{branch['inside']} → {', '.join(branch['lines'])}\n")
    sys.stdout.write(f"{answer['outcome']}  ledger #{answer['ledger_index']}\n")


if __name__ == "__main__":
    main()
