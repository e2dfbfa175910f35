"""The graph of `plate_detector`: a whole frame in; boxes, scores and normalised crops out.

Resizing, the network, the choice of peaks and the cropping from the full frame's pixels are one module without
control flow, so that tracing it is right for frames of every size and it runs unchanged in ONNX Runtime, libtorch
and TensorRT. No constant in it names a device: the traced graph follows its input. (`x.to(y)` would write down the
device of y when it is traced; `x.type_as(y)` asks for it at each call.)
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from platerec_convert.networks.crops import QuadCropper, bounds_of, corners_of, readable

STRIDE = 32
"""The frame is resized to multiples of this, the coarsest stride of the networks that we know."""


@dataclass(frozen=True)
class DetectorSettings:
    """What is built into the graph. `long_side` is in pixels; `margin` is that of `QuadCropper`.

    The margin is what the reader is trained on for crops by corners (`synthetic.samples.draw_quad`), about twice the
    usual error of a corner: less would cut off the ends of plates, more would show them smaller.
    """

    long_side: int = 960
    candidates: int = 300
    max_boxes: int = 128
    score_floor: float = 0.05
    overlap: float = 0.5
    margin: tuple[float, float] = (0.08, 0.18)
    taps: int = 2


OF_CORNERS = DetectorSettings(score_floor=0.2)
"""For networks that find a plate's four corners."""

OF_BOXES = DetectorSettings(long_side=1280, margin=(0.1, 0.1))
"""For networks that find boxes, which hold more than the plate where it is slanted."""


class PlateDetector(nn.Module):
    """Wraps a network that maps `[1,3,h,w]` (BGR, 0..255) to corners `[A,4,2]` in pixels and scores `[A]`."""

    def __init__(self, network: nn.Module, settings: DetectorSettings) -> None:
        super().__init__()
        self.network = network
        self.settings = settings
        self.cropper = QuadCropper(settings.margin, settings.taps)

    def forward(self, frame: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """`[H,W,3]` uint8 BGR to boxes `[n,4]` in the frame's pixels, scores `[n]`, best first, crops `[n,3,24,94]`."""
        pixels = frame.permute(2, 0, 1).unsqueeze(0).to(torch.float32)
        size = torch._shape_as_tensor(frame)[:2]  # noqa: SLF001 - a traced `shape` would be a constant here
        resized_size = fitted_size(size, self.settings.long_side)
        quads, scores = self.network(resized(pixels, size, resized_size))
        scores, best = scores.topk(self.settings.candidates)
        quads = quads[best] * (size / resized_size).flip(0).type_as(quads)
        boxes = torch.minimum(bounds_of(quads).clamp(min=0), size.flip(0).repeat(2).type_as(quads))
        kept = self._kept(boxes, scores)
        boxes, scores, quads = boxes[kept], scores[kept], quads[kept]
        quads = torch.where(readable(quads)[:, None, None], quads, corners_of(boxes))
        return boxes, scores, self.cropper(pixels, quads)

    def _kept(self, boxes: Tensor, scores: Tensor) -> Tensor:
        """The places of the boxes, best first, that reach the floor and that no better one overlaps."""
        keep = (scores > self.settings.score_floor) & ~suppressed(boxes, self.settings.overlap)
        return keep.nonzero().squeeze(1)[: self.settings.max_boxes]


def fitted_size(size: Tensor, long_side: int) -> Tensor:
    """(height, width) scaled so that the longer is `long_side`, each rounded up to a multiple of the stride.

    Rounding stretches a side by less than a stride; that costs nothing that padding would save.
    """
    cells = size.max() * STRIDE
    return (size * long_side + cells - 1).div(cells, rounding_mode="floor") * STRIDE


def resized(pixels: Tensor, size: Tensor, target: Tensor) -> Tensor:
    """`[1,3,H,W]`, of this size, to `[1,3,h,w]`.

    Bilinear sampling sees two pixels a side: at half the size or more that is all of them. A frame that is to shrink
    further (4K) goes by twice the target, halved exactly; for others the first step does all and the second nothing.
    """
    halved = (size.max() * 2 > target.max() * 5).to(torch.int64) + 1
    for step in (target * halved, target):
        pixels = functional.interpolate(pixels, size=(step[0], step[1]), mode="bilinear")  # type: ignore[arg-type]
    return pixels


def suppressed(boxes: Tensor, overlap: float) -> Tensor:
    """Which of the boxes, best first, overlap a better one: `[n,4]` -> `[n]`.

    All pairs at once ("fast NMS", Bolya et al., arXiv:1904.02689): no loop, so no special operator. A box is also
    dropped for one that is itself dropped; plates do not pile up, so that this costs nothing here. Boxes smaller
    than a pixel, or no number, are dropped too.
    """
    x1, y1, x2, y2 = boxes.unbind(1)
    across = (torch.minimum(x2[:, None], x2) - torch.maximum(x1[:, None], x1)).clamp(min=0)
    down = (torch.minimum(y2[:, None], y2) - torch.maximum(y1[:, None], y1)).clamp(min=0)
    shared = across * down
    area = (x2 - x1) * (y2 - y1)
    union = area[:, None] + area - shared
    better = torch.ones_like(shared).triu(diagonal=1)
    return ((shared > overlap * union).type_as(shared) * better).amax(dim=0).bool() | ~(area >= 1)
