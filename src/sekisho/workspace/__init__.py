"""The workspace: one operator's database, ledger, keys and clock, wired together. The composition root.

    workspace.py    open one, seal leaves, commit rows and leaves together     settings.py   workspace.toml
    creation.py     make one, so that a crash half-way leaves none              errors.py     one class per reason
    parts.py        lock, keyring, ledger, seal                                destructions.py  keys destroyed on record
    restoring.py    a keyring back from a backup, without what was destroyed
    custody.py      leaves handed on to a younger key
"""

from sekisho.workspace.workspace import AcceptedLoss, Mode, OpenedLeaf, Workspace

__all__ = ["AcceptedLoss", "Mode", "OpenedLeaf", "Workspace"]
