"""DuckDB takes port block lines in: split at their quotes, kept in a plain table. ``log_table.py LINES DATABASE``.

Runs in the environment that has it (``scripts/setup --bench``), on one core and with one thread. It pairs nothing,
commits to nothing and encrypts nothing. Prints its version, the seconds it took and the size of its file as JSON.
"""

from __future__ import annotations

import json
import os
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any


def main() -> None:
    """Take the file in."""
    lines, database = sys.argv[1:]
    duckdb: Any = import_module("duckdb")
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    begin = time.perf_counter()
    connection = duckdb.connect(database, config={"threads": 1})
    connection.execute(
        "create table line as select part[1] like '%PBA_ALLOC%' as allocated, part[2] as inside, part[8]::int as low, "
        "part[10]::int as high, part[12] as public, ('0x' || part[18])::bigint as at from (select string_split(line, "
        "chr(34)) as part from read_csv(?, columns = {'line': 'varchar'}, header = false, delim = chr(1), quote = '', "
        "escape = ''))",
        [lines],
    )
    connection.execute("checkpoint")
    connection.close()
    seconds = time.perf_counter() - begin
    size = Path(database).stat().st_size
    sys.stdout.write(json.dumps({"version": duckdb.__version__, "seconds": seconds, "size": size}))


if __name__ == "__main__":
    main()
