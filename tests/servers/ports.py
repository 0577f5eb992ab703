"""Free ports on the loopback address."""

from __future__ import annotations

import socket


def find_free_port() -> int:
    """A port nobody listens on now; another process may still take it first, so callers try again."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
