"""The training of the detector, a few steps of it."""

import csv
from pathlib import Path

import pytest
import torch

from platerec_convert.errors import ConversionError
from platerec_convert.networks.platenet import PlateNet
from platerec_convert.networks.weights import load_weights
from platerec_convert.synthetic.scenes import SceneSettings
from platerec_convert.training.config import DetectorConfig, DetectorExamSettings, Schedule
from platerec_convert.training.detection import DetectorExamination
from platerec_convert.training.detector import DetectorTraining, build_progress, learn
from platerec_convert.training.scene_batches import SceneBatch, build_scene_loader
from platerec_convert.training.weights import save_weights

CPU = torch.device("cpu")
SCENES = SceneSettings(seed=1, severity=0, side=96, narrowest=30, widest=50, panels=8)


def config(steps: int = 4) -> DetectorConfig:
    schedule = Schedule(steps=steps, warmup=1, cooldown=1, evaluate_every=2, save_every=1)
    return DetectorConfig(seed=1, batch=2, workers=0, schedule=schedule, scenes=SCENES)


@pytest.fixture(scope="module")
def examination() -> DetectorExamination:
    return DetectorExamination(DetectorExamSettings(count=3, scenes=SCENES.model_copy(update={"seed": 2})))


@pytest.fixture
def batch() -> SceneBatch:
    first: SceneBatch = next(iter(build_scene_loader(SCENES, 6, 0, 0)))
    return first


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "curves.csv").open() as file:
        return list(csv.DictReader(file))


def test_learning_the_same_scenes_again_and_again_lowers_the_loss(batch: SceneBatch) -> None:
    torch.manual_seed(0)
    progress = build_progress(config(steps=100), CPU)
    losses = [learn(progress, batch, config(steps=100)) for _ in range(25)]
    assert sum(losses[-5:]) < 0.5 * sum(losses[:5])


def test_a_step_with_gradients_that_are_not_finite_changes_no_weight(batch: SceneBatch) -> None:
    progress = build_progress(config(), CPU)
    before = {name: value.clone() for name, value in progress.network.named_parameters()}
    learn(progress, SceneBatch(batch.pixels, batch.heat, batch.corners, batch.weight * float("nan")), config())
    assert all(torch.equal(before[name], value) for name, value in progress.network.named_parameters())


def test_a_training_begins_with_the_weights_that_it_is_given(tmp_path: Path) -> None:
    save_weights(build_progress(config(), CPU).network, tmp_path / "detector.safetensors")
    given = PlateNet()
    load_weights(given, tmp_path / "detector.safetensors")
    progress = build_progress(config(), CPU, start=tmp_path)
    for name, value in progress.network.state_dict().items():
        assert torch.equal(value, given.state_dict()[name])
    assert progress.step == 0


def test_weights_to_begin_with_that_are_missing_are_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConversionError, match="cannot be read"):
        build_progress(config(), CPU, start=tmp_path)


def test_a_stopped_training_goes_on_and_leaves_curves_and_weights_that_fit(
    tmp_path: Path, examination: DetectorExamination
) -> None:
    DetectorTraining(config(steps=2), tmp_path, CPU).run(examination)
    DetectorTraining(config(steps=4), tmp_path, CPU).run(examination)
    assert [(row["step"], row["scenes"]) for row in rows(tmp_path)] == [("2", "4"), ("4", "8")]
    load_weights(PlateNet(), tmp_path / "detector.safetensors")
    assert (tmp_path / "detector.safetensors").stat().st_size < 3e6
    assert not list(tmp_path.glob("*.part"))
