from datetime import UTC, datetime

from platerec_operator.api.lookup import Found, Lookup
from platerec_operator.api.recognizer import Recognizer
from platerec_operator.plan.decide import Decided
from platerec_operator.plan.decide import decide_release as decide
from platerec_operator.plan.look import Look
from platerec_operator.plan.remembered import Rollout
from platerec_operator.tests.make import DIGEST, make_decision, make_recognizer
from platerec_store.release.decision import Decision
from platerec_store.release.reasons import Reason
from platerec_store.release.report import Fault

NEW = Found("2026.11.4", "sha256:" + "2" * 64)
OUTAGE = Fault(reason=Reason.STORE_UNREACHABLE, message="The store does not answer.", transient=True)


def decide_release(recognizer: Recognizer, held: Decision | None, lookup: Lookup) -> Decided:
    """With no pod that serves."""
    return decide(Look(recognizer, held, lookup, (), Rollout(), datetime(2026, 11, 23, tzinfo=UTC)))


def test_what_the_store_names_is_decided() -> None:
    recognizer = make_recognizer(pipeline={"maxPlates": 8})
    decided = decide_release(recognizer, None, NEW)
    assert decided.fault is None
    assert decided.decision is not None
    assert (decided.decision.release, decided.decision.manifest) == (NEW.release, NEW.manifest)
    assert decided.decision.pipeline.max_plates == 8


def test_what_is_decided_anew_is_newer_than_all_before() -> None:
    recognizer = make_recognizer()
    first = decide_release(recognizer, None, Found("2026.11.3", DIGEST)).decision
    second = decide_release(recognizer, first, NEW).decision
    assert first is not None
    assert second is not None
    later = decide(Look(recognizer, None, NEW, (), Rollout(), datetime(2026, 11, 24, tzinfo=UTC))).decision
    assert later is not None
    assert first.revision < second.revision < later.revision


def test_nothing_is_decided_before_the_store_answers() -> None:
    assert decide_release(make_recognizer(), None, None).decision is None


def test_a_new_release_replaces_the_held_one() -> None:
    recognizer = make_recognizer()
    decision = decide_release(recognizer, make_decision(recognizer, revision=4), NEW).decision
    assert decision is not None
    assert (decision.release, decision.revision) == (NEW.release, 5)


def test_an_outage_keeps_the_held_release_and_says_why() -> None:
    recognizer = make_recognizer()
    held = make_decision(recognizer)
    decided = decide_release(recognizer, held, OUTAGE)
    assert decided.decision == held
    assert decided.fault == OUTAGE


def test_settings_of_the_pipeline_change_even_during_an_outage() -> None:
    held = make_decision(make_recognizer())
    decision = decide_release(make_recognizer(pipeline={"maxPlates": 8}), held, OUTAGE).decision
    assert decision is not None
    assert decision.pipeline.max_plates == 8


def test_a_held_release_keeps_its_source_until_the_new_one_has_answered() -> None:
    held = make_decision(make_recognizer())
    moved = make_recognizer(models={"source": {"s3": {"bucket": "elsewhere"}}})
    decision = decide_release(moved, held, None).decision
    assert decision is not None
    assert decision.source.s3.bucket == "plates"


def test_paused_updates_keep_the_held_release() -> None:
    recognizer = make_recognizer(models={"update": {"paused": True}})
    held = make_decision(recognizer)
    assert decide_release(recognizer, held, NEW).decision == held


def test_a_paused_recognizer_gets_its_first_release() -> None:
    recognizer = make_recognizer(models={"update": {"paused": True}})
    assert decide_release(recognizer, None, NEW).decision is not None


def test_a_release_that_changed_behind_its_name_is_not_served() -> None:
    recognizer = make_recognizer()
    held = make_decision(recognizer)
    decided = decide_release(recognizer, held, Found(held.release, "sha256:" + "9" * 64))
    assert decided.decision is not None
    assert decided.decision.manifest == DIGEST
    assert decided.fault is not None
    assert decided.fault.reason is Reason.MANIFEST_CHANGED
