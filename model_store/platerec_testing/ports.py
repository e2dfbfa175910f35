"""Free TCP ports of this machine."""

import random
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

_FIRST, _LAST = 10_000, 65_535
"""Below are the ports that people give to servers of their own."""

_EPHEMERAL = Path("/proc/sys/net/ipv4/ip_local_port_range")


def free_ports(count: int) -> list[int]:
    """That many different ports that nothing listens on.

    The kernel hands none of them to an outgoing connection, which could take it before the server that it is for.
    """
    with ExitStack() as stack:
        found: list[int] = []
        for port in _candidates():
            if len(found) == count:
                break
            each = stack.enter_context(socket.socket())
            try:
                each.bind(("127.0.0.1", port))
            except OSError:
                continue
            found.append(int(each.getsockname()[1]))
        return found


def _candidates() -> Iterator[int]:
    """Ports outside the kernel's range in any order; 0, which is one inside it, when they are used up."""
    first, last = map(int, _EPHEMERAL.read_text().split())
    outside = [*range(_FIRST, min(first, _LAST + 1)), *range(max(last + 1, _FIRST), _LAST + 1)]
    random.shuffle(outside)
    yield from outside
    while True:
        yield 0
