"""Residents in a hurry: each opens a page over a new connection, answers, and reads the thanks.

Senders are threads on plain sockets in processes of their own, so that they take as little as possible of
the machine they measure. Only against 127.0.0.1, and only as often as there are addresses.
"""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlencode

_KEY = re.compile(rb'name="key" value="([^"]+)"')
_LENGTH = re.compile(rb"(?i)\r\ncontent-length: (\d+)")
_LOCATION = re.compile(rb"(?i)\r\nlocation: (\S+)")
_ANSWERS = {f"q{number:02d}": "satisfied" for number in range(1, 20)}
_THANKS = "Cảm ơn".encode()
_TYPE = "Content-Type: application/x-www-form-urlencoded\r\n"


@dataclass(frozen=True)
class Sent:
    """Completed submissions, the seconds that each took, and the seconds that all took together."""

    seconds: list[float]
    elapsed: float

    @property
    def rate(self) -> float:
        return len(self.seconds) / self.elapsed

    def quantile(self, part: float) -> float:
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def send_all(port: int, paths: Sequence[str], senders: int) -> Sent:
    """Answer at every path once, `senders` at a time.

    Raises:
        AssertionError: some answer was not acknowledged with thanks.
    """
    processes = min(2, senders)
    shares = [(port, paths[start::processes], senders // processes) for start in range(processes)]
    with ProcessPoolExecutor(processes) as pool:
        list(pool.map(time.sleep, [0.05] * processes))
        start = time.perf_counter()
        seconds = [each for share in pool.map(_send_share, shares) for each in share]
        return Sent(seconds, time.perf_counter() - start)


def _send_share(share: tuple[int, Sequence[str], int]) -> list[float]:
    port, paths, threads = share
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(lambda path: _send(port, path), paths))


def _send(port: int, path: str) -> float:
    start = time.perf_counter()
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        page = _request(connection, "GET", path)
        key = _KEY.search(page)
        form = urlencode({**_ANSWERS, **({"key": key[1].decode()} if key else {})})
        answer = _request(connection, "POST", path, form)
        if moved := _LOCATION.search(answer):
            answer = _request(connection, "GET", moved[1].decode())
    assert _THANKS in answer, answer[:200]
    return time.perf_counter() - start


def _request(connection: socket.socket, method: str, path: str, body: str = "") -> bytes:
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    if body:
        head += f"{_TYPE}Content-Length: {len(body)}\r\n"
    connection.sendall(f"{head}\r\n{body}".encode())
    received = b""
    while b"\r\n\r\n" not in received:
        received += _receive(connection)
    head_end = received.index(b"\r\n\r\n")
    length = _LENGTH.search(received[:head_end])
    assert length is not None, received[:head_end]
    while len(received) < head_end + 4 + int(length[1]):
        received += _receive(connection)
    return received


def _receive(connection: socket.socket) -> bytes:
    received = connection.recv(1 << 16)
    assert received, "the server closed the connection"
    return received
