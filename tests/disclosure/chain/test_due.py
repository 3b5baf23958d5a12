"""``sekisho due`` ends the handovers whose petition never came, and those whose case's record has ended; once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sekisho.access.errors import ScopeMissing
from sekisho.disclosure.chain.errors import PurposeLocked
from sekisho.disclosure.due import disclosure_tasks
from sekisho.due import plan_all, run_all
from sekisho.keys.errors import KeyDestroyed
from tests.disclosure.chain.conftest import Chain, Provider
from tests.disclosure.test_due import KEEPER
from tests.logs.keeping import Unasked


def ran(end: Provider) -> list[tuple[str, str]]:
    """What a run tells of handovers."""
    workspace = end.desk.workspace
    tasks = disclosure_tasks(workspace, Unasked(workspace.keyring), by=KEEPER)
    return [(one.what, one.state.value) for one in run_all(tasks) if one.task == "disclosure-handovers"]


def planned(end: Provider) -> list[tuple[str, str]]:
    """What a plan tells of handovers."""
    tasks = disclosure_tasks(end.desk.workspace, None, by=None)
    return [(one.what, one.state.value) for one in plan_all(tasks) if one.task == "disclosure-handovers"]


def waiting(chain: Chain) -> str:
    """A handover that came."""
    case_id = chain.told()
    chain.cp.outgoing.forward(case_id, "ap", by=chain.cp.desk["kaiji"])
    (found,) = chain.ap.incoming.every(by=chain.ap.desk["uketsuke"])
    return found.id


def destroyed(end: Provider, key: str) -> int:
    """How often the ledger's rows say that a key was destroyed."""
    return [one.name for one in end.desk.workspace.keyring.destructions()].count(key)


def test_a_petition_that_never_came(chain: Chain) -> None:
    """Named in its last two weeks, kept to the last day of grace, destroyed the day after; a second run does nothing.
    """
    ap, handover = chain.ap, waiting(chain)
    (received,) = ap.incoming.every(by=ap.desk["uketsuke"])
    assert (planned(ap), ran(ap)) == ([], [])
    day = (received.lapse_on - ap.desk.clock.now().date()).days
    ap.desk.clock.advance(timedelta(days=day))
    assert planned(ap) == ran(ap) == [("handover_waiting", "waiting")]
    ap.desk.clock.advance(timedelta(days=31))
    assert ran(ap) == [("handover_waiting", "waiting")]
    ap.desk.clock.advance(timedelta(days=1))
    assert planned(ap) == [("handover_lapsed", "planned")]
    assert ap.desk.workspace.keyring.exists(f"disclosure/{handover}")
    assert ran(ap) == [("handover_lapsed", "done")]
    assert (planned(ap), ran(ap)) == ([], [])
    assert destroyed(ap, f"disclosure/{handover}") == 1
    with pytest.raises(PurposeLocked):
        ap.incoming.open_case(handover, chain.petition(), by=ap.desk["uketsuke"])


def test_killed_between_the_key_and_the_row(chain: Chain) -> None:
    """The key is gone and the row doesn't say so yet: it is shown without content, and the next run finishes, once."""
    ap, handover = chain.ap, waiting(chain)
    ap.desk.clock.advance(timedelta(days=120))
    ap.desk.workspace.destroy_key(f"disclosure/{handover}", reason="x", by="keeper")
    (shown,) = ap.incoming.every(by=ap.desk["uketsuke"])
    assert (shown.state, shown.petition) == ("waiting", None)
    assert ran(ap) == [("handover_lapsed", "done")]
    assert ran(ap) == []
    assert destroyed(ap, f"disclosure/{handover}") == 1


def test_one_that_was_opened_ends_with_its_case(chain: Chain) -> None:
    """It outlives its own time, and its case's closing; it ends in the run that ends the case's record."""
    ap, handover = chain.ap, waiting(chain)
    taken = ap.incoming.open_case(handover, chain.petition(), by=ap.desk["uketsuke"])
    ap.desk.clock.advance(timedelta(days=120))
    assert ran(ap) == []
    ap.desk.service.withdraw(taken.entry.id, "取下書", by=ap.desk["uketsuke"])
    ap.desk.service.close(taken.entry.id, "取下げ", by=ap.desk["kakunin"])
    assert ran(ap) == []
    ap.desk.clock.advance(timedelta(days=366 * 5))
    assert ran(ap) == [("handover_ended", "done")]
    assert ran(ap) == []
    with pytest.raises(KeyDestroyed):
        ap.desk.workspace.keyring.encrypt(f"disclosure/{handover}", b"x", aad=b"")


def test_one_case_only(chain: Chain) -> None:
    """A colleague who opens it after somebody else is refused: one case of the petition, not two."""
    ap, handover = chain.ap, waiting(chain)
    ap.incoming.open_case(handover, chain.petition(), by=ap.desk["uketsuke"])
    with pytest.raises(PurposeLocked):
        ap.incoming.open_case(handover, chain.petition(), by=ap.desk["uketsuke2"])
    assert ap.desk.service.count(by=ap.desk["kansa"]) == 1
    with pytest.raises(ScopeMissing):
        ap.incoming.every(by=ap.desk["kensaku"])
