"""The disclosure desk: from a request to a lawful answer.

::

    paper or message ──intake──▶ case ──gate (search · hold · disclose · forward)──▶ answer ──▶ delivery ──▶ closing
                                   │ every step: its ground, two people, a leaf in the ledger

What this desk does not do: it doesn't interpret a document's merits for a court, and it holds no log rows of its own
beyond the encrypted working copies of a case, which end with it.
"""
