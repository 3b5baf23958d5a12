"""Holds: records that somebody lawfully asks to be kept, copied out of their day so that nobody else's live longer.

rules.py    the types of hold, each with its own end                                                        (pure)
scope.py    which records a hold is about                                                                   (pure)
terms.py    what is asked, by whom, with which paper; read strictly                                         (pure)
proofs.py   the held records' proofs, packed and checked                                                    (pure)
vault.py    a hold's own files, under its own key
carving.py  copying a day's matching records into a vault, proofs verified
letters.py  "held until / would expire on", Japanese and English                                            (pure)
rows.py     holds in the database
service.py  add, extend, release; every step resumable
"""
