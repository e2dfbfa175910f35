"""A listing of a plain Triton repository is an implicit release: same listing, same name, in any order."""

import pytest

from platerec_store.release.repository import RepositoryFile, build_repository


def files(*paths: str, etag: str = "e") -> list[RepositoryFile]:
    return [RepositoryFile(path=path, size=3, etag=etag) for path in paths]


def test_the_order_of_the_listing_does_not_matter() -> None:
    listing = files("a/1/model.pt", "a/config.pbtxt", "b/2/model.onnx")
    assert build_repository(listing) == build_repository(reversed(listing))


def test_the_name_says_what_it_is() -> None:
    built = build_repository(files("a/1/model.pt"))
    assert built.release == f"repository-{built.digest[7:19]}"


@pytest.mark.parametrize(
    "other",
    [
        files("a/2/model.pt"),
        files("a/1/model.pt", etag="f"),
        [RepositoryFile(path="a/1/model.pt", size=4, etag="e")],
        files("a/1/model.pt", "a/1/labels.txt"),
    ],
    ids=["version", "etag", "size", "added"],
)
def test_any_change_is_another_release(other: list[RepositoryFile]) -> None:
    assert build_repository(other).digest != build_repository(files("a/1/model.pt")).digest


@pytest.mark.parametrize("beside", ["README.md", "b/config.pbtxt", ".git/1/x", "b/latest/model.pt", "c/"])
def test_objects_beside_the_models_change_nothing(beside: str) -> None:
    assert build_repository(files("a/1/model.pt", beside)) == build_repository(files("a/1/model.pt"))


def test_an_ensemble_keeps_its_empty_version_folder() -> None:
    built = build_repository(files("ensemble/config.pbtxt", "ensemble/1/"))
    assert built.models == ("ensemble",)
    assert [file.path for file in built.files_of("ensemble")] == ["ensemble/1/", "ensemble/config.pbtxt"]


def test_files_are_told_apart_by_model() -> None:
    built = build_repository(files("a/1/model.pt", "ab/1/model.pt"))
    assert [file.path for file in built.files_of("a")] == ["a/1/model.pt"]
