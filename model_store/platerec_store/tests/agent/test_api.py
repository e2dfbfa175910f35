"""The API answers who knows the token, and takes only decisions."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from platerec_store.agent.api import build_app
from platerec_store.agent.board import Board
from platerec_store.release.decision import Decision
from platerec_store.release.manifest import digest_of
from platerec_store.release.report import Report
from platerec_store.release.source import S3, Source

DECISION = Decision(release="r1", manifest=digest_of(b""), profile="cpu-onnx", source=Source(s3=S3(bucket="plates")))
TOKEN = {"Authorization": "Bearer secret"}


class Api:
    """The API of an agent, what it was told, and a client of it."""

    def __init__(self, folder: Path) -> None:
        self.token_file = folder / "token"
        self.token_file.write_text("secret\n")
        self.taken: list[Decision] = []
        self.board = Board()
        self.client = TestClient(TestServer(build_app(self.board, self.taken.append, self.token_file)))


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[Api]:
    api = Api(tmp_path)
    async with api.client:
        yield api


async def test_the_status_is_the_report(api: Api) -> None:
    api.board.target("r1", 0)
    answer = await api.client.get("/status", headers=TOKEN)
    assert answer.status == 200
    assert Report.parse(await answer.read(), "") == Report(target="r1", step="Waiting")


async def test_a_target_is_taken(api: Api) -> None:
    answer = await api.client.put("/target", headers=TOKEN, data=DECISION.to_json())
    assert answer.status == 202
    assert api.taken == [DECISION]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"no", "the decision is not JSON"),
        (b'{"release": "r1"}', "the decision: manifest: Field required."),
        (b'{"schemaNumber": 2}', "the decision has schema 2"),
    ],
)
async def test_what_is_no_decision_gets_a_sentence(api: Api, body: bytes, sentence: str) -> None:
    answer = await api.client.put("/target", headers=TOKEN, data=body)
    assert answer.status == 400
    assert (await answer.text()).startswith(sentence)
    assert api.taken == []


async def test_a_flood_is_no_decision(api: Api) -> None:
    answer = await api.client.put("/target", headers=TOKEN, data=b" " * (1 << 20))
    assert answer.status == 413


@pytest.mark.parametrize("header", ["", "Bearer ", "Bearer wrong", "secret", "Bearer s\u00e9cret"])
async def test_without_the_token_nothing_is_told_or_taken(api: Api, header: str) -> None:
    for method, path in (("GET", "/status"), ("PUT", "/target"), ("GET", "/elsewhere")):
        answer = await api.client.request(
            method, path, headers={"Authorization": header} if header else {}, data=DECISION.to_json()
        )
        assert answer.status == 401
    assert api.taken == []


async def test_a_rotated_token_counts_at_once(api: Api) -> None:
    api.token_file.write_text("rotated")
    assert (await api.client.get("/status", headers=TOKEN)).status == 401
    assert (await api.client.get("/status", headers={"Authorization": "Bearer rotated"})).status == 200


@pytest.mark.parametrize("content", ["", None])
async def test_without_a_token_file_nobody_is_let_in(api: Api, content: str | None) -> None:
    api.token_file.unlink() if content is None else api.token_file.write_text(content)
    assert (await api.client.get("/status", headers={"Authorization": "Bearer "})).status == 401


async def test_probes_and_metrics_need_no_token(api: Api) -> None:
    assert (await api.client.get("/healthz")).status == 200
    answer = await api.client.get("/metrics")
    assert answer.status == 200
    assert "platerec_agent_fetched_bytes_total" in await answer.text()
