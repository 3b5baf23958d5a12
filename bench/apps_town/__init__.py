"""A town on loopback: operators' sites, the third parties they send to, and a quarter of hostile pages.

What is sent to whom in which state stands in ``operators.yaml`` and ``parties.yaml``; pages and tags are made from it,
and so is the truth that a visit is graded by. Nothing of it is anybody's real code, and nothing leaves the machine.
"""
