"""Networks joined into one graph, so that fewer tensors travel between models."""

from torch import Tensor, nn


class RectifyingReader(nn.Module):
    """Straightens crops and reads them: `[N,3,24,94]`, normalised, to the reader's logits."""

    def __init__(self, rectifier: nn.Module, reader: nn.Module) -> None:
        super().__init__()
        self.rectifier = rectifier
        self.reader = reader

    def forward(self, crops: Tensor) -> Tensor:
        """The reader's answer to the rectifier's."""
        logits: Tensor = self.reader(self.rectifier(crops))
        return logits


class OfPixels(nn.Module):
    """Lets a network of normalised crops take pixels: `[N,24,94,3]`, BGR 0..255, as uint8."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, pixels: Tensor) -> Tensor:
        """The network's answer to `(x - 127.5) / 128`."""
        answer: Tensor = self.network((pixels.permute(0, 3, 1, 2).float() - 127.5) / 128)
        return answer
