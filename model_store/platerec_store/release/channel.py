"""`channels/<channel>.json`: a named pointer to a release."""

from typing import Any, Self

from pydantic import Field

from platerec_store.release.document import Document
from platerec_store.release.manifest import ReleaseName

HISTORY = 10
"""How many releases a channel remembers."""


class Channel(Document):
    """Which release a channel names; `revision` counts its changes: the same release twice is two facts.

    `previous` are the releases that it named before, the latest first. A pinned channel stays as it is.
    """

    release: ReleaseName
    revision: int = Field(ge=1)
    previous: tuple[ReleaseName, ...] = Field(default=(), exclude_if=lambda previous: not previous)
    pinned: bool = Field(default=False, exclude_if=lambda pinned: not pinned)

    def promoted(self, release: str) -> Self:
        """The channel, pointed to a release; the one before it is remembered."""
        before = (self.release, *self.previous) if release != self.release else self.previous
        return self._changed(release=release, previous=before[:HISTORY])

    def rolled_back(self, release: str) -> Self:
        """The channel, pointed back to a release of `previous`; those that came after it are forgotten."""
        return self._changed(release=release, previous=self.previous[self.previous.index(release) + 1 :])

    def with_pin(self, pinned: bool) -> Self:
        """The channel with its pin set or taken off."""
        return self._changed(pinned=pinned)

    def _changed(self, **fields: Any) -> Self:
        return self.model_copy(update={**fields, "revision": self.revision + 1})
