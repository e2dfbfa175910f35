"""The training itself, a few steps of it."""

import csv
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from platerec_convert.errors import ConversionError
from platerec_convert.networks.lprnet import LPRNet
from platerec_convert.networks.stn import SpatialTransformer
from platerec_convert.synthetic.samples import SyntheticSettings
from platerec_convert.training.batches import Batch, build_loader
from platerec_convert.training.config import ExamSettings, Schedule, TrainingConfig
from platerec_convert.training.evaluation import Examination
from platerec_convert.training.reader import ReaderTraining, build_progress, learn
from platerec_convert.training.weights import save_weights

CPU = torch.device("cpu")
SYNTHETIC = SyntheticSettings(seed=1, severity=0, narrowest=120)


def config(steps: int = 4) -> TrainingConfig:
    schedule = Schedule(steps=steps, warmup=1, cooldown=1, guided=2, evaluate_every=2, save_every=1)
    return TrainingConfig(seed=1, batch=4, workers=0, schedule=schedule, synthetic=SYNTHETIC)


@pytest.fixture(scope="module")
def examination() -> Examination:
    return Examination(ExamSettings(count=4, synthetic=SYNTHETIC.model_copy(update={"seed": 2})))


@pytest.fixture
def batch() -> Batch:
    first: Batch = next(iter(build_loader(SYNTHETIC, 8, 0, 0)))
    return first


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "curves.csv").open() as file:
        return list(csv.DictReader(file))


def test_learning_the_same_crops_again_and_again_lowers_the_loss(batch: Batch) -> None:
    torch.manual_seed(0)
    progress = build_progress(config(steps=100), CPU)
    losses = [learn(progress, batch, config(steps=100)) for _ in range(30)]
    assert sum(losses[-5:]) < 0.75 * sum(losses[:5])


def test_a_step_with_gradients_that_are_not_finite_changes_no_weight(batch: Batch) -> None:
    progress = build_progress(config(), CPU)
    before = {name: value.clone() for name, value in progress.network.named_parameters()}
    broken = Batch(batch.crops * float("nan"), batch.classes, batch.corners, batch.widths, batch.one_row)
    learn(progress, broken, config())
    assert all(torch.equal(before[name], value) for name, value in progress.network.named_parameters())


def test_a_training_begins_with_the_weights_that_it_is_given(tmp_path: Path) -> None:
    first = build_progress(config(), CPU).network
    for name in ("reader", "rectifier"):
        save_weights(getattr(first, name), tmp_path / f"{name}.safetensors")
    given = build_progress(config(), CPU, start=tmp_path).network
    for one, two in zip(first.parameters(), given.parameters(), strict=True):
        assert torch.allclose(one, two, atol=1e-3)


def test_a_training_leaves_curves_a_checkpoint_and_weights_that_fit_the_networks(
    tmp_path: Path, examination: Examination
) -> None:
    ReaderTraining(config(), tmp_path, CPU).run(examination)
    assert [row["step"] for row in rows(tmp_path)] == ["2", "4"]
    LPRNet().load_state_dict(load_file(tmp_path / "reader.safetensors"))
    SpatialTransformer().load_state_dict(load_file(tmp_path / "rectifier.safetensors"))
    assert (tmp_path / "reader.safetensors").stat().st_size < 3e6


def test_a_stopped_training_goes_on_from_its_checkpoint(tmp_path: Path, examination: Examination) -> None:
    ReaderTraining(config(steps=2), tmp_path, CPU).run(examination)
    ReaderTraining(config(steps=4), tmp_path, CPU).run(examination)
    progress = build_progress(config(), CPU)
    progress.resume(tmp_path / "checkpoint.pt", CPU)
    assert progress.step == 4
    assert [row["step"] for row in rows(tmp_path)] == ["2", "4"]


def test_a_resumed_training_has_all_that_it_had(tmp_path: Path, batch: Batch) -> None:
    torch.manual_seed(0)
    progress = build_progress(config(), CPU)
    learn(progress, batch, config())
    progress.save(tmp_path / "checkpoint.pt")
    other = build_progress(config(), CPU)
    other.resume(tmp_path / "checkpoint.pt", CPU)
    for module, again in ((progress.network, other.network), (progress.average, other.average)):
        for one, two in zip(module.state_dict().values(), again.state_dict().values(), strict=True):
            assert torch.equal(one, two)
    assert other.optimizer.state_dict()["state"].keys() == progress.optimizer.state_dict()["state"].keys()
    assert not (tmp_path / "checkpoint.part").exists()


@pytest.mark.parametrize("steps", [4, 1], ids=["stopped at the end", "ended early"])
def test_a_training_that_was_stopped_before_its_last_measurement_makes_up_for_it(
    tmp_path: Path, examination: Examination, batch: Batch, steps: int
) -> None:
    progress = build_progress(config(), CPU)
    for _ in range(4):
        learn(progress, batch, config())
    progress.save(tmp_path / "checkpoint.pt")
    for _ in range(2):
        ReaderTraining(config(steps), tmp_path, CPU).run(examination)
        assert [row["step"] for row in rows(tmp_path)] == ["4"]
    assert (tmp_path / "reader.safetensors").is_file()


@pytest.mark.parametrize("change", [{"seed": 2}, {"batch": 5}, {"learning_rate": 1e-4}])
def test_a_checkpoint_of_other_settings_is_refused(
    tmp_path: Path, examination: Examination, change: dict[str, float]
) -> None:
    build_progress(config(), CPU).save(tmp_path / "checkpoint.pt")
    other = config().model_copy(update=change)
    with pytest.raises(ConversionError, match=r"checkpoint\.pt is of a training with other settings"):
        ReaderTraining(other, tmp_path, CPU).run(examination)


def test_only_when_a_training_ends_looks_and_saves_may_change(tmp_path: Path) -> None:
    build_progress(config(), CPU).save(tmp_path / "checkpoint.pt")
    schedule = config().schedule.model_copy(update={"steps": 9, "cooldown": 3, "evaluate_every": 5, "save_every": 7})
    other = config().model_copy(update={"schedule": schedule, "workers": 3})
    build_progress(other, CPU).resume(tmp_path / "checkpoint.pt", CPU)


def test_a_checkpoint_that_does_not_say_its_settings_is_gone_on_from(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    build_progress(config(), CPU).save(path)
    state = torch.load(path, weights_only=True)
    early = {key: value for key, value in state.items() if key not in {"settings", "measured"}}
    torch.save(early | {"step": 3}, path)
    progress = build_progress(config(), CPU)
    progress.resume(path, CPU)
    assert (progress.step, progress.measured) == (3, None)


@pytest.mark.parametrize(
    "content",
    [b"", b"not a checkpoint", {"step": 1}, [1, 2], torch.zeros(2), {"network": 1, "average": None, "optimizer": []}],
)
def test_a_checkpoint_that_is_none_is_one_sentence(tmp_path: Path, examination: Examination, content: object) -> None:
    path = tmp_path / "checkpoint.pt"
    path.write_bytes(content) if isinstance(content, bytes) else torch.save(content, path)
    with pytest.raises(ConversionError, match="move it away to start anew"):
        ReaderTraining(config(), tmp_path, CPU).run(examination)
