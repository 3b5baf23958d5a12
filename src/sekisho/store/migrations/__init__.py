"""The schema's history, one step after another; run by :mod:`sekisho.store.migrate`."""
