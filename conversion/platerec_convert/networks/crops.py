"""Crops of plates, cut from the full frame's pixels by four corners.

Corners are x, y of a plate's top left, top right, bottom right and bottom left as who reads it sees them, in pixels;
(0, 0) is the outer edge of the frame's first pixel. No constant here names a device, and nothing is a loop or a branch:
the graph is traced once, for any frame and any number of plates.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

CROP_HEIGHT, CROP_WIDTH = 24, 94

SKEWED = 0.25
"""The least ratio of the triangles at a plate's corners. A plate seen from two of its widths away, almost from the
side, still has 0.6; what is below is no plate's outline."""


class QuadCropper(nn.Module):
    """Samples each plate, with a margin around it, to a normalised crop.

    `margin` is what is added left and right, above and below, as shares of the plate's width and height. A crop's pixel
    is the mean of `taps`x`taps` bilinear samples, so that large plates are shrunk without aliasing.
    """

    places: Tensor

    def __init__(self, margin: tuple[float, float], taps: int) -> None:
        super().__init__()
        self.taps = taps
        across, down = (
            sample_places(count * taps, share) for count, share in zip((CROP_WIDTH, CROP_HEIGHT), margin, strict=True)
        )
        v, u = torch.meshgrid(down, across, indexing="ij")
        self.register_buffer("places", torch.stack([u, v]).flatten(1), persistent=False)

    def forward(self, pixels: Tensor, quads: Tensor) -> Tensor:
        """`[1,3,H,W]` and corners `[n,4,2]` to `[n,3,24,94]`, as `(x - 127.5) / 128`; the frame's edge is repeated."""
        side = torch._shape_as_tensor(pixels)[2:].flip(0).type_as(quads)  # noqa: SLF001 - a traced `shape` is a constant
        rows, columns = CROP_HEIGHT * self.taps, CROP_WIDTH * self.taps
        grid = points_in(quads * 2 / side - 1, self.places).reshape(1, -1, columns, 2)
        samples = functional.grid_sample(pixels, grid, padding_mode="border", align_corners=False)
        crops = samples.view(3, -1, rows, columns).transpose(0, 1)
        return (functional.avg_pool2d(crops, self.taps) - 127.5) / 128


def sample_places(count: int, margin: float) -> Tensor:
    """The middles of `count` equal parts of the side 0..1, widened by the margin at both ends: `[count]`."""
    parts = (torch.arange(count) + 0.5) / count
    return parts * (1 + 2 * margin) - margin


def points_in(quads: Tensor, places: Tensor) -> Tensor:
    """Where places (u, v) of the unit square, `[2,m]`, lie in each quadrangle `[n,4,2]`: `[n,m,2]`.

    The map of a square to a quadrangle in closed form: Heckbert, "Fundamentals of Texture Mapping and Image Warping",
    1989, section 2.2.3. In single steps, not as a product of matrices: GPUs multiply those in fewer digits.
    """
    u, v = places[0], places[1]
    p0, p1, p2, p3 = quads.unsqueeze(3).unbind(1)
    bend, far_side, low_side = p0 - p1 + p2 - p3, p1 - p2, p3 - p2
    area = cross(far_side, low_side)
    g, h = cross(bend, low_side) / area, cross(far_side, bend) / area
    across, down = p1 - p0 + g * p1, p3 - p0 + h * p3
    return ((p0 + across * u + down * v) / (1 + g * u + h * v)).transpose(1, 2)


def cross(one: Tensor, other: Tensor) -> Tensor:
    """The area that two vectors span, positive when the second is clockwise of the first: `[n,2,m]` -> `[n,1,m]`."""
    return one[:, 0:1] * other[:, 1:2] - one[:, 1:2] * other[:, 0:1]


def readable(quads: Tensor) -> Tensor:
    """Which quadrangles `[n,4,2]` a plate can have: convex, clockwise, neither a line nor too skewed: `[n]`."""
    places = quads.transpose(1, 2)
    triangles = cross(places.roll(-1, 2) - places, places.roll(1, 2) - places).squeeze(1)
    smallest = triangles.amin(dim=1)
    return (smallest >= 1) & (smallest > SKEWED * triangles.amax(dim=1))


def corners_of(boxes: Tensor) -> Tensor:
    """The corners `[n,4,2]` of boxes `[n,4]` (x1,y1,x2,y2)."""
    x1, y1, x2, y2 = boxes.unbind(1)
    return torch.stack([x1, y1, x2, y1, x2, y2, x1, y2], dim=1).view(-1, 4, 2)


def bounds_of(quads: Tensor) -> Tensor:
    """The boxes `[n,4]` that bound corners `[n,4,2]`."""
    return torch.cat([quads.amin(dim=1), quads.amax(dim=1)], dim=1)
