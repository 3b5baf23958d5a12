"""The workspace: one operator's database, ledger, keys and clock, wired together. The composition root.

    workspace.py    open one, seal leaves, commit rows and leaves together     settings.py   workspace.toml
    creation.py     make one, so that a crash half-way leaves none              errors.py     one class per reason
    parts.py        lock, keyring, ledger, seal
"""

from sekisho.workspace.workspace import Mode, OpenedLeaf, Workspace

__all__ = ["Mode", "OpenedLeaf", "Workspace"]
