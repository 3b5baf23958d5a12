"""Opening leaves under whatever key holds them now, and handing them on to another key.

The salt is handed on with the body, so that a leaf opens with the same salt for as long as any key holds it. A leaf's
``owner`` in the ledger names the key it was sealed with and is never changed: it says when, not until when.
"""

from __future__ import annotations

from sekisho.keys import Keyring
from sekisho.ledger.leaf import SALT_SIZE
from sekisho.store.custody import HeldLeaf
from sekisho.workspace import parts


def place(leaf_id: str) -> bytes:
    """What handed-on content is bound to, so that it opens for no other leaf."""
    return b"sekisho/leaf-custody/1\x00" + leaf_id.encode()


def opened(ring: Keyring, leaf: HeldLeaf) -> tuple[bytes, bytes]:
    """Body and salt. Raises ``KeyDestroyed`` when the life of the key that holds it has ended, ``CouldNotDecrypt``."""
    leaf_id = leaf.row.id
    if leaf.content is None:
        body = ring.decrypt(leaf.row.owner, leaf.row.body, aad=parts.body_place(leaf_id))
        return body, ring.derive(leaf.row.owner, info=parts.salt_info(leaf_id))
    content = ring.decrypt(leaf.key, leaf.content, aad=place(leaf_id))
    return content[SALT_SIZE:], content[:SALT_SIZE]


def sealed_for(ring: Keyring, leaf: HeldLeaf, to_key: str) -> bytes:
    """The leaf's salt and body under ``to_key``, which must exist. Raises as :func:`opened` does."""
    body, salt = opened(ring, leaf)
    return ring.encrypt(to_key, salt + body, aad=place(leaf.row.id))
