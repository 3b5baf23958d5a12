"""The life of a contract and of what is kept for it: from the accepted decision to three years after the end.

standing.py   how long what belongs to a decision is kept, and under which key                           (pure)
belonging.py  looking that up for rows
holdings.py   every table that keeps something under a contract's key; a new one is declared here
events.py     what can happen to a contract, and when                                                      (pure)
record.py     a contract as it stands                                                                       (pure)
service.py    begin, deliver, end, withdraw and correct an end; say that no contract was made
moving.py     re-wrap survivors of a month, move what is kept until a last day
destroying.py plan, destroy, probe, erase, certify; each step resumable
certificate.py what a checked destruction certificate says; certificates.py issues one
rental.py, rentals.py  the rental record (規則21条) and its three days
due.py        the tasks of ``sekisho due``
"""
