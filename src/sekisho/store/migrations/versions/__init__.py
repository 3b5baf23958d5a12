"""One file per step, ``rNNNN_what.py``, with ``revision = "NNNN"``. A step that was ever released is never edited."""
