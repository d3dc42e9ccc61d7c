"""What `optimize="inference"` gains: ours, optimised, against torchvision's eager model.

    python tests/bench/inference_speed.py [--rounds N] [--only NAME] [--passes NAME …] [--ort]

Both have the same weights and read the same picture, one at a time, in one process, on one
thread, taking turns. With `--ort` ours is exported to ONNX and run by onnxruntime. Before each
timed call the process sleeps, so that threads of the call before stop spinning, and makes one
call that is not timed. Told are the medians of the CPU time, and the median of the pairs' ratios
with the quartiles.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # read when torch is imported

import torch
import torchvision.models
from torch import nn

from archc import load
from archc.export.base.request import Request
from archc.export.onnx import Onnx, encode
from archc.graph.graph import Graph
from archc.module.optimised import optimised_module
from archc.passes import optimise

Network = Callable[[torch.Tensor], torch.Tensor]
BARS = {"googlenet": 1.9, "resnet18": 1.2, "vgg16": 1.12}
BARS_OF_ONNXRUNTIME = {"googlenet": 2.7, "resnet18": 1.6, "vgg16": 1.25}
IDLE_SECONDS = 0.06
SPECS = Path(__file__).parents[2] / "specs"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=31)
    parser.add_argument("--only", choices=BARS)
    parser.add_argument("--passes", nargs="+", help="bundles or passes instead of a user's")
    parser.add_argument("--ort", action="store_true", help="ours runs in onnxruntime")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    bars = BARS_OF_ONNXRUNTIME if arguments.ort else BARS
    passes = arguments.passes or (Onnx.passes if arguments.ort else ["inference"])
    for name in [arguments.only] if arguments.only else bars:
        theirs = build(name)
        ours = optimised(name, theirs, passes, arguments.ort)
        x = torch.randn(1, 3, 224, 224)
        with torch.inference_mode():
            error = ((ours(x) - theirs(x)).abs().max() / theirs(x).abs().max()).item()
            report(name, race(ours, theirs, x, arguments.rounds), error, bars[name])


def optimised(name: str, theirs: nn.Module, names: Sequence[str], ort: bool) -> Network:
    """Return our network after passes, with their weights."""
    graph = load(SPECS / f"{name}.yaml").graph
    module = optimised_module(graph, names, weights=theirs.state_dict())
    return in_onnxruntime(optimise(graph, names).graph, module) if ort else module


def in_onnxruntime(graph: Graph, module: nn.Module) -> Network:
    """Return an exported network, run on one thread that does not spin."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    data = encode(Request(graph, module))
    session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    return lambda x: torch.from_numpy(session.run(None, {"input": x.numpy()})[0])


def build(name: str) -> nn.Module:
    """Return torchvision's model with statistics that a batch norm has after training."""
    plain = {"init_weights": False, "aux_logits": True} if name == "googlenet" else {}
    torch.manual_seed(0)
    model = torchvision.models.get_model(name, weights=None, **plain)
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.running_mean, std=0.1)
            nn.init.uniform_(module.running_var, 0.5, 2)
    return model.eval()


def race(ours: Network, theirs: Network, x: torch.Tensor, rounds: int):
    """Return the CPU seconds of each round: (ours, theirs), taking turns in who is first."""
    times = []
    for i in range(rounds):
        pair = [0.0, 0.0]
        for which in (0, 1) if i % 2 else (1, 0):
            pair[which] = seconds((ours, theirs)[which], x)
        times.append(pair)
    return times


def seconds(module: Network, x: torch.Tensor) -> float:
    time.sleep(IDLE_SECONDS)
    module(x)
    begin = time.process_time()
    module(x)
    return time.process_time() - begin


def report(name: str, times: list[list[float]], error: float, bar: float) -> None:
    ours, theirs = (statistics.median(side) for side in zip(*times, strict=True))
    low, middle, high = statistics.quantiles([b / a for a, b in times], n=4)
    verdict = "reaches" if middle >= bar else "misses"
    print(
        f"{name:10} archc {1000 * ours:7.2f} ms   torchvision {1000 * theirs:7.2f} ms   "
        f"{middle:.2f}× [{low:.2f}, {high:.2f}], {verdict} the bar of {bar}×   "
        f"relative error {error:.1e}"
    )


if __name__ == "__main__":
    main()
