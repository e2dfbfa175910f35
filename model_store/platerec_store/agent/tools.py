"""What an agent works with."""

from dataclasses import dataclass

from platerec_store.agent.board import Board
from platerec_store.agent.headroom import Headroom
from platerec_store.agent.resolving import StoreOpener
from platerec_store.disk.cache import BlobCache
from platerec_store.disk.repository import ModelRepository
from platerec_store.triton.port import Triton


@dataclass(frozen=True)
class Tools:
    """The gates to disk, Triton and store, and where to say what is done."""

    cache: BlobCache
    repository: ModelRepository
    triton: Triton
    open_store: StoreOpener
    board: Board
    headroom: Headroom
