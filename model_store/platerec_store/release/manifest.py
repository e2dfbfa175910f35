"""`manifest.json`: what a release is made of."""

import hashlib
import re
from datetime import datetime
from pathlib import PurePosixPath
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from platerec_store.release.document import Document, Part

PIPELINE = "plate_recognition"
"""The model that clients call; every other model of a release is called by it."""

PROFILES = ("cpu-onnx", "gpu-torchscript", "gpu-tensorrt")

Digest = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]
ModelName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$")]
ComputeCapability = Annotated[str, Field(pattern=r"^\d+\.\d+$")]
TrtVersion = Annotated[str, Field(pattern=r"^\d+(\.\d+){1,3}$")]
GRAMMAR_NAME = r"^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$"
GrammarName = Annotated[str, Field(pattern=GRAMMAR_NAME)]
ReleaseName = Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$")]


def digest_of(content: bytes) -> str:
    """The content address of some bytes: `sha256:<hex>`."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _inside(path: str) -> str:
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts or not re.fullmatch(r"[\w./+-]+", path):
        raise ValueError(f"path {path!r} leaves its model's folder")
    return path


RelativePath = Annotated[str, AfterValidator(_inside)]


class File(Part):
    """One file of a model build; `path` is relative to the model's folder (`1/model.onnx`)."""

    path: RelativePath
    size: int = Field(ge=0)
    sha256: Digest


class Build(Part):
    """The files of one model for one profile; a TensorRT plan fits only the GPU and runtime that it names."""

    files: tuple[File, ...] = Field(min_length=1)
    compute_capability: ComputeCapability | None = None
    trt_version: TrtVersion | None = None

    @model_validator(mode="after")
    def _both_or_none(self) -> Self:
        if (self.compute_capability is None) != (self.trt_version is None):
            raise ValueError("a plan names both its computeCapability and its trtVersion")
        return self


class Model(Part):
    """One model of a release at an exact version; same name and version, same bytes, for ever."""

    name: ModelName
    version: int = Field(ge=1)
    profiles: dict[str, Build] = Field(min_length=1)

    @property
    def loaded_name(self) -> str:
        """The name under which Triton loads it: sub-models carry their version, the pipeline does not."""
        return self.name if self.name == PIPELINE else f"{self.name}_v{self.version}"


class ExpectedPlate(Part):
    """A plate that a golden sample must give: text and box (x1, y1, x2, y2 in the picture's pixels)."""

    text: str
    box: tuple[float, float, float, float]


class GoldenSample(Part):
    """A picture with known plates; `iou` is the least overlap that counts as the same box, `name` is for people."""

    picture: Digest
    name: str | None = None
    size: int = Field(ge=1)
    plates: tuple[ExpectedPlate, ...] = ()
    iou: float = Field(default=0.5, gt=0, le=1)


class Provenance(Part):
    """Where the weights of a model come from and under which licence they are passed on."""

    model: ModelName
    source: str
    licence: str
    sha256: Digest | None = None


class Parity(Part):
    """One comparison of one exported file with its network, over fixed inputs of different sizes.

    `max_difference` is over all outputs, `batch_difference` between an answer alone and beside others (models that
    take batches), `changed_texts` counts inputs that read otherwise (models that read).
    """

    model: ModelName
    profile: str
    file: RelativePath
    sha256: Digest
    inputs: int = Field(ge=1)
    tolerance: float = Field(gt=0)
    max_difference: float = Field(ge=0)
    batch_difference: float | None = Field(default=None, ge=0)
    changed_texts: int | None = Field(default=None, ge=0)

    @property
    def failure(self) -> str | None:
        """What is wrong, the end of a sentence that begins with the model; None when it answers as its network."""
        if self.max_difference > self.tolerance:
            return f"differs from its network by up to {self.max_difference:.2g}, {self.tolerance:.2g} is allowed"
        if (self.batch_difference or 0) > self.tolerance:
            return "answers differently for the same plate in another batch"
        if self.changed_texts:
            return f"reads {self.changed_texts} of {self.inputs} plates otherwise than its network"
        return None


class Manifest(Document):
    """An immutable, named set of models at exact versions, with golden samples."""

    release: ReleaseName
    created: datetime
    models: tuple[Model, ...] = Field(min_length=1)
    golden: tuple[GoldenSample, ...] = ()
    provenance: tuple[Provenance, ...] = ()
    parity: tuple[Parity, ...] = ()

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        names = [model.name for model in self.models]
        if len(set(names)) != len(names):
            raise ValueError("a model is listed twice")
        if PIPELINE not in names:
            raise ValueError(f"the pipeline {PIPELINE!r} is missing")
        return self

    def model(self, name: str) -> Model:
        """The model of that name; KeyError when the release has none."""
        for model in self.models:
            if model.name == name:
                return model
        raise KeyError(name)

    def pins(self) -> dict[str, str]:
        """What the pipeline calls: model name -> the name it is loaded under."""
        return {model.name: model.loaded_name for model in self.models if model.name != PIPELINE}

    def profiles(self) -> frozenset[str]:
        """The profiles that every model of the release was built for."""
        return frozenset.intersection(*(frozenset(model.profiles) for model in self.models))
