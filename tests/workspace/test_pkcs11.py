"""A workspace whose keys are in a security module."""

from __future__ import annotations

from pathlib import Path

import pytest

from sekisho.clock import FixedClock
from sekisho.keys import KeyFile
from sekisho.keys.errors import CouldNotUnlock, KeyDestroyed
from sekisho.keys.pkcs11_ring import Token
from sekisho.ledger import leaf_opens, open_checkpoint
from sekisho.workspace import Workspace
from sekisho.workspace.errors import WorkspaceMismatch
from tests.keys.softhsm import make_token
from tests.workspace.conftest import AT
from tests.workspace.test_workspace import say

pytestmark = pytest.mark.softhsm


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> Token:
    """The security module of this test process."""
    return make_token(tmp_path_factory.mktemp("softhsm"))


def test_a_workspace_on_a_security_module(tmp_path: Path, token: Token, key_file: KeyFile) -> None:
    """It signs, seals, opens and destroys like any other, opens again, and only with the token and the right PIN."""
    path = tmp_path / "ws"
    with Workspace.create(
        path, name="関所通信", legal_confirmation="shown", keyring=token, clock=FixedClock(AT)
    ) as made:
        kept, ended = say(made, b"kept", "contract/2026-12"), say(made, b"ended", "contract/2026-11")
        made.destroy_key("contract/2026-11", reason="period over", by="keeper")
        note = made.checkpoint()
        assert open_checkpoint(note, public_key=made.ledger_public_key, origin=made.origin).size == 4
    with Workspace.open(path, keyring=token) as again:
        opened = again.open_leaf(kept.id)
        assert opened is not None
        assert opened.body == b"kept"
        assert leaf_opens(again.ledger().leaf(1), body=opened.body, salt=opened.salt)
        with pytest.raises(KeyDestroyed):
            again.open_leaf(ended.id)
        with pytest.raises(CouldNotUnlock):
            Workspace.open(path, mode="read", keyring=Token(token.library, token.label, "wrong-pin"))
    with pytest.raises(WorkspaceMismatch) as caught:
        Workspace.open(path, keyring=key_file)
    assert caught.value.fields["what"] == "the_keyring_is_pkcs11"
    assert token.pin not in (path / "workspace.toml").read_text()
