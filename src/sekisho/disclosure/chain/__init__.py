"""From provider to provider under an order to name the next one (情報流通プラットフォーム対処法15条).

::

    content provider                                       access provider
    search ─▶ naming ─▶ decided ─▶ tell (stage 1)
        the applicant gets a name and an address
        notice of the petition (within two months)
    forward (stage 2) ──── handover, signed ─────▶ receive ─▶ open_case ─▶ search, hearing, order …
        ◀──── receipt, signed ────                             └▶ or it names the next one itself (MVNO)

``naming`` says who is next, ``handover`` is what is passed on (pure), ``outgoing`` and ``incoming`` are the two ends.
The applicant never gets what is passed on; the receiver uses it for the one petition alone, and loses it when that
lapses.
"""
