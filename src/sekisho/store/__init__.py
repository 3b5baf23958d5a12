"""Database, outbox, migrations and the file layer; SQLite by default, PostgreSQL by URL.

    commit.py      the queue: rows and leaves become durable together     database.py   the two databases, alike
    units.py       units of work in one shared transaction                columns.py    types that mean the same on both
    outbox.py      leaves as rows, before the ledger has them             migrate.py    the schema, step by step
    recovery.py    outbox and ledger after a crash                        identity.py   whose database this is
    personal.py    encrypted JSON columns with blind indexes              files.py      what durable files are made of

A desk doesn't use these directly but through :class:`sekisho.workspace.Workspace`.
"""
