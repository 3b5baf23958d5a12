"""Opening a package as a recipient does: with ``openssl`` and nothing of this product."""

from __future__ import annotations

import subprocess
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from sekisho.disclosure.delivery.recipient import RecipientKey, read_key

Private = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def by_openssl(folder: Path, package: bytes, key: bytes, *, passphrase: str | None = None) -> tuple[int, bytes]:
    """The exit code of ``openssl cms -decrypt``, and what it wrote."""
    (folder / "package.p7m").write_bytes(package)
    (folder / "key.pem").write_bytes(key)
    out = folder / "package.tar"
    out.unlink(missing_ok=True)
    command = ["openssl", "cms", "-decrypt", "-binary", "-inform", "DER", "-in", str(folder / "package.p7m")]
    command += ["-inkey", str(folder / "key.pem"), "-out", str(out)]
    if passphrase is not None:
        command += ["-passin", "stdin"]
    told = None if passphrase is None else passphrase.encode() + b"\n"
    done = subprocess.run(command, input=told, capture_output=True, timeout=60, check=False)
    return done.returncode, out.read_bytes() if out.exists() else b""


def private_pem(private: Private) -> bytes:
    """A private key as the recipient has it."""
    return private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def public_pem(private: Private) -> bytes:
    """The public key they send."""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return private.public_key().public_bytes(serialization.Encoding.PEM, form)


def recipient_key(private: Private) -> RecipientKey:
    """The same, read."""
    return read_key(public_pem(private))
