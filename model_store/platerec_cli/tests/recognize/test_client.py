"""The client over real sockets: the same answers and the same sentences whatever the protocol."""

import socket

import grpc
import numpy as np
import pytest

from platerec_cli.recognize.client import Answer, Client, Frame, Plate, Protocol, ServerError
from platerec_cli.tests.recognize.fake_triton import SCORED, Script

PIPELINE = "plate_recognition"


def ask(url: str, protocol: Protocol, frame: Frame) -> Answer:
    with Client(url, protocol, PIPELINE) as client:
        return client.recognize(frame)


def test_an_answer_carries_release_texts_scores_and_boxes(url: str, protocol: Protocol, frame: Frame) -> None:
    answer = ask(url, protocol, frame)
    assert answer.release == "2026.11.3"
    assert [plate.text for plate in answer.plates] == ["A123BC77", "K456MH190"]
    assert answer.plates[0].box == (40, 60, 120, 90)
    assert [plate.text_score for plate in answer.plates] == pytest.approx([0.9, 0.8])
    assert [plate.detection_score for plate in answer.plates] == pytest.approx([0.9, 0.8])


def test_a_frame_without_plates_is_an_answer_without_plates(
    url: str, protocol: Protocol, script: Script, frame: Frame
) -> None:
    script.plates = []
    assert ask(url, protocol, frame) == Answer("2026.11.3", ())


def test_a_pipeline_that_gives_neither_scores_nor_release_is_understood(
    url: str, protocol: Protocol, script: Script, frame: Frame
) -> None:
    script.outputs, script.release = ("coordinates", "texts"), None
    script.plates = script.plates[:1]
    assert ask(url, protocol, frame) == Answer(None, (Plate("A123BC77", (40, 60, 120, 90)),))


def test_a_server_that_sets_no_response_parameters_names_the_release_in_an_output(
    url: str, protocol: Protocol, script: Script, frame: Frame
) -> None:
    script.outputs, script.release = (*SCORED, "release"), None
    assert ask(url, protocol, frame).release == "from-an-output"


def test_a_full_hd_frame_arrives_whole(url: str, protocol: Protocol, script: Script) -> None:
    ask(url, protocol, np.zeros((1080, 1920, 3), np.uint8))
    assert script.shapes == [[1080, 1920, 3]]


def test_a_model_that_is_not_ready_is_named(url: str, protocol: Protocol, script: Script, frame: Frame) -> None:
    script.ready = False
    with pytest.raises(ServerError, match=f"Model 'plate_recognition' at {url} is not ready"):
        ask(url, protocol, frame)


def test_a_model_that_is_no_pipeline_is_named(url: str, protocol: Protocol, script: Script, frame: Frame) -> None:
    script.outputs = ("texts",)
    with pytest.raises(ServerError, match="gives no coordinates and texts"):
        ask(url, protocol, frame)


def test_a_refused_request_gives_the_servers_own_words(
    url: str, protocol: Protocol, script: Script, frame: Frame
) -> None:
    script.refusal = "input__0 must have three\nchannels"
    with pytest.raises(ServerError, match=r"refused the request: .*must have three channels") as error:
        ask(url, protocol, frame)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("protocol", [Protocol.GRPC])
def test_a_pipeline_without_its_models_is_not_taken_for_a_server_that_is_not_there(
    url: str, protocol: Protocol, script: Script, frame: Frame
) -> None:
    script.refusal, script.refusal_code = "plate_detector_v1 is not ready", grpc.StatusCode.UNAVAILABLE
    with pytest.raises(ServerError, match=f"Triton at {url} cannot answer now, try again: .*plate_detector_v1"):
        ask(url, protocol, frame)


def test_a_closed_port_is_a_sentence_that_says_what_to_do(protocol: Protocol, frame: Frame) -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        url = f"127.0.0.1:{reserved.getsockname()[1]}"
        with pytest.raises(ServerError, match=f"No Triton answers at {url} over {protocol}: .*port-forward"):
            ask(url, protocol, frame)


def test_an_unknown_host_is_a_sentence(protocol: Protocol, frame: Frame) -> None:
    with pytest.raises(ServerError, match=f"at no.such.host.invalid:8001 over {protocol}"):
        ask("no.such.host.invalid:8001", protocol, frame)


@pytest.mark.parametrize("url", ["http://localhost:8000", "localhost", "localhost:http", "localhost:80010"])
def test_what_is_no_host_and_port_is_a_sentence(protocol: Protocol, frame: Frame, url: str) -> None:
    with pytest.raises(ServerError, match=f"'{url}' is no address: give host:port with --url"):
        ask(url, protocol, frame)
