"""Pictures on disk as frames."""

from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from platerec_store.release.faults import FaultError
from platerec_store.release.reasons import Reason


def read_picture(path: Path) -> NDArray[np.uint8]:
    """Height, width, 3: BGR. FaultError (GateFailed) when it is no picture: nothing can be compared with it.

    OSError when the file cannot be read, which is no fault of the picture.
    """
    content = BytesIO(path.read_bytes())
    try:
        with Image.open(content) as picture:
            upright = np.asarray(ImageOps.exif_transpose(picture).convert("RGB"))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        message = f"The golden picture {path.name} cannot be read: {error}."
        raise FaultError(Reason.GATE_FAILED, message) from error
    return np.ascontiguousarray(upright[..., ::-1])
