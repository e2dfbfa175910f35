"""Parity through a real Triton: each answer is the network's, alone and among other people's plates."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import pytest
import torch
from tritonclient.grpc import InferenceServerClient, InferInput

from platerec_convert.export.interface import crops_interface, frame_interface
from platerec_convert.export.parity import Answer, compare, largest_difference, torch_answer
from platerec_convert.export.profiles import PROFILES, USUAL_PROFILES, Conversion, Effort, build_version
from platerec_convert.networks.detector import DetectorSettings, PlateDetector
from platerec_convert.networks.fused import RectifyingReader
from platerec_convert.networks.lprnet import LPRNet
from platerec_convert.networks.stn import SpatialTransformer
from platerec_convert.tests.networks.boxes import DarkSpots
from platerec_testing.triton import TritonServer

pytestmark = [pytest.mark.triton, pytest.mark.filterwarnings("ignore:.*torch.*:")]


def conversions() -> list[Conversion]:
    torch.manual_seed(5)
    rectifier, reader = SpatialTransformer().eval(), LPRNet().eval()
    detector = PlateDetector(DarkSpots(), DetectorSettings(long_side=320, score_floor=0.7)).eval()
    crops, texts, effort = crops_interface(), crops_interface(reads=True), Effort(1, 1)
    return [
        Conversion("plate_detector", detector, frame_interface(), effort),
        Conversion("plate_rectifier", rectifier, crops, effort),
        Conversion("plate_reader", reader, texts, effort),
        Conversion("fused_reader", RectifyingReader(rectifier, reader).eval(), texts, effort),
    ]


CONVERSIONS = {conversion.model: conversion for conversion in conversions()}


@pytest.fixture(scope="module", params=USUAL_PROFILES)
def client(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[InferenceServerClient]:
    repository = tmp_path_factory.mktemp("repository")
    for model, conversion in CONVERSIONS.items():
        build_version(conversion, PROFILES[request.param], repository / model / "1")
    with TritonServer(repository) as triton, InferenceServerClient(triton.grpc_url) as client:
        for model in CONVERSIONS:
            client.load_model(model)
        yield client


def ask(client: InferenceServerClient, model: str, example: torch.Tensor) -> Answer:
    array = example.numpy()
    tensor = InferInput("input__0", list(array.shape), {"uint8": "UINT8", "float32": "FP32"}[str(array.dtype)])
    tensor.set_data_from_numpy(np.ascontiguousarray(array))
    result = client.infer(model, [tensor])
    return [result.as_numpy(name) for name in CONVERSIONS[model].interface.outputs]


@pytest.mark.parametrize("model", list(CONVERSIONS))
def test_triton_answers_as_the_network_does(client: InferenceServerClient, model: str) -> None:
    conversion = CONVERSIONS[model]
    comparison = compare(conversion.network, conversion.interface, lambda example: ask(client, model, example))
    assert comparison.max_difference <= conversion.interface.tolerance
    assert (comparison.batch_difference or 0) <= conversion.interface.tolerance
    assert not comparison.changed_texts


@pytest.mark.parametrize("model", ["plate_rectifier", "plate_reader", "fused_reader"])
def test_requests_that_triton_batches_do_not_touch_each_other(client: InferenceServerClient, model: str) -> None:
    conversion = CONVERSIONS[model]
    crops = conversion.interface.examples[-1]
    alone = [torch_answer(conversion.network, crops[index : index + 1]) for index in range(len(crops))]
    with ThreadPoolExecutor(len(crops)) as pool:
        asked: list[Future[Answer]] = [
            pool.submit(ask, client, model, crops[index : index + 1]) for index in range(len(crops))
        ]
        differences = [largest_difference(one, other.result()) for one, other in zip(alone, asked, strict=True)]
    (statistics,) = client.get_inference_statistics(model).model_stats
    assert statistics.execution_count < statistics.inference_count  # some were served in one batch
    assert max(differences) <= conversion.interface.tolerance
