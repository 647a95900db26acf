"""One who asks without a pause, in a process of its own; prints how many answers of each status.

The input is one JSON object: port, connections, seconds, and the requests, which are asked in turn.
"""

from __future__ import annotations

import itertools
import json
import os
import sys
import threading
import time
from collections import Counter

from _http import Connection


def main() -> None:
    """Ask until the time is up; print how many answers there were of each status."""
    os.nice(10)  # a real one has processors of its own
    given = json.load(sys.stdin)
    requests = [request.encode("latin-1") for request in given["requests"]]
    end = time.monotonic() + given["seconds"]
    statuses: Counter[int] = Counter()
    lock = threading.Lock()

    def work(place: int) -> None:
        # Each connection begins elsewhere in the list.
        turn = itertools.cycle(requests[place:] + requests[:place])
        mine: Counter[int] = Counter()
        connection = Connection(given["port"])
        while time.monotonic() < end:
            try:
                mine[connection.ask(next(turn))[0]] += 1
            except OSError:
                connection = Connection(given["port"])
        with lock:
            statuses.update(mine)

    step = max(1, len(requests) // given["connections"])
    threads = [
        threading.Thread(target=work, args=(place * step % len(requests),))
        for place in range(given["connections"])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps(statuses))


if __name__ == "__main__":
    main()
