"""The descriptions beside built models: `provenance.json`, `parity.json`, `golden/golden.json`, `model.plan.json`."""

from platerec_store.release.document import Document, Part
from platerec_store.release.manifest import ComputeCapability, ExpectedPlate, Parity, Provenance, TrtVersion

PLAN, PLAN_TARGET = "model.plan", "model.plan.json"
"""A TensorRT plan in a version folder, and beside it what it was built for."""


class ProvenanceList(Document):
    """Where every weight comes from."""

    weights: tuple[Provenance, ...] = ()


class ParityList(Document):
    """`parity.json`: the comparisons of a folder of built models."""

    checks: tuple[Parity, ...] = ()


class PlanTarget(Document):
    """`model.plan.json`: the only kind of GPU and the only TensorRT that can run a plan."""

    compute_capability: ComputeCapability
    trt_version: TrtVersion


class GoldenPicture(Part):
    """A picture file beside `golden.json`, with the plates that it must give."""

    picture: str
    plates: tuple[ExpectedPlate, ...] = ()
    iou: float = 0.5


class GoldenList(Document):
    """The golden samples of a folder of built models."""

    samples: tuple[GoldenPicture, ...] = ()
