"""Paper, and calls: what a person saw or did, where no verifier exists. Who, when, and what was looked at.

``seen.read_seen`` reads it from an item of an application; ``seen.unsupported`` says what is attested without having
been looked at. A person's word stays a person's word: nothing here makes it more.
"""
