"""ONNX, written by torch's exporter and checked by ONNX's own checker.

The exporter's optimiser is switched off: it folds batch norms and names what comes of it anew,
while here the initialisers are the tensors of ``state_dict()`` under their keys. What inference
does not need, ``--optimize inference`` takes away before.
"""

import contextlib
import io
import logging
import re
import warnings
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from torch.export import ExportedProgram

from archc.export.base.format import Format
from archc.export.base.onnx_pools import write_out_pools
from archc.export.base.request import ExportError, Request
from archc.export.base.traced import traced
from archc.extras import how_to_install
from archc.graph.graph import Graph, Node
from archc.ops.avg_pool import AvgPool
from archc.ops.upsample import Upsample
from archc.problems.shapes import shape_text

_NEEDS = ("onnx", "onnxscript")
_OLDEST = 18
"""The oldest version of the operators that torch's exporter writes; older ones it converts to, and
fails on most networks."""
_LARGEST = 2**31 - 1
"""Bytes of the largest message that protobuf reads: more weights go into a file beside it."""


class Onnx(Format):
    """ONNX; weights of more than 2 GiB are in ``NAME.data`` beside the file."""

    takes = ("dynamic_batch", "optimize", "opset")
    passes = ("onnxruntime",)

    def write(self, request: Request, path: Path) -> None:
        """Write the model, checked by ONNX's own checker."""
        if _size(request) <= _LARGEST:
            path.write_bytes(encode(request))
            return
        exported = _exported(request)
        with _quiet():
            exported.save(path, external_data=True)
        _check(str(path))


def encode(request: Request) -> bytes:
    """Return an ONNX model with the input ``input`` and the outputs that the spec names.

    Raises:
        ExportError: the libraries are missing, or the network or the opset cannot be written.
    """
    data: bytes = _exported(request).model_proto.SerializeToString()
    _check(data)
    return data


def _size(request: Request) -> int:
    return sum(t.numel() * t.element_size() for t in request.module.state_dict().values())


def _exported(request: Request) -> Any:
    """Return the network as torch's ONNXProgram."""
    _require_libraries()
    _reject_what_is_lost(request.graph)
    if request.opset is not None and request.opset < _OLDEST:
        raise ExportError(f"torch writes ONNX from opset {_OLDEST} on, not {request.opset}")
    with _quiet():
        exported = _program(request)
        write_out_pools(exported.model, request.graph)
    _keep_apart(exported.model.graph)
    _describe(exported.model, request)
    return exported


def _require_libraries() -> None:
    if missing := [name for name in _NEEDS if find_spec(name) is None]:
        names = " and ".join(missing)
        raise ExportError(f"ONNX needs {names}: {how_to_install('onnx')}")


def _reject_what_is_lost(graph: Graph) -> None:
    """Reject the settings that the exporter accepts and then drops."""
    for node in graph.evaluated:
        if setting := _lost(node):
            raise ExportError(f"ONNX has no form of {_shown(node)} with {setting}")


def _lost(node: Node) -> str:
    """Return the setting of a layer that ONNX would run without, or an empty text.

    ONNX's Resize is written with the size that comes out, and steps by the ratio of the sizes;
    torch steps by the scale itself.
    """
    match node.operator:
        case AvgPool(divisor_override=int()):
            return "divisor_override"
        case Upsample(scale=(_, _) as scales, align_corners=False):
            sizes = node.reads[0].shape[1:]
            inexact = any(size * scale % 1 for size, scale in zip(sizes, scales, strict=True))
            return "a scale that gives no whole size" if inexact else ""
    return ""


def _program(request: Request) -> Any:
    program = traced(request)
    try:
        outputs = [name or "output" for name in request.graph.outputs]
        exported = _converted(program, request, input_names=["input"], output_names=outputs)
    except Exception as error:  # the exporter's own classes are private
        raise ExportError(_reason(error, program, request)) from error
    assert exported is not None
    if request.opset not in (None, exported.model.opset_imports[""]):
        raise ExportError(f"torch cannot write this network for opset {request.opset}")
    return exported


def _converted(program: ExportedProgram, request: Request, **names: Any) -> Any:
    return torch.onnx.export(
        program,
        (),
        dynamo=True,
        optimize=False,
        verbose=False,
        opset_version=request.opset,
        **names,
    )


def _reason(error: Exception, program: ExportedProgram, request: Request) -> str:
    """Name the layer that the exporter stopped at; its text names only a node of its own."""
    reason: BaseException | None = error
    while reason is not None:
        if layer := _layer(str(reason), program, request):
            return f"ONNX has no form of {_shown(layer)}"
        reason = reason.__cause__
    message = str(error).strip() or type(error).__name__
    return f"torch cannot write this network as ONNX: {message.splitlines()[0]}"


def _layer(message: str, program: ExportedProgram, request: Request) -> Node | None:
    """Return the layer that an operation of the exporter comes from.

    It has taken the program apart before, and its nodes bear other names: only which operation it
    stopped at is certain. Of several layers that use it, it is the first that cannot be written
    alone.
    """
    found = re.search(r"translating node .*?target=torch\.ops\.([\w.]+)", message)
    if found is None:
        return None
    layers = {layer.path: layer for layer in request.graph.nodes}
    paths = [_module(node) for node in program.graph.nodes if str(node.target) == found[1]]
    using = [layers[path] for path in dict.fromkeys(paths) if path in layers]
    if len(using) == 1:
        return using[0]
    return next((layer for layer in using if not _can_be_written(layer, request)), None)


def _module(node: Any) -> str:
    """Return the path of the innermost module that a node of a program comes from."""
    paths = [path for path, _ in node.meta.get("nn_module_stack", {}).values()]
    return paths[-1] if paths else ""


def _can_be_written(layer: Node, request: Request) -> bool:
    module = request.module.get_submodule(layer.path)
    try:
        with torch.no_grad():
            x = torch.zeros(1, *layer.reads[0].shape)
            _converted(torch.export.export(module, (x,)), request)
    except Exception:  # the exporter's own classes are private
        return False
    return True


def _shown(layer: Node) -> str:
    read = shape_text(layer.reads[0].shape)
    given = shape_text(layer.shape)
    return f"layer `{layer.path}`: {layer.operator.name} from {read} to {given}"


def _keep_apart(graph: Any) -> None:
    """Rename the values inside that the exporter calls as the spec calls an output."""
    shown = {value.name: value for value in graph.outputs}
    taken = {value.name for node in graph for value in node.outputs}
    for value in (value for node in graph for value in node.outputs):
        if shown.get(value.name, value) is value:
            continue
        free = f"{value.name}_value"
        while free in taken:
            free += "_"
        taken.add(free)
        value.name = free


def _describe(model: Any, request: Request) -> None:
    """Say where the model is from, and give the network its name."""
    model.metadata_props.update(request.metadata)
    model.producer_name, model.producer_version = "archc", request.metadata["archc"]
    model.graph.name = request.graph.name or "network"


def _check(model: bytes | str) -> None:
    """Let ONNX's checker, shapes included, see a model's bytes or the path of one.

    Raises:
        ExportError: the checker rejects the model.
    """
    import onnx

    try:
        onnx.checker.check_model(model, full_check=True)
    except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError) as error:
        raise ExportError(f"ONNX rejects what torch wrote: {error}") from error


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Suppress what the exporter prints, logs and warns of; none of it needs action."""
    before = logging.root.manager.disable
    logging.disable(logging.ERROR)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
