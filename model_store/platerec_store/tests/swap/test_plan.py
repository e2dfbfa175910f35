"""The next actions follow from what is wanted and what is there, from any starting point."""

from dataclasses import replace

from platerec_store.release.manifest import PIPELINE
from platerec_store.swap.plan import LoadModel, Pin, Place, Pod, build_plan, build_preparation
from platerec_store.swap.wanted import Wanted, WantedFile, WantedModel


def model(name: str, content: str = "same") -> WantedModel:
    return WantedModel(name=name, files=(WantedFile(key=content, path="1/model.py", size=1, etag=content),))


def wanted(release: str = "r1", reader: str = "plate_reader_v1", pipeline: str = "same") -> Wanted:
    models = (model("plate_detector_v1"), model(reader), model(PIPELINE, pipeline))
    calls = {"plate_detector": "plate_detector_v1", "plate_reader": reader}
    return Wanted(release=release, manifest=release, profile="cpu-onnx", models=models, calls=calls)


def serving(release: Wanted) -> Pod:
    """A pod that serves a release, and has done so for long."""
    content = {each.name: each.fingerprint for each in release.models}
    return Pod(placed=content, ready=release.names, loaded=content, pins=release.pins)


def words(pod: Pod, target: Wanted) -> list[str]:
    """A plan in short."""
    said = []
    for action in build_plan(target, pod):
        match action:
            case Place(each):
                said.append(f"Place {each.name}")
            case LoadModel(each):
                said.append(f"Load {each.name}")
            case Pin(path, pins):
                said.append(f"Pin {path} {pins.release}")
    return said


def test_an_empty_pod_gets_everything_and_the_pipeline_last() -> None:
    assert words(Pod(), wanted()) == [
        "Place plate_detector_v1",
        "Load plate_detector_v1",
        "Place plate_reader_v1",
        "Load plate_reader_v1",
        "Pin .pins/plate_recognition-1.json r1",
        "Place plate_recognition",
        "Load plate_recognition",
    ]


def test_a_pod_that_serves_what_is_wanted_has_nothing_to_do() -> None:
    assert words(serving(wanted()), wanted()) == []


def test_another_reader_is_loaded_beside_the_old_one() -> None:
    pod = serving(wanted())
    assert words(pod, wanted("r2", "plate_reader_v2")) == [
        "Place plate_reader_v2",
        "Load plate_reader_v2",
        "Pin .pins/plate_recognition-1.json r2",
    ]


def test_a_triton_that_forgot_everything_is_loaded_and_nothing_is_placed() -> None:
    pod = replace(serving(wanted()), ready=frozenset())
    assert words(pod, wanted()) == ["Load plate_detector_v1", "Load plate_reader_v1", "Load plate_recognition"]


def test_an_agent_that_forgot_what_it_loaded_loads_once_more() -> None:
    pod = replace(serving(wanted()), loaded={})
    assert words(pod, wanted()) == ["Load plate_detector_v1", "Load plate_reader_v1", "Load plate_recognition"]


def test_a_changed_pipeline_is_replaced_after_the_commit() -> None:
    pod = serving(wanted())
    target = wanted("r2", pipeline="new")
    assert words(pod, target) == [
        "Pin .pins/plate_recognition-1.json r2",
        "Place plate_recognition",
        "Load plate_recognition",
    ]


def test_a_preparation_touches_neither_pins_nor_pipeline() -> None:
    target = wanted("r2", "plate_reader_v2", pipeline="new")
    actions = build_preparation(target, serving(wanted()))
    assert actions == (Place(model("plate_reader_v2")), LoadModel(model("plate_reader_v2")))


def test_from_any_interruption_the_plans_lead_to_the_goal() -> None:
    """Cut a swap off after each of its actions: what follows is exactly the rest."""
    start, goal = serving(wanted()), wanted("r2", "plate_reader_v2", pipeline="new")
    whole = build_plan(goal, start)
    pod = start
    for done, action in enumerate(whole):
        assert build_plan(goal, pod) == whole[done:]
        pod = after(pod, action)
    assert words(pod, goal) == []


def after(pod: Pod, action: Place | LoadModel | Pin) -> Pod:
    match action:
        case Place(each):
            return replace(pod, placed={**pod.placed, each.name: each.fingerprint})
        case LoadModel(each):
            loaded = {**pod.loaded, each.name: each.fingerprint}
            return replace(pod, ready=pod.ready | {each.name}, loaded=loaded)
        case Pin(_, pins):
            return replace(pod, pins=pins)
