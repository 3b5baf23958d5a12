"""Keys: named, and each with a life that ends.

What is encrypted under a key is deleted by destroying the key. A destroyed name is never made again; a worker in
another process that still has the key in memory refuses from the next answer on.

    ring.py         Keyring, Signer, names           errors.py       one class per reason (the tree is drawn there)
    file_ring.py    keys in a directory              schedule.py     which key protects what, and the day it is due
    pkcs11_ring.py  keys in a security module        backup.py       numbered, expiring key backups
    unlock.py       passphrase, key file             catalogue.py    which backups still hold a key

``pkcs11_ring`` and ``backup`` are imported by name: not everyone who holds a key needs them.
"""

from sekisho.keys.file_ring import FileKeyring
from sekisho.keys.ring import Destruction, KeyInfo, KeyKind, Keyring, Signer
from sekisho.keys.unlock import Argon2Profile, KeyFile, Passphrase, Unlock, make_key_file

__all__ = [
    "Argon2Profile",
    "Destruction",
    "FileKeyring",
    "KeyFile",
    "KeyInfo",
    "KeyKind",
    "Keyring",
    "Passphrase",
    "Signer",
    "Unlock",
    "make_key_file",
]
