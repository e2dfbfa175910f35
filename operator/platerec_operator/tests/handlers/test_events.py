"""Events become keys; nothing that kopf is told makes it write."""

from typing import Any

import kopf
import pytest

from platerec_operator.api.names import Key
from platerec_operator.handlers.children import WATCHED
from platerec_operator.handlers.lifecycle import WatchEndedError, build_registry, build_settings, watch_all
from platerec_operator.runtime.queue import KeyQueue


def handlers(registry: Any) -> list[Any]:
    return list(registry._watching.get_all_handlers())


@pytest.fixture
def keys() -> list[Key]:
    return []


@pytest.fixture
def registry(keys: list[Key]) -> Any:
    return build_registry(keys.append)


async def test_an_event_of_a_recognizer_asks_for_it(registry: Any, keys: list[Key]) -> None:
    (handler,) = [h for h in handlers(registry) if h.id == "platerecognizers"]
    await handler.fn(namespace="cameras", name="gate", labels={}, body={})
    assert keys == [Key("cameras", "gate")]


@pytest.mark.parametrize("plural", [plural for _, _, plural in WATCHED])
async def test_an_event_of_a_child_asks_for_its_recognizer(registry: Any, keys: list[Key], plural: str) -> None:
    (handler,) = [h for h in handlers(registry) if h.id == plural]
    await handler.fn(namespace="cameras", name="child-1", labels={"platerec.dev/recognizer": "gate"}, body={})
    assert keys == [Key("cameras", "gate")]


def test_only_events_are_handled(registry: Any) -> None:
    """Handlers of changes, timers and daemons would add annotations and finalizers."""
    assert list(registry._changing.get_all_handlers()) == []
    assert list(registry._spawning.get_all_handlers()) == []
    assert len(handlers(registry)) == len(WATCHED) + 1


def test_the_api_server_sends_only_labelled_children() -> None:
    selectors = build_settings().watching.label_selectors
    assert set(selectors.values()) == {"platerec.dev/recognizer"}
    assert len(selectors) == len(WATCHED)


def test_kopf_posts_no_events() -> None:
    assert build_settings().posting.enabled is False


async def test_a_watch_that_ends_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """As it does when the definition is deleted; kopf gives a traceback."""

    async def end(**_: Any) -> None:
        raise RuntimeError("404 page not found\n")

    monkeypatch.setattr(kopf, "operator", end)
    with pytest.raises(WatchEndedError, match=r"^A watch ended, .*: 404 page not found\.$"):
        await watch_all(KeyQueue(), ())
