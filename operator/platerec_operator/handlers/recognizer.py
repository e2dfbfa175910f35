"""Events of recognizers."""

from collections.abc import Callable
from typing import Any

import kopf

from platerec_operator.api.names import GROUP, PLURAL, VERSION, Key


def watch_recognizers(registry: kopf.OperatorRegistry, enqueue: Callable[[Key], None]) -> None:
    """Any event of a recognizer asks for it."""

    @kopf.on.event(GROUP, VERSION, PLURAL, id=PLURAL, registry=registry)
    async def _changed(namespace: str | None, name: str, **_: Any) -> None:
        enqueue(Key(namespace or "", name))
