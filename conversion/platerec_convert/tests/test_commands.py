"""The command line: one sentence and exit code 2 for what cannot be converted."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import pytest
import safetensors.torch
import torch
from google.protobuf import text_format
from tritonclient.grpc import model_config_pb2 as triton

from platerec_convert.__main__ import main
from platerec_convert.golden import labelled_picture
from platerec_convert.networks.lprnet import LPRNet
from platerec_convert.networks.platenet import PlateNet
from platerec_convert.networks.stn import SpatialTransformer
from platerec_convert.own import OWN
from platerec_store.release.folder import GoldenList, ParityList, ProvenanceList
from platerec_store.release.manifest import Provenance

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "examples"


@dataclass(frozen=True)
class Done:
    """How a run of the command ended, and what it said."""

    code: int
    said: str


Convert = Callable[..., Done]


@pytest.fixture
def convert(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Convert:
    def run(*arguments: str | Path) -> Done:
        monkeypatch.setattr(sys, "argv", ["platerec-convert", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
        code = end.value.code
        return Done(code if isinstance(code, int) else 0, capsys.readouterr().err)

    return run


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_reader_is_built_for_each_profile(convert: Convert, tmp_path: Path) -> None:
    torch.save(LPRNet().state_dict(), tmp_path / "mine.pth")
    out = tmp_path / "models"
    done = convert("reader", "--weights", tmp_path / "mine.pth", "--out", out, "--version", "3", "--licence", "MIT")
    assert done.code == 0, done.said
    assert files(out) == [
        "cpu-onnx/plate_reader/3/model.onnx",
        "cpu-onnx/plate_reader/config.pbtxt",
        "gpu-torchscript/plate_reader/3/model.pt",
        "gpu-torchscript/plate_reader/config.pbtxt",
        "parity.json",
        "provenance.json",
    ]
    (entry,) = ProvenanceList.parse((out / "provenance.json").read_bytes(), "it").weights
    assert (entry.model, entry.source, entry.licence) == ("plate_reader", "mine.pth", "MIT")


def test_a_reader_that_rectifies_replaces_the_rectifier(convert: Convert, tmp_path: Path) -> None:
    torch.save(LPRNet().state_dict(), tmp_path / "lprnet.pth")
    torch.save(SpatialTransformer().state_dict(), tmp_path / "stn.pth")
    out = tmp_path / "models"
    assert convert("rectifier", "--weights", tmp_path / "stn.pth", "--out", out, "--to", "onnx").code == 0
    fused = ["--rectifier", tmp_path / "stn.pth", "--to", "onnx"]
    done = convert("reader", "--weights", tmp_path / "lprnet.pth", "--out", out, *fused)
    assert done.code == 0, done.said
    assert files(out / "cpu-onnx") == ["plate_reader/1/model.onnx", "plate_reader/config.pbtxt"]
    assert [check.model for check in ParityList.parse((out / "parity.json").read_bytes(), "it").checks] == [
        "plate_reader"
    ]
    weights = ProvenanceList.parse((out / "provenance.json").read_bytes(), "it").weights
    assert [weight.source for weight in weights] == ["lprnet.pth", "stn.pth"]


def test_a_rectifier_beside_a_reader_that_rectifies_is_refused(convert: Convert, tmp_path: Path) -> None:
    torch.save(LPRNet().state_dict(), tmp_path / "lprnet.pth")
    torch.save(SpatialTransformer().state_dict(), tmp_path / "stn.pth")
    out = tmp_path / "models"
    reader = ["reader", "--weights", tmp_path / "lprnet.pth", "--out", out, "--to", "onnx"]
    rectifier = ["rectifier", "--weights", tmp_path / "stn.pth", "--out", out, "--to", "onnx"]
    assert convert(*reader, "--rectifier", tmp_path / "stn.pth").code == 0
    before = files(out)
    done = convert(*rectifier)
    assert (done.code, files(out)) == (2, before)
    assert "plate_reader rectifies already: convert the reader again without --rectifier" in done.said
    assert "rectifies already" in convert(*rectifier, "--to", "torchscript").said
    assert convert(*reader).code == 0
    assert [weight.model for weight in provenance(out)] == ["plate_reader"]
    assert convert(*rectifier).code == 0
    assert [weight.model for weight in provenance(out)] == ["plate_reader", "plate_rectifier"]


@pytest.mark.parametrize("changed", [["other.pth"], ["lprnet.pth", "--rectifier", "stn.pth"]])
def test_a_build_for_another_profile_that_would_differ_is_refused(
    convert: Convert, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: list[str]
) -> None:
    """`provenance.json` would state the source and licence of one for both."""
    monkeypatch.chdir(tmp_path)
    torch.save(SpatialTransformer().state_dict(), "stn.pth")
    for name in ("lprnet.pth", "other.pth"):
        torch.save(LPRNet().state_dict(), name)
    reader = ["reader", "--out", "models", "--weights"]
    assert convert(*reader, "lprnet.pth", "--to", "torchscript").code == 0
    assert convert(*reader, "lprnet.pth", "--to", "onnx", "--licence", "MIT").code == 0
    out = tmp_path / "models"
    before = files(out)
    done = convert(*reader, *changed, "--to", "onnx")
    assert (done.code, files(out), provenance(out)[0].licence) == (2, before, "MIT")
    assert "gpu-torchscript/plate_reader is not of the same weights: convert to its format too (--to)" in done.said
    assert convert(*reader, *changed).code == 0


def test_the_projects_detector_is_built_for_each_profile(convert: Convert, tmp_path: Path) -> None:
    out = tmp_path / "models"
    done = convert("detector", "--weights", OWN / "detector.safetensors", "--out", out, "--long-side", "320")
    assert done.code == 0, done.said
    config = text_format.Parse((out / "cpu-onnx/plate_detector/config.pbtxt").read_text(), triton.ModelConfig())
    assert [(each.name, list(each.dims)) for each in config.output] == [
        ("boxes", [-1, 4]),
        ("scores", [-1]),
        ("crops", [-1, 3, 24, 94]),
    ]
    checks = ParityList.parse((out / "parity.json").read_bytes(), "it").checks
    assert [(check.profile, check.failure) for check in checks] == [("cpu-onnx", None), ("gpu-torchscript", None)]


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    """A folder with weights of all networks as they are made, but for a detector that finds plates."""
    folder = tmp_path / "weights"
    folder.mkdir()
    shutil.copy(OWN / "detector.safetensors", folder)
    for name, network in (("rectifier", SpatialTransformer()), ("reader", LPRNet())):
        save(network, folder / f"{name}.safetensors")
    return folder


def save(network: torch.nn.Module, path: Path) -> None:
    """In half precision, as the training publishes weights."""
    state = {key: value.half() if value.is_floating_point() else value for key, value in network.state_dict().items()}
    safetensors.torch.save_file(state, path)


def provenance(out: Path) -> tuple[Provenance, ...]:
    return ProvenanceList.parse((out / "provenance.json").read_bytes(), "it").weights


def test_all_models_come_from_one_folder_of_weights(convert: Convert, weights: Path, tmp_path: Path) -> None:
    (weights / "calibration.json").write_text('{"scores": [0, 1], "confidences": [0.1, 0.9]}')
    out = tmp_path / "models"
    done = convert("all", "--weights", weights, "--out", out, "--to", "onnx", "--version", "2")
    assert done.code == 0, done.said
    built = files(out)
    assert {"plate_detector", "plate_reader", "plate_recognition"} == {
        Path(name).parts[1] for name in built if "cpu" in name
    }
    assert "cpu-onnx/plate_recognition/2/platerec_pipeline/calibration.json" in built
    assert [(each.model, each.source) for each in provenance(out)] == [
        ("plate_detector", "detector.safetensors"),
        ("plate_reader", "reader.safetensors"),
        ("plate_rectifier", "rectifier.safetensors"),
    ]


def test_the_projects_own_release_reads_its_street_and_names_its_model_cards(convert: Convert, tmp_path: Path) -> None:
    out, street = tmp_path / "models", EXAMPLES / "street.jpg"
    labels = street.with_suffix(".json")
    done = convert("all", "--out", out, "--to", "onnx", "--golden", street, "--labels", labels)
    assert done.code == 0, done.said
    assert (out / "golden/street.jpg").read_bytes() == street.read_bytes()
    (sample,) = GoldenList.parse((out / "golden/golden.json").read_bytes(), "it").samples
    assert sample == labelled_picture(street, labels)
    for entry in provenance(out):
        name = entry.model.removeprefix("plate_")
        card = f"conversion/platerec_convert/weights/{name}.md"
        assert (ROOT / card).is_file()
        assert entry.source == f"Platerec {version('platerec')}, trained on synthetic plates ({card})"
        assert entry.licence == "Apache-2.0"


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("reader.safetensors", None, "There are no weights"),
        ("reader.safetensors", "half", "is truncated"),
        ("detector.safetensors", "rectifier.safetensors", "another architecture than PlateNet"),
        ("rectifier.safetensors", "nan", "contains NaN or infinity"),
        ("calibration.json", "{}", "is not a calibration"),
    ],
)
def test_one_wrong_file_leaves_nothing_built(
    convert: Convert, weights: Path, tmp_path: Path, name: str, content: str | None, sentence: str
) -> None:
    path = weights / name
    if content is None:
        path.unlink()
    elif content == "half":
        path.write_bytes(path.read_bytes()[:9_000])
    elif content == "nan":
        network = SpatialTransformer()
        network.state_dict()["fc_loc.0.weight"][3, 4] = float("nan")
        save(network, path)
    else:
        path.write_bytes((weights / content).read_bytes() if content.endswith("safetensors") else content.encode())
    done = convert("all", "--weights", weights, "--out", tmp_path / "models")
    assert done.code == 2
    assert sentence in done.said
    assert name in done.said
    assert done.said.count("\n") == 1
    assert not (tmp_path / "models").exists()


def test_a_detector_whose_numbers_overflow_is_refused(convert: Convert, tmp_path: Path) -> None:
    """Each weight is a number, what they come to is none: no plate is found, and nothing is left to compare."""
    state = {name: value.float() for name, value in safetensors.torch.load_file(OWN / "detector.safetensors").items()}
    state["stride4.0.1.weight"] *= 1e38
    safetensors.torch.save_file(state, tmp_path / "detector.safetensors")
    done = convert("detector", "--weights", tmp_path / "detector.safetensors", "--out", tmp_path / "models")
    assert done.code == 2
    assert done.said.count("\n") == 1
    assert not (tmp_path / "models").exists()


@pytest.mark.parametrize("name", ["parity.json", "provenance.json"])
def test_a_damaged_folder_keeps_the_models_that_it_has(convert: Convert, tmp_path: Path, name: str) -> None:
    save(LPRNet(), tmp_path / "reader.safetensors")
    model = tmp_path / "models" / "cpu-onnx" / "plate_reader" / "1" / "model.onnx"
    model.parent.mkdir(parents=True)
    model.write_text("the earlier one")
    (tmp_path / "models" / name).write_text("{")
    before = files(tmp_path)
    done = convert("reader", "--weights", tmp_path / "reader.safetensors", "--out", tmp_path / "models")
    assert done.code == 2
    assert f"{name} is not JSON" in done.said
    assert done.said.count("\n") == 1
    assert files(tmp_path) == before
    assert model.read_text() == "the earlier one"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--golden", "street.jpg"], "needs both --golden, its picture, and --labels"),
        (["--golden", "none.jpg", "--labels", "labels.json"], "There is no file none.jpg."),
        (["--golden", "text.jpg", "--labels", "labels.json"], "text.jpg is no picture"),
        (["--golden", "street.jpg", "--labels", "labels.json"], "Labels labels.json say nothing of street.jpg."),
    ],
)
def test_a_golden_sample_needs_a_picture_and_its_plates(
    convert: Convert,
    weights: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    sentence: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("street.jpg").write_bytes((EXAMPLES / "street.jpg").read_bytes())
    Path("text.jpg").write_text("no picture")
    Path("labels.json").write_text('{"files": [{"file": "other.jpg"}]}')
    done = convert("all", "--weights", weights, "--out", "models", *arguments)
    assert done.code == 2
    assert sentence in done.said
    assert not Path("models").exists()


def test_a_golden_picture_that_the_models_cannot_read_leaves_nothing_built(
    convert: Convert, weights: Path, tmp_path: Path
) -> None:
    """Weights as they are made read nothing."""
    street = EXAMPLES / "street.jpg"
    golden = ["--golden", street, "--labels", street.with_suffix(".json")]
    done = convert("all", "--weights", weights, "--out", tmp_path / "models", "--to", "onnx", *golden)
    assert done.code == 2
    assert "read no plate of" in done.said
    assert not (tmp_path / "models").exists()


def test_a_reader_of_pixels_takes_bytes_and_leaves_the_pipelines_models_alone(convert: Convert, tmp_path: Path) -> None:
    torch.save(LPRNet().state_dict(), tmp_path / "lprnet.pth")
    torch.save(SpatialTransformer().state_dict(), tmp_path / "stn.pth")
    out = tmp_path / "models"
    plain = ["--weights", tmp_path / "lprnet.pth", "--out", out, "--to", "onnx"]
    assert convert("reader", *plain).code == 0
    assert convert("rectifier", "--weights", tmp_path / "stn.pth", *plain[2:]).code == 0
    done = convert("reader", *plain, "--rectifier", tmp_path / "stn.pth", "--pixels")
    assert done.code == 0, done.said
    config = text_format.Parse((out / "cpu-onnx/plate_reader_pixels/config.pbtxt").read_text(), triton.ModelConfig())
    assert config.input[0].data_type == triton.TYPE_UINT8
    assert list(config.input[0].dims) == [24, 94, 3]
    models = ["plate_reader", "plate_reader_pixels", "plate_rectifier"]
    assert sorted(path.name for path in (out / "cpu-onnx").iterdir()) == models
    assert [weight.model for weight in provenance(out)] == [*models, "plate_rectifier_pixels"]
    assert convert("reader", *plain, "--pixels").code == 0
    assert [weight.model for weight in provenance(out)] == models


def test_the_pipeline_carries_its_modules_and_grammars(convert: Convert, tmp_path: Path) -> None:
    done = convert("pipeline", "--out", tmp_path, "--to", "onnx", "--version", "2")
    assert done.code == 0, done.said
    built = files(tmp_path / "cpu-onnx" / "plate_recognition")
    assert {"config.pbtxt", "2/model.py", "2/platerec_pipeline/decode.py"} <= set(built)
    assert "2/platerec_pipeline/grammars/ru.json" in built
    assert not [name for name in built if "test" in name or name.endswith(".pyc")]


def test_the_pipeline_carries_a_calibration(convert: Convert, tmp_path: Path) -> None:
    curve = tmp_path / "curve.json"
    curve.write_text('{"scores": [0, 1], "confidences": [0.1, 0.9]}')
    done = convert("pipeline", "--out", tmp_path / "models", "--to", "onnx", "--calibration", curve)
    assert done.code == 0, done.said
    carried = tmp_path / "models/cpu-onnx/plate_recognition/1/platerec_pipeline/calibration.json"
    assert carried.read_text() == curve.read_text()


def test_the_pipeline_carries_the_grammar_of_another_country(convert: Convert, tmp_path: Path) -> None:
    mine = tmp_path / "kz.json"
    mine.write_text('{"country": "kz", "symbols": {"L": "ABC", "D": "0123456789"}, "patterns": ["DDD LLL DD"]}')
    done = convert("pipeline", "--out", tmp_path / "models", "--to", "onnx", "--grammar", mine)
    assert done.code == 0, done.said
    carried = tmp_path / "models/cpu-onnx/plate_recognition/1/platerec_pipeline/grammars"
    assert sorted(path.name for path in carried.iterdir()) == ["any.json", "kz.json", "ru.json"]
    assert (carried / "kz.json").read_text() == mine.read_text()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("xx.json", None, "cannot be read: No such file"),
        ("xx.json", "{}", "is not a grammar: KeyError"),
        ("xx.json", "\xff", "is no text in UTF-8"),
        ("xx.json", '{"country": "x", "symbols": {"L": "Q"}, "patterns": ["L"]}', "does not know the symbol 'Q'"),
        ("my grammar.json", "{}", "cannot be named in a recognizer"),
    ],
)
def test_a_grammar_that_cannot_be_used_is_one_sentence(
    convert: Convert, tmp_path: Path, name: str, content: str | None, sentence: str
) -> None:
    if content is not None:
        (tmp_path / name).write_text(content, encoding="latin-1")
    done = convert("pipeline", "--out", tmp_path / "models", "--grammar", tmp_path / name)
    assert done.code == 2
    assert sentence in done.said
    assert not (tmp_path / "models").exists()


def test_a_damaged_calibration_is_one_sentence(convert: Convert, tmp_path: Path) -> None:
    (tmp_path / "curve.json").write_text("{}")
    done = convert("pipeline", "--out", tmp_path / "models", "--calibration", tmp_path / "curve.json")
    assert done.code == 2
    assert "curve.json is not a calibration" in done.said
    assert not (tmp_path / "models").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["reader", "--weights", "none.pth"], "Weights none.pth cannot be read: No such file or directory."),
        (["reader", "--weights", "stn.pth"], "another architecture than LPRNet"),
        (["rectifier", "--weights", "half.pth"], "half.pth is truncated"),
        (["detector", "--checkpoint", "none.pt"], "There is no checkpoint none.pt."),
        (["detector"], "Name either --weights, of the project's own network, or --checkpoint"),
        (["detector", "--weights", "stn.pth", "--checkpoint", "best.pt"], "Name either --weights"),
        (["detector", "--weights", "stn.pth"], "another architecture than PlateNet"),
        (["detector", "--weights", "code.pt"], "would run code when loaded"),
        (
            ["reference", "--data", "nowhere"],
            "The reference data nowhere has no lprnet.pth: put",
        ),
    ],
    ids=["missing", "architecture", "truncated", "checkpoint", "neither", "both", "detector", "code", "reference"],
)
def test_what_cannot_be_converted_is_one_sentence(
    convert: Convert, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    torch.save(SpatialTransformer().state_dict(), "stn.pth")
    torch.save(PlateNet(), "code.pt")
    Path("half.pth").write_bytes(Path("stn.pth").read_bytes()[:9_000])
    done = convert(*arguments, "--out", "models")
    assert done.code == 2
    assert sentence in done.said
    assert done.said.splitlines()[-1].startswith("platerec-convert: ")
    assert not Path("models").exists()


FULL_DISK = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
from platerec_convert.__main__ import main
main()
"""


@pytest.mark.parametrize("kind", ["onnx", "torchscript"])
def test_a_model_that_does_not_fit_on_the_disk_is_one_sentence(tmp_path: Path, kind: str) -> None:
    torch.save(LPRNet().state_dict(), tmp_path / "mine.pth")
    command = [sys.executable, "-c", FULL_DISK, "reader", "--weights", "mine.pth", "--out", "models", "--to", kind]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "platerec-convert: Cannot write to models: File too large.\n")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.pth"]


def test_an_unknown_format_is_named(convert: Convert, tmp_path: Path) -> None:
    done = convert("pipeline", "--out", tmp_path, "--to", "coreml")
    assert done.code == 2
    assert "'coreml' is not one of 'onnx', 'torchscript', 'tensorrt'" in done.said


def test_a_plan_without_trtexec_is_one_sentence(
    convert: Convert, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    torch.save(LPRNet().state_dict(), tmp_path / "mine.pth")
    done = convert("reader", "--weights", tmp_path / "mine.pth", "--out", tmp_path / "models", "--to", "tensorrt")
    assert done.code == 2
    assert done.said.startswith("platerec-convert: A TensorRT plan needs trtexec on PATH")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.pth"]
