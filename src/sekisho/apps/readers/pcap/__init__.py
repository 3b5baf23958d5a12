"""Packet captures: names that were asked for, hosts of TLS connections, and cleartext HTTP. Nothing is decrypted."""
