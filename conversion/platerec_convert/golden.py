"""Golden samples: pictures with known plates that every pod reads before a release is served."""

import shutil
from pathlib import Path

import numpy as np

from platerec_convert.errors import ConversionError
from platerec_convert.evaluation.answers import Recognizer
from platerec_convert.evaluation.frames import PICTURES, read_frames
from platerec_convert.evaluation.labels import read_labels
from platerec_convert.evaluation.overlap import match_boxes
from platerec_convert.folder import Stage, write_document
from platerec_store.release.folder import GoldenList, GoldenPicture
from platerec_store.release.manifest import ExpectedPlate


def labelled_picture(picture: Path, labels: Path) -> GoldenPicture:
    """The sample of a picture that `labels.json` has; only plates whose text somebody can read must be given."""
    if picture.suffix.lower() not in PICTURES:
        raise ConversionError(f"A golden sample is one picture, {picture} is none: give it a JPEG or PNG.")
    next(read_frames(picture))  # what is no picture is said before anything is built
    for labelled in read_labels(labels).files:
        if Path(labelled.file).name == picture.name:
            seen = [(plate.text, plate.box_at(0)) for plate in labelled.plates if not plate.optional]
            plates = tuple(ExpectedPlate(text=text, box=box) for text, box in seen if text and box)
            return GoldenPicture(picture=picture.name, plates=plates)
    raise ConversionError(f"Labels {labels} say nothing of {picture.name}.")


def as_read(sample: GoldenPicture, picture: Path, recognizer: Recognizer) -> GoldenPicture:
    """The sample with those of its plates that the release finds and reads without a mistake.

    A golden sample shows whether a pod answers as the release does, not how good the release is: that is measured.
    Raises ConversionError when it reads none of the plates, or finds one where there is none to read.
    """
    (frame,) = read_frames(picture)
    answer = recognizer.recognize(frame).plates
    if not sample.plates:
        if len(answer.boxes):
            raise ConversionError(f"The models find a plate in {picture}, which has none to read by its labels.")
        return sample
    labelled = np.array([plate.box for plate in sample.plates], np.float32).reshape(-1, 4)
    pairs = match_boxes(labelled, answer.boxes, sample.iou)
    read = sorted(one for one, other in pairs if answer.texts[other] == sample.plates[one].text)
    if not read:
        raise ConversionError(f"The models read no plate of {picture} as its labels say: give them another picture.")
    return sample.model_copy(update={"plates": tuple(sample.plates[number] for number in read)})


def add_golden(picture: Path, sample: GoldenPicture, stage: Stage) -> None:
    """The picture and its plates, in place of the golden samples that were there."""
    golden = stage.built / "golden"
    golden.mkdir()
    shutil.copy(picture, golden / sample.picture)
    write_document(golden / "golden.json", GoldenList(samples=(sample,)))
