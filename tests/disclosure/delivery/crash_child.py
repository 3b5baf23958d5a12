"""A delivery to be killed.

Run as ``python -m tests.disclosure.delivery.crash_child WORKSPACE KEYFILE CASE before|after COUNT``:
killed before the ``COUNT``-th commit with a leaf is handed in, or after it is durable and before
anybody was told.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from sekisho.clock import FixedClock
from sekisho.disclosure.delivery.service import Channel, DeliveryDesk, Handed, Mode
from sekisho.disclosure.service import DisclosureService
from sekisho.keys import KeyFile
from sekisho.workspace import Workspace
from tests.disclosure.crash_child import Fused
from tests.disclosure.delivery.made_deliveries import REQUESTER, TODAY
from tests.disclosure.world import NOW, Desk, people


class FusedAtLeaves(Fused):
    """Counts commits that write a leaf: how often somebody waits for the ledger differs from run to run."""

    def __call__(self, *given: Any) -> Any:
        """One commit."""
        if len(given) < 2 or not given[1]:
            return self._commit(*given)
        return super().__call__(*given)


def deliver(desk: Desk, case_id: str) -> Handed:
    """Pack, release and receipt, each as somebody would repeat it who doesn't know whether it was done."""
    deliveries, kaiji = DeliveryDesk(desk.service), desk["kaiji"]
    made = deliveries.packages(case_id, by=kaiji)
    package = made[-1] if made else None
    if package is None:
        package, _ = deliveries.prepare(case_id, "requester", REQUESTER, mode=Mode.PASSPHRASE, by=kaiji)
    receipted = any(one.event == "receipt" for one in desk.service.timeline(case_id, by=kaiji))
    if receipted:
        return deliveries.redeliver(case_id, package.id, channel=Channel.MEDIUM, how="再送", by=kaiji)
    handed = deliveries.release(case_id, package.id, channel=Channel.MEDIUM, how="USB 1", by=kaiji)
    deliveries.receipt(case_id, package.id, received_on=TODAY, signed_by="検見川", sha256=None, by=kaiji)
    return handed


def main() -> None:
    """Work until killed."""
    path, key, case_id, when, count = sys.argv[1:]
    with Workspace.open(Path(path), keyring=KeyFile(Path(key)), clock=FixedClock(NOW)) as workspace:
        fused: Any = FusedAtLeaves(workspace, when, int(count))
        workspace.queue.commit = fused  # type: ignore[method-assign]  # to kill it there
        deliver(Desk(workspace, FixedClock(NOW), DisclosureService(workspace), people()), case_id)


if __name__ == "__main__":
    main()
