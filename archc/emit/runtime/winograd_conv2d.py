"""3×3 convolution that multiplies 16 times for four outputs, not 36 times.

Source: Lavin, Gray 2016, https://arxiv.org/abs/1509.09308
"""

from collections.abc import Sequence

import torch
from torch import nn

from archc.emit.runtime.packed_conv2d import PackedConv2d
from archc.emit.runtime.prepared_conv2d import PreparedConv2d

TILES = 200  # at a time, so that the transformed tiles fit into the cache
NEW = (None,) * 4


def spread(kernel: torch.Tensor, axis: int) -> torch.Tensor:
    """Return the four factors of kernels along one of their axes of three."""
    first, second, third = (kernel.select(axis, place) for place in range(3))
    ends = first + third
    return torch.stack((first, (ends + second) / 2, (ends - second) / 2, third), axis)


def spread_both(kernel: torch.Tensor) -> torch.Tensor:
    """Return kernels C_out × C × 3 × 3 as 4 × 4 matrices of C × C_out."""
    return spread(spread(kernel, 2), 3).permute(2, 3, 1, 0)


def places_of(even: torch.Tensor, odd: torch.Tensor, axis: int) -> list[torch.Tensor]:
    """Return the four places that tiles read, two even and two odd ones."""
    tiles = even.shape[axis] - 1
    first, third = even.narrow(axis, 0, tiles), even.narrow(axis, 1, tiles)
    second, fourth = odd.narrow(axis, 0, tiles), odd.narrow(axis, 1, tiles)
    return [first, second, third, fourth]


def scattered(
    places: Sequence[torch.Tensor], out: torch.Tensor | tuple[None, ...] = NEW
) -> list[torch.Tensor]:
    """Return the four factors of tiles, from the four places that each reads."""
    first, second, third, fourth = places
    return [
        torch.sub(first, third, out=out[0]),
        torch.add(second, third, out=out[1]),
        torch.sub(third, second, out=out[2]),
        torch.sub(fourth, second, out=out[3]),
    ]


def gathered(
    first: torch.Tensor, second: torch.Tensor, third: torch.Tensor, fourth: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the two outputs of each tile, from its four products."""
    return first + (second + third), (second - third) + fourth


class WinogradConv2d(PackedConv2d):
    """A 3×3 convolution of stride 1, and a ReLU, by Winograd's F(2×2, 3×3).

    A tile of 2×2 outputs reads 4×4 places. Transformed along both axes it takes 16
    products per pair of channels instead of 36; over all tiles they are 16 products of
    matrices. Several threads gain less by fewer products than they lose by the sums
    between them, and compute the convolution packed. For torch.export the products are
    written out one by one, since other engines pack each of the matrices.

    Source: https://arxiv.org/abs/1509.09308
    """

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the convolution of a map, and its ReLU."""
        if torch.compiler.is_exporting() and self.fits(x):
            return self.written_out(x)
        if self.is_settled() and torch.get_num_threads() == 1 and self.fits(x):
            return self.by_products(x, *self.kept(self.matrices))
        return super().forward(x)

    def fits(self, x: torch.Tensor) -> bool:
        """Whether a map can be computed by products, exactly enough for its type."""
        if x.dtype not in (torch.float32, torch.float64):
            return False
        return PreparedConv2d.takes(self, x) and min(self.size(x)) > 0

    def size(self, x: torch.Tensor) -> tuple[int, int]:
        """Return the height and the width of the output."""
        (height, width), (top, left) = x.shape[2:], self.padding
        return height + 2 * top - 2, width + 2 * left - 2

    def matrices(self, weight: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the sixteen matrices, and which products each output is the sum of."""
        kernels = spread_both(weight).flatten(0, 1).contiguous()
        sums = weight.new_tensor([[1, 1, 1, 0], [0, 1, -1, 1]])
        return kernels, torch.kron(sums, sums)

    def padded(self, x: torch.Tensor) -> tuple[torch.Tensor, int, int]:
        """Return a map as N × H × W × C, padded to whole tiles, and their numbers."""
        (top, left), (height, width) = self.padding, self.size(x)
        margins = (0, 0, left, left + width % 2, top, top + height % 2)
        x = nn.functional.pad(x.permute(0, 2, 3, 1), margins)
        return x, -(-height // 2), -(-width // 2)

    def by_products(
        self, x: torch.Tensor, kernels: torch.Tensor, sums: torch.Tensor
    ) -> torch.Tensor:
        """Return the convolution, some `TILES` tiles at a time."""
        height, width = self.size(x)
        x, rows, columns = self.padded(x)
        n, channels = x.shape[0], self.out_channels
        out = x.new_empty(n, rows, 2, columns, 2, channels)
        tiles = out.permute(2, 4, 0, 1, 3, 5)
        samples = max(1, TILES // (rows * columns))
        step = max(1, TILES // (samples * columns))
        for sample in range(0, n, samples):
            batch = slice(sample, sample + samples)
            for row in range(0, rows, step):
                read = x[batch, 2 * row : 2 * (row + step) + 2]
                self.compute(read, kernels, sums, tiles[:, :, batch, row : row + step])
        out = out.view(n, 2 * rows, 2 * columns, channels)
        return out[:, :height, :width].permute(0, 3, 1, 2)

    def compute(
        self,
        x: torch.Tensor,
        kernels: torch.Tensor,
        sums: torch.Tensor,
        out: torch.Tensor,
    ) -> None:
        """Compute rows of tiles: N × H+2 × W+2 × C → 2 × 2 × N × H/2 × W/2 × C_out."""
        shape = out.shape[2:-1]
        lines = x.new_empty(4, *shape[:2], *x.shape[2:])
        scattered(x.unfold(1, 4, 2).unbind(-1), lines)
        tiles = x.new_empty(4, 4, *shape, self.in_channels)
        scattered(lines.unfold(3, 4, 2).unbind(-1), tiles.transpose(0, 1))
        products = torch.bmm(tiles.view(16, -1, self.in_channels), kernels)
        if self.bias is not None:
            products[5] += self.bias  # in each of the four outputs once
        sums = torch.mm(sums, products.flatten(1)).view(out.shape)
        if self.relu:
            torch.clamp_min(sums, 0, out=out)
        else:
            out.copy_(sums)

    def written_out(self, x: torch.Tensor) -> torch.Tensor:
        """Return the convolution, each of its products an operation of its own."""
        height, width = self.size(x)
        x, rows, columns = self.padded(x)
        n, channels = x.shape[0], self.in_channels
        x = x.reshape(n, rows + 1, 2, columns + 1, 2 * channels)
        lines = scattered(places_of(x[:, :, :1], x[:, :, 1:], 1))
        products = []
        for line, row in zip(lines, spread_both(self.weight), strict=True):
            tiles = scattered(places_of(line[..., :channels], line[..., channels:], 3))
            flat = [tile.reshape(-1, channels) for tile in tiles]
            products.append(
                [tile @ kernel for tile, kernel in zip(flat, row, strict=True)]
            )
        if self.bias is not None:
            products[1][1] = products[1][1] + self.bias
        left, right = zip(*(gathered(*row) for row in products), strict=True)
        pairs = zip(gathered(*left), gathered(*right), strict=True)
        rows_of_pairs = [torch.cat(pair, 1).reshape(n, rows, -1) for pair in pairs]
        out = torch.cat(rows_of_pairs, 2).reshape(n, 2 * rows, 2 * columns, -1)
        out = out.relu() if self.relu else out
        if height % 2 or width % 2:
            out = out[:, :height, :width]
        return out.permute(0, 3, 1, 2)
