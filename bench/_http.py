"""A client for benchmarks: kept connections, requests made beforehand, times kept one by one."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

_END_OF_HEAD = b"\r\n\r\n"


@dataclass
class Outcome:
    """What became of a number of requests: seconds of each, and how many had another status."""

    seconds: list[float] = field(default_factory=list)
    unexpected: dict[int, int] = field(default_factory=dict)
    sample: bytes = b""
    lasted: float = 0.0

    @property
    def rate(self) -> float:
        """Requests a second, of all clients together."""
        return len(self.seconds) / self.lasted if self.lasted else 0.0

    def percentile(self, part: float) -> float:
        """Milliseconds within which this part of the requests was answered."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else 0.0


class Connection:
    """One kept connection to a server on this machine."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._rest = b""

    def ask(self, request: bytes) -> tuple[int, bytes]:
        """Send a whole request; return the status and the body of its answer."""
        self._socket.sendall(request)
        data = self._rest
        while _END_OF_HEAD not in data:
            data += self._receive()
        head, _, body = data.partition(_END_OF_HEAD)
        length = 0
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        while len(body) < length:
            body += self._receive()
        self._rest = body[length:]
        return int(head.split(b" ", 2)[1]), body[:length]

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()

    def _receive(self) -> bytes:
        block = self._socket.recv(65536)
        if not block:
            raise ConnectionError("the server closed the connection")
        return block


def blow(
    *,
    port: int,
    clients: int,
    seconds: float,
    requests: Callable[[], Iterator[bytes]],
    expected: int,
) -> Outcome:
    """Send requests from so many clients for a time, each client one after another."""
    outcome = Outcome()
    lock = threading.Lock()
    stream = requests()
    end = time.perf_counter() + seconds

    def work() -> None:
        connection = Connection(port)
        mine: list[float] = []
        try:
            while time.perf_counter() < end:
                with lock:
                    request = next(stream)
                start = time.perf_counter()
                status, body = connection.ask(request)
                mine.append(time.perf_counter() - start)
                if status != expected:
                    with lock:
                        outcome.unexpected[status] = outcome.unexpected.get(status, 0) + 1
                        outcome.sample = body[:500]
        finally:
            connection.close()
            with lock:
                outcome.seconds.extend(mine)

    start = time.perf_counter()
    threads = [threading.Thread(target=work) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    outcome.lasted = time.perf_counter() - start
    return outcome
