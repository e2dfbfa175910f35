"""What a soak comes to: failed and mixed answers and wrong endings, by the fault that they belong to. Pure.

A request belongs to the fault after whose beginning it was due. Where a Triton was killed, requests that were under
way then or were due within `AFTER_KILL` seconds may fail: clients are still sent to the dead pod. No other may.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from bench.judge import Span
from bench.records import Request
from bench.whole import Expected, is_whole

AFTER_KILL = 8.0
"""Seconds until every client is sent elsewhere: the kubelet looks each second, and then all nodes are told."""


@dataclass(frozen=True)
class Played:
    """One fault as it was played, and what the status said once the fleet was at rest.

    `serves` and `rejects` (release -> reason) are what must be; `active` and `told` (entries of the history that are
    new) what was. `kills`: when a Triton was killed. `trouble`: why it came to no end.
    """

    fault: str
    began: float
    settled: float
    serves: str
    active: str
    rejects: Mapping[str, str] = field(default_factory=dict)
    told: Sequence[Mapping[str, str]] = ()
    kills: Sequence[Span] = ()
    notes: Sequence[str] = ()
    trouble: str = ""


@dataclass(frozen=True)
class Chapter:
    """What one fault came to. `last_failed_s`: seconds from the last kill (or the beginning) to the last failure."""

    fault: str
    took_s: float
    requests: int
    failed: int
    failed_unexplained: int
    last_failed_s: float | None
    errors: Mapping[str, int]
    mixed: Sequence[str]
    wrong: Sequence[str]
    notes: Sequence[str]


def judge_soak(
    requests: Sequence[Request], played: Sequence[Played], expected: Expected, barred: Collection[str]
) -> list[Chapter]:
    """A chapter for each fault, the first for the time before them all. Releases that are `barred` may never answer."""
    begins = [each.began for each in played]
    shares: list[list[Request]] = [[] for _ in range(len(played) + 1)]
    for request in requests:
        shares[bisect_right(begins, request.at)].append(request)
    calm = Played("none", requests[0].at if requests else 0, begins[0] if begins else 0, "", "")
    return [_judge(one, share, expected, barred) for one, share in zip([calm, *played], shares, strict=True)]


def find_wrong(played: Played) -> list[str]:
    """What the status should not have said in the end, as sentences."""
    if played.trouble:  # what must be is not known
        return [played.trouble]
    wrong = []
    if played.active != played.serves:
        wrong.append(f"{played.active or 'nothing'} is active, {played.serves} must be")
    rejected = {each["release"]: each.get("reason", "") for each in played.told if each["result"] == "Rejected"}
    for release, reason in played.rejects.items():
        if rejected.get(release) != reason:
            said = f"{rejected[release]!r} of it" if release in rejected else "nothing of it"
            wrong.append(f"{release} must be rejected with {reason!r}, the history says {said}")
    wrong += [f"{each} was rejected ({rejected[each]})" for each in rejected if each not in played.rejects]
    return wrong


def is_explained(request: Request, kills: Sequence[Span]) -> bool:
    """Whether a failed request may be due to a Triton that was killed."""
    return any(kill.began <= request.end and request.at <= kill.ended + AFTER_KILL for kill in kills)


def build_line(chapters: Sequence[Chapter]) -> dict[str, int]:
    """The last line; faults that ended wrongly are counted, not the sentences about them."""
    return {
        "faults": len(chapters) - 1,
        "requests": sum(each.requests for each in chapters),
        "failed": sum(each.failed for each in chapters),
        "failed_unexplained": sum(each.failed_unexplained for each in chapters),
        "mixed": sum(len(each.mixed) for each in chapters),
        "wrong_active": sum(bool(each.wrong) for each in chapters),
    }


def _judge(played: Played, requests: Sequence[Request], expected: Expected, barred: Collection[str]) -> Chapter:
    failed = [request for request in requests if request.error]
    unexplained = [request for request in failed if not is_explained(request, played.kills)]
    since = played.kills[-1].began if played.kills else played.began
    return Chapter(
        fault=played.fault,
        took_s=round(played.settled - played.began, 1),
        requests=len(requests),
        failed=len(failed),
        failed_unexplained=len(unexplained),
        last_failed_s=round(max(each.at for each in failed) - since, 2) if failed else None,
        errors=dict(Counter(f"{each.protocol}: {each.error}" for each in failed)),
        mixed=[why for each in requests if (why := _find_mixed(each, played, expected, barred))],
        wrong=[*find_wrong(played), *_find_late(requests, played)] if played.serves else [],
        notes=played.notes,
    )


def _find_mixed(request: Request, played: Played, expected: Expected, barred: Collection[str]) -> str | None:
    """What is wrong with an answer, if there is one."""
    answer = request.answer
    if answer is None or is_whole(expected, request):
        return None
    rejected = answer.release in barred
    why = "an answer of a release that must be rejected" if rejected else "not wholly of the release that it names"
    return f"{request.at - played.began:.2f} s after the fault began, {request.protocol}, {why}: {answer}"


def _find_late(requests: Sequence[Request], played: Played) -> list[str]:
    """Answers of other releases, once one alone was said to serve."""
    late = [each.answer.release for each in requests if each.answer and each.at >= played.settled]
    others = Counter(release for release in late if release != played.serves)
    if played.trouble or not others:
        return []
    return [
        f"{count} answers of {release} after the fleet was at rest on {played.serves}"
        for release, count in others.items()
    ]
