"""A training's settings, read from TOML; its file, the code's commit and the seed say all that a weight came from."""

import hashlib
import tomllib
from pathlib import Path
from typing import Annotated, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from platerec_convert.errors import ConversionError
from platerec_convert.networks.platenet import MULTIPLE
from platerec_convert.synthetic.samples import SyntheticSettings
from platerec_convert.synthetic.scenes import SceneSettings

Settings = TypeVar("Settings", bound=BaseModel)
Pictures = TypeVar("Pictures", SyntheticSettings, SceneSettings)

ROOM = 1.5
"""How many times as wide as the widest plate a scene is at least, so that one that leans lies whole in it."""

MAY_CHANGE = {"steps", "cooldown", "evaluate_every", "save_every"}
"""Of a schedule, while the training goes on."""


def _seeded(settings: Pictures) -> Pictures:
    if settings.seed < 0:
        raise ValueError("seed is below zero")
    return settings


def _fitting(settings: SceneSettings) -> SceneSettings:
    if settings.side % MULTIPLE:
        raise ValueError(f"side is no multiple of {MULTIPLE}, which the network's pictures are")
    if settings.widest * ROOM > settings.side:
        raise ValueError(f"side is less than {ROOM:g} times widest: a plate would not lie whole in the picture")
    return settings


Crops = Annotated[SyntheticSettings, AfterValidator(_seeded)]
Scenes = Annotated[SceneSettings, AfterValidator(_seeded), AfterValidator(_fitting)]


class Schedule(BaseModel):
    """Lengths in steps. The rate warms up, stays, and falls to zero over the last `cooldown` steps."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    steps: int = Field(gt=0)
    warmup: int = Field(200, ge=0)
    cooldown: int = Field(2000, ge=0)
    guided: int = Field(2000, ge=0)
    """While the networks are new, they are told where the plate and its symbols are; the help fades over these."""
    evaluate_every: int = Field(500, gt=0)
    save_every: int = Field(100, gt=0)


class Learning(BaseModel):
    """What every training has: how it learns, whatever it learns from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seed: int = Field(ge=0)
    batch: int = Field(32, gt=1)
    learning_rate: float = Field(2e-3, gt=0)
    weight_decay: float = Field(1e-4, ge=0)
    averaging: float = Field(0.998, ge=0, lt=1)
    """Share of the old weights in the running mean that is evaluated and released."""
    workers: int = Field(1, ge=0)
    schedule: Schedule

    @property
    def digest(self) -> str:
        """Of what may not change while a training goes on: all but when it ends, looks and saves, and who draws."""
        text = self.model_dump_json(exclude={"workers": True, "schedule": MAY_CHANGE})
        return hashlib.sha256(text.encode()).hexdigest()


class TrainingConfig(Learning):
    """Everything that decides the outcome of the reader's training."""

    dropout: float = Field(0.0, ge=0, lt=1)
    synthetic: Crops


class DetectorConfig(Learning):
    """Everything that decides the outcome of the detector's training."""

    scenes: Scenes


class ExamSettings(BaseModel):
    """The synthetic test set: fixed before training, never trained on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    count: int = Field(gt=0)
    synthetic: Crops


class DetectorExamSettings(BaseModel):
    """The synthetic test set of the detector: fixed before training, never trained on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    count: int = Field(gt=0)
    scenes: Scenes


class WithPictures(BaseModel):
    """What the settings of trainings and of test sets have in common: the reader's crops or the detector's scenes."""

    synthetic: Crops | None = None
    scenes: Scenes | None = None

    @model_validator(mode="after")
    def _has_pictures(self) -> Self:
        if self.synthetic is None and self.scenes is None:
            raise ValueError("there is neither a table synthetic nor a table scenes")
        return self


def load_training_config(path: Path) -> TrainingConfig:
    """Raises ConversionError with the wrong field's name."""
    return _load(TrainingConfig, path)


def load_test_set(path: Path) -> ExamSettings:
    """Raises ConversionError with the wrong field's name."""
    return _load(ExamSettings, path)


def load_detector_config(path: Path) -> DetectorConfig:
    """Raises ConversionError with the wrong field's name."""
    return _load(DetectorConfig, path)


def load_detector_test_set(path: Path) -> DetectorExamSettings:
    """Raises ConversionError with the wrong field's name."""
    return _load(DetectorExamSettings, path)


def load_picture_settings(path: Path) -> SyntheticSettings | SceneSettings:
    """The pictures' settings in the file of a training or of a test set, of the reader or of the detector."""
    found = _load(WithPictures, path)
    settings = found.synthetic or found.scenes
    assert settings is not None  # noqa: S101 - validated
    return settings


def _load(kind: type[Settings], path: Path) -> Settings:
    try:
        return kind.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConversionError(f"Settings {path} cannot be read: {error}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        message = first["msg"].removeprefix("Value error, ")
        raise ConversionError(f"{path}: {field or 'the file'}: {message}.") from error
