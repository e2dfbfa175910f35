"""What an exporter hands back of the file that it wrote."""

from dataclasses import dataclass

from platerec_convert.export.parity import Call
from platerec_convert.export.signature import Signature


@dataclass(frozen=True)
class Exported:
    """The file's own signature, and a way to ask it, through the file and not through what it was made from."""

    signature: Signature
    answer: Call
