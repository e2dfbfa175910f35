"""Which files are read, under which names, and what is said of those that cannot be."""

import os
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PIL.ExifTags import Base

from platerec_cli.recognize.client import Frame
from platerec_cli.recognize.sources import (
    FileError,
    Source,
    count_frames,
    find_sources,
    read_frames,
)

ORIENTATION = Base.Orientation


def test_a_folder_gives_its_pictures_and_videos_by_name_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "street"
    (folder / "night").mkdir(parents=True)
    for name in ("b.JPG", "a.png", "notes.txt", "night/c.mp4"):
        (folder / name).touch()
    (folder / "album.jpg").mkdir()
    (folder / "gone.jpg").symlink_to("nowhere")
    names = [str(source.name) for source in find_sources([folder])]
    assert names == ["street/a.png", "street/b.JPG", "street/night/c.mp4"]


def test_a_file_is_called_by_its_own_name_whatever_its_suffix(tmp_path: Path) -> None:
    path = tmp_path / "snapshot.cam"
    path.touch()
    assert find_sources([path]) == [Source(path, Path("snapshot.cam"))]


@pytest.mark.parametrize(("make", "sentence"), [(False, "no such file or folder"), (True, "no picture and no video")])
def test_a_path_with_nothing_to_read_is_named(tmp_path: Path, make: bool, sentence: str) -> None:
    path = tmp_path / "missing"
    if make:
        path.mkdir()
    with pytest.raises(FileError, match=f"{path}: {sentence}"):
        find_sources([path])


def test_a_pipe_is_named_and_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "pipe.jpg"
    os.mkfifo(path)
    with pytest.raises(FileError, match=f"{path}: neither a file nor a folder"):
        find_sources([path])


def test_a_picture_is_one_frame_in_bgr(picture: Path, frame: Frame) -> None:
    (source,) = find_sources([picture])
    (decoded,) = read_frames(source)
    assert count_frames(source) == 1
    assert np.array_equal(decoded, frame)


def test_a_picture_lying_on_its_side_is_put_upright(tmp_path: Path) -> None:
    path = tmp_path / "side.jpg"
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    Image.new("RGB", (40, 20)).save(path, exif=exif)
    (decoded,) = read_frames(Source(path, Path("side.jpg")))
    assert decoded.shape == (40, 20, 3)


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "1", "CMYK"])
def test_any_kind_of_picture_becomes_bgr(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "picture.tiff"
    Image.new(mode, (4, 3)).save(path)
    (decoded,) = read_frames(Source(path, Path("picture.tiff")))
    assert decoded.shape == (3, 4, 3)
    assert decoded.dtype == np.uint8


def test_grey_of_sixteen_bits_keeps_its_shades(tmp_path: Path) -> None:
    path = tmp_path / "grey.png"
    Image.fromarray(np.array([[0, 0x4000, 0x80FF, 0xFFFF]], np.uint16)).save(path)
    (decoded,) = read_frames(Source(path, Path("grey.png")))
    assert decoded[0, :, 0].tolist() == [0, 0x40, 0x80, 0xFF]


@pytest.mark.parametrize("excess", [1, 3])
def test_a_picture_that_is_too_large_is_named(picture: Path, monkeypatch: pytest.MonkeyPatch, excess: int) -> None:
    width, height = Image.open(picture).size
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", width * height // excess - 1)
    with pytest.raises(FileError, match=f"{picture}: too large"):
        list(read_frames(Source(picture, Path("car.png"))))


def test_a_truncated_picture_is_named(picture: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (200, 200, 3), np.uint8)
    Image.fromarray(noise).save(picture)
    picture.write_bytes(picture.read_bytes()[:5000])
    with pytest.raises(FileError, match=f"{picture}: not a picture that can be read"):
        list(read_frames(Source(picture, Path("car.png"))))


def test_without_opencv_a_video_is_a_sentence(video: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "platerec_cli.recognize.video", raising=False)
    monkeypatch.setitem(sys.modules, "cv2", None)
    with pytest.raises(FileError, match=r"in a clone, pip install '\.\[video\]'"):
        count_frames(Source(video, Path("gate.avi")))


def test_a_video_gives_all_its_frames(video: Path, frame: Frame) -> None:
    (source,) = find_sources([video])
    shapes = [decoded.shape for decoded in read_frames(source)]
    assert shapes == [frame.shape] * 5
    assert count_frames(source) == 5


@pytest.mark.parametrize("content", [b"", b"a letter to the editor"])
@pytest.mark.parametrize(("name", "kind"), [("x.jpg", "picture"), ("x.mp4", "video"), ("x", "picture")])
def test_a_file_that_holds_no_frame_is_named(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], name: str, kind: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    (source,) = find_sources([path])
    with pytest.raises(FileError, match=f"{path}: not a {kind} that"):
        list(read_frames(source))
    assert capfd.readouterr().err == "", "the decoder's own complaints would stand beside our sentence"
