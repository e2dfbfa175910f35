from dataclasses import replace

from platerec_operator.api.recognizer import RecognizerSpec
from platerec_operator.plan.remembered import digest_spec
from platerec_operator.tests.make import make_recognizer


class NewerSpec(RecognizerSpec):
    """Of an operator that knows one setting more."""

    added: int = 3


def test_a_verdict_outlives_an_operator_that_did_not_know_a_setting_yet() -> None:
    recognizer = make_recognizer()
    told = recognizer.spec.model_dump()
    upgraded = replace(recognizer, spec=NewerSpec.model_validate(told))
    assert digest_spec(upgraded) == digest_spec(recognizer)
    changed = replace(recognizer, spec=NewerSpec.model_validate({**told, "added": 4}))
    assert digest_spec(changed) != digest_spec(recognizer)
