"""The notebook's three networks, as their author wrote them: what archc's must equal."""

import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn


def init_params(m):
    """The static method `init_params` that each of the three classes has."""
    if isinstance(m, (nn.Conv2d, nn.Linear)):
        nn.init.kaiming_normal_(m.weight, mode="fan_in", nonlinearity="relu")
        if m.bias is not None:
            nn.init.zeros_(m.bias)


class LeNet5(nn.Module):
    def __init__(self, n_classes):
        super().__init__()
        self.n_classes = n_classes

        self.conv1 = nn.Conv2d(
            in_channels=1, out_channels=6, kernel_size=(5, 5), stride=1, padding=0
        )
        self.conv2 = nn.Conv2d(
            in_channels=6, out_channels=16, kernel_size=(5, 5), stride=1, padding=0
        )
        self.fc1 = nn.Linear(in_features=16 * 4 * 4, out_features=120)
        self.fc2 = nn.Linear(in_features=120, out_features=84)
        self.out = nn.Linear(in_features=84, out_features=self.n_classes)

    def forward(self, x: torch.Tensor):
        x = F.max_pool2d(self.conv1(x), kernel_size=(2, 2), stride=(2, 2), padding=0)
        x = F.max_pool2d(self.conv2(x), kernel_size=(2, 2), stride=(2, 2), padding=0)
        x = x.view(x.size(0), -1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.out(x)


class VGGNet16(nn.Module):
    def __init__(self, n_classes=10):
        super().__init__()
        self.n_classes = n_classes

        self.conv1_1 = self._conv(3, 64)
        self.conv1_2 = self._conv(64, 64)

        self.conv2_1 = self._conv(64, 128)
        self.conv2_2 = self._conv(128, 128)

        self.conv3_1 = self._conv(128, 256)
        self.conv3_2 = self._conv(256, 256)
        self.conv3_3 = self._conv(256, 256)

        self.conv4_1 = self._conv(256, 512)
        self.conv4_2 = self._conv(512, 512)
        self.conv4_3 = self._conv(512, 512)

        self.conv5_1 = self._conv(512, 512)
        self.conv5_2 = self._conv(512, 512)
        self.conv5_3 = self._conv(512, 512)

        self.fc1 = nn.Linear(512 * 7 * 7, 4096)
        self.fc2 = nn.Linear(4096, 4096)

        self.out = nn.Linear(4096, self.n_classes)

    @staticmethod
    def _conv(in_channels, out_channels):
        """The notebook writes these arguments out thirteen times."""
        return nn.Conv2d(
            in_channels=in_channels,
            out_channels=out_channels,
            kernel_size=(3, 3),
            stride=(1, 1),
            padding=(1, 1),
        )

    def forward(self, x):
        x = F.relu(self.conv1_1(x))
        x = F.relu(self.conv1_2(x))
        x = F.max_pool2d(x, kernel_size=(2, 2), stride=(2, 2), padding=0)

        x = F.relu(self.conv2_1(x))
        x = F.relu(self.conv2_2(x))
        x = F.max_pool2d(x, kernel_size=(2, 2), stride=(2, 2), padding=0)

        x = F.relu(self.conv3_1(x))
        x = F.relu(self.conv3_2(x))
        x = F.relu(self.conv3_3(x))
        x = F.max_pool2d(x, kernel_size=(2, 2), stride=(2, 2), padding=0)

        x = F.relu(self.conv4_1(x))
        x = F.relu(self.conv4_2(x))
        x = F.relu(self.conv4_3(x))
        x = F.max_pool2d(x, kernel_size=(2, 2), stride=(2, 2), padding=0)

        x = F.relu(self.conv5_1(x))
        x = F.relu(self.conv5_2(x))
        x = F.relu(self.conv5_3(x))
        x = F.max_pool2d(x, kernel_size=(2, 2), stride=(2, 2), padding=0)

        x = x.view(-1, self.n_flat_features(x))

        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.out(x)

    def n_flat_features(self, x):
        size = x.size()[1:]
        n_features = 1

        for s in size:
            n_features *= s

        return n_features


class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, in_channels, out_channels, stride=1, down_sample=None):
        super().__init__()

        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)
        self.down_sample = down_sample

    def forward(self, x: torch.Tensor):
        residual = x
        out = self.conv1(x)
        out = self.bn1(out)
        out = F.relu(out)
        out = self.conv2(out)
        out = self.bn2(out)

        if self.down_sample is not None:
            residual = self.down_sample(x)

        out += residual
        return F.relu(out)


class ResNet18(nn.Module):
    def __init__(self, block, layers, n_classes=10):
        super().__init__()
        self.in_channels = 64

        self.conv1 = nn.Conv2d(3, self.in_channels, kernel_size=7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(self.in_channels)
        self.layer1 = self._make_layer(block, 64, layers[0])
        self.layer2 = self._make_layer(block, 128, layers[1], stride=2)
        self.layer3 = self._make_layer(block, 256, layers[2], stride=2)
        self.layer4 = self._make_layer(block, 512, layers[3], stride=2)
        self.out = nn.Linear(512 * block.expansion, n_classes)

    def _make_layer(self, block, out_channels: int, blocks, stride=1):
        down_sample = None
        mask = stride != 1 or self.in_channels != out_channels * block.expansion

        if mask:
            down_sample = nn.Sequential(
                nn.Conv2d(self.in_channels, out_channels * block.expansion, 1, stride, bias=False),
                nn.BatchNorm2d(out_channels * block.expansion),
            )

        layers = []
        layers.append(block(self.in_channels, out_channels, stride, down_sample))
        self.in_channels = out_channels * block.expansion

        for _ in range(1, blocks):
            layers.append(block(self.in_channels, out_channels))

        return nn.Sequential(*layers)

    def forward(self, x):
        out = self.conv1(x)
        out = self.bn1(out)
        out = F.relu(out)
        out = F.max_pool2d(out, (3, 3), (2, 2), (1, 1))
        out = self.layer1(out)
        out = self.layer2(out)
        out = self.layer3(out)
        out = self.layer4(out)
        out = F.adaptive_avg_pool2d(out, (1, 1))
        out = out.view(out.size(0), -1)
        return self.out(out)


def resnet18(n_classes=10):
    return ResNet18(BasicBlock, [2, 2, 2, 2], n_classes)
