"""A request holds the pins that it is answered by, and who waits for them to be free sees it."""

import fcntl
from pathlib import Path

import pytest

from platerec_pipeline.pins import PinsError, PinsFile, parse_pins

PINS = (
    '{"schemaNumber": 1, "release": "%s", "models": {"plate_reader": "plate_reader_v7"},'
    ' "pipeline": {"maxPlates": 12, "detectionThreshold": 0.25, "grammar": "xx"}, "later": {}}'
)


def rename_into_place(path: Path, release: str) -> None:
    part = path.with_suffix(".part")
    part.write_text(PINS % release)
    part.replace(path)


def test_pins_say_what_answers_and_how() -> None:
    pins = parse_pins(PINS % "2026.1")
    assert (pins.release, pins.model("plate_reader")) == ("2026.1", "plate_reader_v7")
    assert (pins.max_plates, pins.detection_threshold, pins.grammar) == (12, 0.25, "xx")


def test_settings_that_are_missing_have_the_recognizers_defaults() -> None:
    pins = parse_pins('{"release": "a", "models": {}}')
    assert (pins.max_plates, pins.detection_threshold, pins.grammar) == (64, 0.4, "ru")


def is_free(path: Path) -> bool:
    """Whether the file can be locked alone."""
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "plate_recognition-1.json"
    rename_into_place(path, "first")
    return path


def test_a_renamed_file_is_seen_by_the_next_request(path: Path) -> None:
    file = PinsFile(path)
    with file.held() as first:
        rename_into_place(path, "second")
    with file.held() as second:
        assert (first.release, second.release) == ("first", "second")


def test_an_unchanged_file_is_not_read_again(path: Path) -> None:
    file = PinsFile(path)
    with file.held() as one:
        pass
    with file.held() as other:
        assert one is other


def test_pins_are_held_while_a_request_runs_and_not_after_it(path: Path) -> None:
    file = PinsFile(path)
    with file.held():
        assert not is_free(path)
    assert is_free(path)


def test_a_request_holds_its_pins_beyond_their_replacement(path: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.hardlink_to(path)
    with PinsFile(path).held():
        rename_into_place(path, "second")
        assert is_free(path)
        assert not is_free(kept)
    assert is_free(kept)


def test_a_request_of_new_pins_holds_none_of_the_old_ones(path: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.hardlink_to(path)
    file = PinsFile(path)
    with file.held():
        pass
    rename_into_place(path, "second")
    with file.held():
        assert is_free(kept)
        assert not is_free(path)


def test_requests_of_several_instances_hold_the_same_pins(path: Path) -> None:
    one, other = PinsFile(path), PinsFile(path)
    with one.held():
        with other.held():
            pass
        assert not is_free(path)


def test_a_request_that_fails_lets_go(path: Path) -> None:
    with pytest.raises(RuntimeError, match="failed"), PinsFile(path).held():
        raise RuntimeError("failed")
    assert is_free(path)


def test_pins_that_go_away_are_let_go_of(path: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.hardlink_to(path)
    file = PinsFile(path)
    with file.held():
        path.unlink()
    with pytest.raises(PinsError, match="No release is active yet"), file.held():
        pass
    assert is_free(kept)


def test_before_the_first_commit_the_sender_is_told(tmp_path: Path) -> None:
    file = PinsFile(tmp_path / "plate_recognition-1.json")
    with pytest.raises(PinsError, match="No release is active yet"), file.held():
        pass


def test_damaged_pins_are_read_again_once_they_are_replaced(path: Path) -> None:
    path.write_text("half")
    file = PinsFile(path)
    with pytest.raises(PinsError, match="its pins are damaged"), file.held():
        pass
    rename_into_place(path, "second")
    with file.held() as pins:
        assert pins.release == "second"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"release": "a", "models": 5}'])
def test_damaged_pins_are_one_sentence(text: str) -> None:
    with pytest.raises(PinsError, match="its pins are damaged"):
        parse_pins(text)


def test_a_model_that_the_release_lacks_is_named() -> None:
    with pytest.raises(PinsError, match=r"Release 2026\.1 has no model plate_detector"):
        parse_pins(PINS % "2026.1").model("plate_detector")
