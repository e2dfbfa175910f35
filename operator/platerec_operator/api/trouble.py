"""Something that a person should know of: a reason for machines and a sentence for people."""

from dataclasses import dataclass

from platerec_operator.api.reasons import OperatorReason
from platerec_store.release.reasons import Reason


@dataclass(frozen=True)
class Trouble:
    """Why a recognizer is not as it should be."""

    reason: OperatorReason | Reason
    message: str
