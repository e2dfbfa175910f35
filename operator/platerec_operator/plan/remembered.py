"""What the operator remembers of a recognizer's releases, beside the decision: `rollout.json` in the same ConfigMap."""

from typing import Self

from platerec_operator.api.recognizer import Recognizer
from platerec_operator.api.rejection import Rejection
from platerec_store.release.decision import Choice
from platerec_store.release.document import Document
from platerec_store.release.manifest import digest_of

_MOST = 10
"""Rejections that are remembered; a release that comes back after so many others is simply tried again."""


class Rollout(Document):
    """`rejected`: verdicts, newest last. `rolled`: the revision by which pods were last replaced, and the one before.

    The pod template names `rolled`, so that another one replaces the pods, and the one before brings back the others.
    `proven`: while a release is prepared that came before the one that serves had baked, the last that has.
    """

    rejected: tuple[Rejection, ...] = ()
    rolled: str | None = None
    rolled_before: str | None = None
    proven: Choice | None = None

    def verdict_on(self, manifest: str, recognizer: Recognizer) -> Rejection | None:
        """Why a release must not serve; None when nobody has found out, or under another spec."""
        spec = digest_spec(recognizer)
        found = (each for each in self.rejected if (each.manifest, each.spec) == (manifest, spec))
        return next(found, None)

    def reject(self, rejection: Rejection) -> Self:
        """The same with one more verdict."""
        return self.model_copy(update={"rejected": (*self.rejected, rejection)[-_MOST:]})

    def acquit(self, manifest: str) -> Self:
        """The same without verdicts on a release that has served well in the end."""
        return self.model_copy(
            update={"rejected": tuple(each for each in self.rejected if each.manifest != manifest), "proven": None}
        )

    def roll(self, revision: int) -> Self:
        """The same, for pods that shall be replaced."""
        return self.model_copy(update={"rolled": str(revision), "rolled_before": self.rolled})

    def roll_back(self) -> Self:
        """The same, for pods of the release before."""
        return self.model_copy(update={"rolled": self.rolled_before, "rolled_before": self.rolled})


def digest_spec(recognizer: Recognizer) -> str:
    """What a verdict depends on beside the release: the spec without the number of pods, which an autoscaler sets."""
    return digest_of(recognizer.spec.model_dump_json(exclude={"replicas"}, exclude_defaults=True).encode())
