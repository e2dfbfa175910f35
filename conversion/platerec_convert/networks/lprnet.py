"""LPRNet, the plate reader.

Zherzdev and Gruzdev, "LPRNet: License Plate Recognition via Deep Neural Networks", 2018 (arXiv:1806.10447).
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

CONTEXT_LAYERS = (2, 6, 13, 22)
"""Layers of the backbone whose outputs form the global context."""


class SmallBasicBlock(nn.Module):
    """A 3x3 convolution at a quarter of the width, split into a column and a row: `[N,in,H,W]` -> `[N,out,H,W]`."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        width = out_channels // 4
        self.block = nn.Sequential(
            nn.Conv2d(in_channels, width, kernel_size=1),
            nn.ReLU(),
            nn.Conv2d(width, width, kernel_size=(3, 1), padding=(1, 0)),
            nn.ReLU(),
            nn.Conv2d(width, width, kernel_size=(1, 3), padding=(0, 1)),
            nn.ReLU(),
            nn.Conv2d(width, out_channels, kernel_size=1),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Same height and width out as in."""
        out: Tensor = self.block(x)
        return out


class ChannelMaxPool(nn.Module):
    """Keeps every `channel_stride`-th channel, then a 3x3 maximum with stride 1 down and `column_stride` across.

    The paper's 3-D pooling with a depth of one, written in the two dimensions that every runtime has a kernel for.
    """

    def __init__(self, channel_stride: int, column_stride: int) -> None:
        super().__init__()
        self.channel_stride = channel_stride
        self.column_stride = column_stride

    def forward(self, x: Tensor) -> Tensor:
        """`[N,C,H,W]` -> `[N,ceil(C/channel_stride),H-2,(W-3)//column_stride+1]`."""
        return functional.max_pool2d(x[:, :: self.channel_stride], kernel_size=3, stride=(1, self.column_stride))


def _backbone(classes: int, dropout: float) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(3, 64, kernel_size=3),
        nn.BatchNorm2d(64),
        nn.ReLU(),
        ChannelMaxPool(channel_stride=1, column_stride=1),
        SmallBasicBlock(64, 128),
        nn.BatchNorm2d(128),
        nn.ReLU(),
        ChannelMaxPool(channel_stride=2, column_stride=2),
        SmallBasicBlock(64, 256),
        nn.BatchNorm2d(256),
        nn.ReLU(),
        SmallBasicBlock(256, 256),
        nn.BatchNorm2d(256),
        nn.ReLU(),
        ChannelMaxPool(channel_stride=4, column_stride=2),
        nn.Dropout(dropout),
        nn.Conv2d(64, 256, kernel_size=(1, 4)),
        nn.BatchNorm2d(256),
        nn.ReLU(),
        nn.Dropout(dropout),
        nn.Conv2d(256, classes, kernel_size=(13, 1)),
        nn.BatchNorm2d(classes),
        nn.ReLU(),
    )


def _context(maps: Sequence[Tensor]) -> Tensor:
    """The four feature maps on one 4x18 grid, each divided by its mean square.

    The mean is taken per sample: over the batch, as in the common implementation, a plate's text depends on the
    plates beside it.
    """
    pooled = [
        functional.avg_pool2d(maps[0], kernel_size=5, stride=5),
        functional.avg_pool2d(maps[1], kernel_size=5, stride=5),
        functional.avg_pool2d(maps[2], kernel_size=(4, 10), stride=(4, 2)),
        maps[3],
    ]
    return torch.cat([x / x.square().mean(dim=(1, 2, 3), keepdim=True) for x in pooled], dim=1)


class LPRNet(nn.Module):
    """Reads a plate: `[N,3,24,94]`, BGR as `(x - 127.5) / 128`, to logits `[N,classes,18]`, the last class a blank."""

    def __init__(self, classes: int = 23, dropout: float = 0.1) -> None:
        super().__init__()
        self.backbone = _backbone(classes, dropout)
        self.container = nn.Conv2d(64 + 128 + 256 + classes, classes, kernel_size=1)

    def forward(self, crops: Tensor) -> Tensor:
        """Logits of each class in each of 18 columns; every sample's answer is independent of its batch."""
        x, maps = crops, []
        for index, layer in enumerate(self.backbone):
            x = layer(x)
            if index in CONTEXT_LAYERS:
                maps.append(x)
        logits: Tensor = self.container(_context(maps))
        return logits.mean(dim=2)
