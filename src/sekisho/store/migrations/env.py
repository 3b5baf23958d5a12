"""Runs the steps on the connection it is given: called by :func:`sekisho.store.migrate.migrate`, not by a command.

To add tables or columns:

1. Change the ``tables.py`` of the desk (new desk: its ``Table`` objects register on ``sekisho.store.schema.metadata``).
2. Write ``versions/rNNNN_what.py`` by hand, with ``revision = "NNNN"`` and ``down_revision`` the step before (one line,
   no branches). Use ``op.create_table`` with plain column types, not the desk's ``Table``: a step says what the schema
   was on that day, whatever the code becomes. Leave constraint names out where the naming convention gives them.
   There is no ``downgrade``: going back is restoring the backup taken before.
3. Append the revision to ``REVISIONS`` in ``migrate.py``.
4. ``tests/store/test_migrations.py`` compares the migrated schema with the metadata on both databases, name by name.

Step 0001 holds the tables of store and access, 0002 those of the contract desk, 0003 an index on destroyed keys, 0004
raw evidence and what it is verified against, 0005 challenges and contract accounts, 0006 contracts and their ends, 0007
how a workspace proves itself to providers.
"""

from __future__ import annotations

from alembic import context

from sekisho.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,  # for its naming convention: constraints of the steps are named by it
    transactional_ddl=True,  # SQLite too: BEGIN is ours (store/database.py), so a failed step leaves nothing
)
context.run_migrations()
