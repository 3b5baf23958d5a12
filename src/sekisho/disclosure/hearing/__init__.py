"""Hearing the sender before a disclosure (情報流通プラットフォーム対処法6条1項), and telling one who objected (6条2項).

::

    drafted ──sent──▶ waiting (14 days) ──answered──▶ agrees | opposes
                          │ reached, extended          no_answer once the time is over
    unheard (unreachable, special circumstances) ──confirmed by a second person──▶ decided without
    an order arrives and somebody opposed ──▶ to be told, until that is recorded

record.py   what was recorded and what follows from it, item by item: the only source of the facts ``hearing.*``
letter.py   what a letter to the sender says       store.py   records of a case, read
service.py  the steps: who asks, answers, confirms      steps.py   how each is recorded with its leaf
errors.py   one class per reason
"""
