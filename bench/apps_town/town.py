"""Opens the town on loopback, and says what a visitor must find in it.

``python -m bench.apps_town.town`` opens it and says with which browser arguments it is visited.
"""

from __future__ import annotations

import tempfile
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bench.apps_town import hostile
from bench.apps_town.declared import Truth, operators, truth
from bench.apps_town.server import Hit, Server
from sekisho.apps.collector.resolver import FixedResolver

__all__ = ["Town", "Truth", "opened", "truth"]

_FROM: Final = datetime(2020, 1, 1, tzinfo=UTC)
_UNTIL: Final = _FROM + timedelta(days=36_500)


@dataclass(frozen=True, slots=True)
class Town:
    """An open town. ``rules`` are for ``--host-resolver-rules``, ``key`` is the public key its certificate has."""

    server: Server
    rules: str
    key: str

    @property
    def resolver(self) -> FixedResolver:
        """Its DNS: what the operators' hosts are aliases of."""
        return FixedResolver({host: names for each in operators().values() for host, names in each.aliases.items()})

    def hits(self) -> tuple[Hit, ...]:
        """What arrived so far."""
        return tuple(self.server.hits)


@contextmanager
def opened() -> Iterator[Town]:
    """The town, until the block ends. Nothing of it listens beyond loopback."""
    with tempfile.TemporaryDirectory(prefix="town-") as folder:
        trusted, key = _certificate(Path(folder) / "town.pem")
        other, _ = _certificate(Path(folder) / "other.pem")
        server = Server(str(trusted), str(other))
        server.start()
        try:
            plain, secure = server.ports
            rules = (f"MAP {hostile.host('down')} 127.0.0.1:1, MAP *:80 127.0.0.1:{plain}, "
                     f"MAP *:443 127.0.0.1:{secure}, MAP * 127.0.0.1:{secure}")  # fmt: skip
            yield Town(server, rules, key)
        finally:
            server.stop()


def _certificate(path: Path) -> tuple[Path, str]:
    """A throwaway certificate with its key, and the base64 SHA-256 of its public key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "town.example")])
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(_FROM).not_valid_after(_UNTIL)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("town.example")]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ) + certificate.public_bytes(serialization.Encoding.PEM)
    )  # fmt: skip
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return path, b64encode(sha256(public).digest()).decode()


if __name__ == "__main__":
    with opened() as town:
        print(f"--host-resolver-rules='{town.rules}' --ignore-certificate-errors-spki-list={town.key}")
        print("\n".join(each.address for each in operators().values()))
        while True:
            time.sleep(60)
