"""The threads in which stores are asked: each store has its own, so one that does not answer delays nobody else."""

from concurrent.futures import ThreadPoolExecutor
from weakref import WeakValueDictionary

from platerec_store.release.source import S3

WIDTH = 2
"""Questions to one store at a time."""


class Lanes:
    """A lane lasts as long as somebody keeps it; its threads are started when they are needed."""

    def __init__(self) -> None:
        self._lanes: WeakValueDictionary[tuple[str | None, str], ThreadPoolExecutor] = WeakValueDictionary()

    def lane(self, s3: S3) -> ThreadPoolExecutor:
        """The lane that all questions to the same endpoint and bucket share."""
        place = (s3.endpoint, s3.bucket)
        lane = self._lanes.get(place) or ThreadPoolExecutor(WIDTH, thread_name_prefix="store")
        self._lanes[place] = lane
        return lane
