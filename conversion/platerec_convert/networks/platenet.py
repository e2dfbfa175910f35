"""PlateNet, the project's own plate detector: one stage, one class, no anchors.

A plate is the peak of a heat map, as in Zhou et al., "Objects as Points", 2019 (arXiv:1904.07850), with its four
corners regressed there. Features of strides 4 to 32 are summed top down on the finest grid, as in Lin et al.,
"Feature Pyramid Networks", 2017 (arXiv:1612.03144).
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

CELL = 4
"""Pixels a side of a cell of the answer."""

MULTIPLE = 32
"""Height and width must be multiples of this, the coarsest stride."""

WIDTHS = (16, 32, 64, 96, 96)
"""Channels at the strides 2, 4, 8, 16 and 32."""

HEAD = 48

RARE = -4.6
"""The logit at the start: a hundredth of the cells hold a plate."""

USUAL = (-5.0, -1.2, 5.0, -1.2, 5.0, 1.2, -5.0, 1.2)
"""The corners at the start: a plate 40 pixels wide, about the cell."""


def convolution(inputs: int, outputs: int, kernel: int = 3, stride: int = 1, groups: int = 1) -> nn.Sequential:
    """A convolution with batch normalisation (an export folds it away) and ReLU."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


def separable(inputs: int, outputs: int) -> nn.Sequential:
    """A 3x3 convolution in each channel, then 1x1 across them: nine times cheaper than both at once."""
    return nn.Sequential(convolution(inputs, inputs, groups=inputs), convolution(inputs, outputs, kernel=1))


class Residual(nn.Module):
    """Two 3x3 convolutions beside a shortcut: `[N,C,h,w]` -> the same."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = convolution(channels, channels)
        self.second = nn.Sequential(
            nn.Conv2d(channels, channels, kernel_size=3, padding=1, bias=False), nn.BatchNorm2d(channels)
        )

    def forward(self, x: Tensor) -> Tensor:
        """Same shape out as in."""
        return functional.relu(x + self.second(self.first(x)))


class PlateNet(nn.Module):
    """Finds plates and their corners.

    `[N,3,h,w]`, BGR as `(x - 127.5) / 128`, to `[N,9,h/4,w/4]`: the logit that a plate's middle is in this cell, then
    x, y of its top left, top right, bottom right and bottom left corner, as who reads the plate sees them, from the
    cell's centre, in cells of 4 pixels.
    """

    def __init__(self) -> None:
        super().__init__()
        at2, at4, at8, at16, at32 = WIDTHS
        self.stride4 = nn.Sequential(convolution(3, at2, stride=2), convolution(at2, at4, stride=2))
        self.stride8 = nn.Sequential(convolution(at4, at8, stride=2), Residual(at8))
        self.stride16 = nn.Sequential(convolution(at8, at16, stride=2), Residual(at16), Residual(at16))
        self.stride32 = nn.Sequential(convolution(at16, at32, stride=2), Residual(at32))
        self.from32 = convolution(at32, at16, kernel=1)
        self.from16 = convolution(at16, at8, kernel=1)
        self.from8 = separable(at8, at4)
        self.head = nn.Sequential(separable(at4, HEAD), separable(HEAD, HEAD))
        self.answer = nn.Conv2d(HEAD, 9, kernel_size=1)
        nn.init.normal_(self.answer.weight, std=0.01)
        self.answer.bias = nn.Parameter(torch.tensor([RARE, *USUAL]))

    def forward(self, pixels: Tensor) -> Tensor:
        """The answer in each cell; height and width must be multiples of 32."""
        at4 = self.stride4(pixels)
        at8 = self.stride8(at4)
        at16 = self.stride16(at8)
        at16 = at16 + doubled(self.from32(self.stride32(at16)))
        at8 = at8 + doubled(self.from16(at16))
        at4 = at4 + doubled(self.from8(at8))
        answer: Tensor = self.answer(self.head(at4))
        return answer


def doubled(x: Tensor) -> Tensor:
    """Each cell four times: `[N,C,h,w]` -> `[N,C,2h,2w]`."""
    return functional.interpolate(x, scale_factor=2.0, mode="nearest")
