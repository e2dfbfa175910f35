"""From what is there to what a release needs: a function of both, worked out anew each time.

Nothing is remembered between plans that disk and Triton do not show, so a restarted agent goes on by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from platerec_store.release.pins import Pins
from platerec_store.swap.wanted import Wanted, WantedModel


@dataclass(frozen=True)
class Pod:
    """What is true on a pod. `placed` and `loaded` map names to fingerprints of folders.

    `pins` are those of the wanted version of the pipeline.
    """

    placed: Mapping[str, str] = field(default_factory=dict)
    ready: frozenset[str] = frozenset()
    loaded: Mapping[str, str] = field(default_factory=dict)
    pins: Pins | None = None


@dataclass(frozen=True)
class Place:
    """Make the folder of a model what it shall be, at once."""

    model: WantedModel


@dataclass(frozen=True)
class LoadModel:
    """Have Triton load a model from its folder."""

    model: WantedModel


@dataclass(frozen=True)
class Pin:
    """Rename the pins into place: from here on the pipeline's version that reads them answers by another release."""

    path: str
    pins: Pins


Action = Place | LoadModel | Pin


def build_plan(wanted: Wanted, pod: Pod) -> tuple[Action, ...]:
    """All actions until the release serves; empty when it does.

    The sub-models come first and touch nothing that serves; the pins follow; the model that clients call is last, so
    that it is ready only when all that it calls is.
    """
    pin = () if pod.pins == wanted.pins else (Pin(wanted.pins_path, wanted.pins),)
    return (*build_preparation(wanted, pod), *pin, *_bring(wanted.entry, pod))


def build_preparation(wanted: Wanted, pod: Pod) -> tuple[Action, ...]:
    """The actions that can be done beside a release that serves."""
    return tuple(action for model in wanted.models[:-1] for action in _bring(model, pod))


def _bring(model: WantedModel, pod: Pod) -> tuple[Action, ...]:
    place = () if pod.placed.get(model.name) == model.fingerprint else (Place(model),)
    is_loaded = model.name in pod.ready and pod.loaded.get(model.name) == model.fingerprint
    return place if is_loaded else (*place, LoadModel(model))
