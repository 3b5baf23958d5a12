"""Another process that tries to read files of evidence.

Run as ``python -m tests.calls.keeping.spool_child WORKSPACE KEYFILE FOLDER``.
"""

from __future__ import annotations

import sys
from pathlib import Path

from sekisho.calls.connector.errors import SpoolKeyUnknown
from sekisho.calls.connector.spool_reader import complete_files, read_spool_file
from sekisho.calls.evidence_keys import living_keys
from sekisho.keys import KeyFile
from sekisho.workspace import Workspace


def main() -> None:
    """Say whether the files open."""
    path, key, folder = sys.argv[1:]
    with Workspace.open(Path(path), mode="read", keyring=KeyFile(Path(key))) as workspace:
        for file in complete_files(Path(folder)):
            try:
                read_spool_file(file, living_keys(workspace))
            except SpoolKeyUnknown:
                sys.stdout.write("refused\n")
            else:
                sys.stdout.write("opened\n")


if __name__ == "__main__":
    main()
