from pathlib import Path

import pytest

from platerec_convert.errors import ConversionError
from platerec_convert.training.commands import CONFIGS
from platerec_convert.training.config import (
    load_detector_config,
    load_detector_test_set,
    load_picture_settings,
    load_test_set,
    load_training_config,
)

GOOD = "seed = 1\n[schedule]\nsteps = 10\n[synthetic]\nseed = 1\n"


def test_the_settings_that_the_project_ships_are_right() -> None:
    training, test_set = load_training_config(CONFIGS / "reader.toml"), load_test_set(CONFIGS / "test-set.toml")
    assert training.synthetic.seed != test_set.synthetic.seed
    assert load_picture_settings(CONFIGS / "reader.toml") == training.synthetic
    assert test_set.synthetic.fonts is None


def test_the_detectors_settings_that_the_project_ships_are_right() -> None:
    training = load_detector_config(CONFIGS / "detector.toml")
    test_set = load_detector_test_set(CONFIGS / "detector-test-set.toml")
    assert training.scenes.seed != test_set.scenes.seed
    assert load_picture_settings(CONFIGS / "detector.toml") == training.scenes
    assert test_set.scenes.fonts is None


def test_settings_without_pictures_cannot_be_looked_at(tmp_path: Path) -> None:
    (tmp_path / "none.toml").write_text("seed = 1\n")
    with pytest.raises(ConversionError, match="neither a table synthetic nor a table scenes"):
        load_picture_settings(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (GOOD.replace("steps = 10", "steps = 0"), r"schedule\.steps"),
        (GOOD + "sevrity = 1", r"synthetic\.sevrity"),
        (GOOD.replace("seed = 1\n[sch", "seed = -1\n[sch"), r"toml: seed: Input should be greater than or equal to 0"),
        (GOOD.replace("[synthetic]\nseed = 1", "[synthetic]\nseed = -1"), r"synthetic: seed is below zero"),
        (GOOD.replace("[schedule]", "[schedule"), "cannot be read"),
        (None, "cannot be read"),
    ],
)
def test_wrong_settings_are_one_sentence_that_names_the_field(tmp_path: Path, text: str | None, sentence: str) -> None:
    path = tmp_path / "reader.toml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(ConversionError, match=sentence):
        load_training_config(path)


@pytest.mark.parametrize(
    ("scenes", "sentence"),
    [
        ("side = 100", "scenes: side is no multiple of 32"),
        ("side = 128\nwidest = 90", r"scenes: side is less than 1\.5 times widest"),
        ("", r"scenes: seed is below zero"),
    ],
)
def test_scenes_that_the_detector_cannot_learn_from_are_refused(tmp_path: Path, scenes: str, sentence: str) -> None:
    seed = 1 if scenes else -1
    path = tmp_path / "detector.toml"
    path.write_text(f"seed = 1\n[schedule]\nsteps = 10\n[scenes]\nseed = {seed}\n{scenes}\n")
    with pytest.raises(ConversionError, match=sentence):
        load_detector_config(path)
