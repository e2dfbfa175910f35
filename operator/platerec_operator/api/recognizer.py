"""The spec of a PlateRecognizer. The CRD declares the same fields, defaults and limits; a test compares the two."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, StrictBool, StrictInt, StrictStr, model_validator

from platerec_operator.api.names import Key
from platerec_operator.api.quantity import parse_quantity
from platerec_store.release.decision import Gate, PipelineSettings
from platerec_store.release.document import Part
from platerec_store.release.manifest import PIPELINE, GrammarName
from platerec_store.release.source import S3, Layout, Source

Profile = Literal["cpu-onnx", "gpu-torchscript", "gpu-tensorrt"]
Strategy = Literal["Auto", "InPlace", "RollingUpdate"]
"""InPlace: pods move to a release while they serve. RollingUpdate: pods are replaced. Auto: the former, unless two
releases do not fit into a pod."""
KubernetesPart = dict[str, Any]
"""A piece of a pod's spec that is handed on as it is; the API server judges it."""


def _quantity(value: str | int) -> str | int:
    parse_quantity(value)
    return value


def _auto_or_quantity(value: str) -> str:
    if value != "auto":
        parse_quantity(value)
    return value


Quantity = Annotated[StrictStr | StrictInt, AfterValidator(_quantity)]


class SecretReference(Part):
    """A Secret in the recognizer's namespace."""

    secret_name: str = Field(min_length=1)


class AuthorityReference(Part):
    """A ConfigMap with the certificate authority of the store."""

    config_map_name: str = Field(min_length=1)
    key: str = "ca.crt"


class S3Spec(S3):
    """An S3 bucket and prefix, and how to be let in."""

    credentials: SecretReference | None = None
    ca: AuthorityReference | None = None


class SourceSpec(Part):
    """Where the releases are."""

    layout: Layout = "releases"
    s3: S3Spec

    def for_agents(self) -> Source:
        """What the decision carries: no references to Secrets, the pod's volumes hold those."""
        return Source(layout=self.layout, s3=S3(**self.s3.model_dump(include=set(S3.model_fields))))


class ReleaseSpec(Part):
    """Which release: what a channel names, or one by its name."""

    channel: str | None = None
    name: str | None = None


class UpdateSpec(Part):
    """How a channel is followed, and how the fleet moves to what it names."""

    strategy: Strategy = "Auto"
    paused: StrictBool = False
    poll_seconds: int = Field(default=30, ge=1, le=3600)
    bake_seconds: int = Field(default=120, ge=0, le=86400)


class CacheSpec(Part):
    """Where a pod keeps the files of releases; without a claim they go with the pod."""

    pvc_name: str | None = Field(default=None, min_length=1)


class ModelsSpec(Part):
    """What is served."""

    source: SourceSpec
    release: ReleaseSpec | None = None
    update: UpdateSpec = UpdateSpec()
    gate: Gate = Gate()
    cache: CacheSpec = CacheSpec()

    @model_validator(mode="after")
    def _one_release(self) -> Self:
        given = [self.release.channel, self.release.name] if self.release else []
        wanted = 1 if self.source.layout == "releases" else 0
        if sum(value is not None for value in given) != wanted:
            raise ValueError(
                "release needs exactly one of channel and name"
                if wanted
                else "layout repository has no channels: leave out release"
            )
        return self


class PipelineSpec(Part):
    """What the pipeline is told."""

    model: str = Field(default=PIPELINE, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$")
    max_plates: int = Field(default=64, ge=1, le=128)
    detection_threshold: float = Field(default=0.4, ge=0, le=1)
    grammar: GrammarName = "ru"

    def for_agents(self) -> PipelineSettings:
        """What the decision carries."""
        return PipelineSettings(**self.model_dump(include=set(PipelineSettings.model_fields)))


class GpuSpec(Part):
    """What a pod asks for to get its GPUs."""

    resource_name: str = "nvidia.com/gpu"
    count: int = Field(default=1, ge=1, le=16)
    runtime_class_name: str = "nvidia"


class ResourcesSpec(Part):
    """Requests and limits of the container `triton`, without GPUs and shared memory."""

    requests: dict[str, Quantity] = Field(default_factory=dict)
    limits: dict[str, Quantity] = Field(default_factory=dict)


class ServerSpec(Part):
    """The pods that run Triton."""

    image: str = ""
    gpu: GpuSpec | None = None
    shared_memory: Annotated[str, AfterValidator(_auto_or_quantity)] = "auto"
    resources: ResourcesSpec = ResourcesSpec()
    node_selector: dict[str, str] = Field(default_factory=dict)
    tolerations: tuple[KubernetesPart, ...] = ()
    affinity: KubernetesPart = Field(default_factory=dict)
    env: tuple[KubernetesPart, ...] = ()
    extra_args: tuple[str, ...] = ()
    pod_labels: dict[str, str] = Field(default_factory=dict)
    image_pull_secrets: tuple[KubernetesPart, ...] = ()


class ServiceSpec(Part):
    """The Service that clients call."""

    type: Literal["ClusterIP", "NodePort", "LoadBalancer"] = "ClusterIP"
    annotations: dict[str, str] = Field(default_factory=dict)


class DisruptionSpec(Part):
    """How many pods a drain may take at once."""

    max_unavailable: Annotated[StrictInt, Field(ge=0)] | Annotated[str, Field(pattern=r"^(100|\d{1,2})%$")] = 1


class RecognizerSpec(Part):
    """What a person asks for."""

    replicas: int = Field(default=1, ge=0)
    profile: Profile = "cpu-onnx"
    models: ModelsSpec
    pipeline: PipelineSpec = PipelineSpec()
    server: ServerSpec = ServerSpec()
    service: ServiceSpec = ServiceSpec()
    disruption: DisruptionSpec = DisruptionSpec()

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.server.gpu is not None and not self.wants_gpu:
            raise ValueError(f"server.gpu is only for GPU profiles, not for {self.profile}")
        if self.pipeline.model != PIPELINE and self.models.source.layout == "releases":
            raise ValueError(f"pipeline.model is {PIPELINE} in every release: only layout repository may change it")
        return self

    @property
    def wants_gpu(self) -> bool:
        """Whether the profile runs on GPUs."""
        return self.profile.startswith("gpu-")

    @property
    def gpu(self) -> GpuSpec | None:
        """What to ask for, defaults filled in; nothing for CPU profiles."""
        return (self.server.gpu or GpuSpec()) if self.wants_gpu else None


@dataclass(frozen=True)
class Recognizer:
    """A recognizer as the API server holds it."""

    key: Key
    uid: str
    generation: int
    spec: RecognizerSpec
    status: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Its name, which most children share."""
        return self.key.name

    @property
    def namespace(self) -> str:
        """Its namespace, which all children share."""
        return self.key.namespace
