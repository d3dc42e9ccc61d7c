"""What torch really holds: the tensors alive at each operation, and what autograd keeps."""

import torch
from torch import nn
from torch.multiprocessing.reductions import StorageWeakRef
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves


def storages(tensors):
    """Return the distinct memories of tensors with their bytes."""
    found = (t.untyped_storage() for t in tensors if isinstance(t, torch.Tensor))
    return {storage.data_ptr(): storage for storage in found if storage.nbytes()}


class Alive(TorchDispatchMode):
    """Tells the most bytes of tensors alive at any operation, the module's own apart."""

    def __init__(self, module, x):
        super().__init__()
        self.own = set(storages([*module.parameters(), *module.buffers()]))
        self.alive = {}
        self.peak = 0
        self.watch([x])

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        given = function(*args, **(kwargs or {}))
        self.watch(tree_leaves([args, kwargs, given]))
        return given

    def watch(self, tensors):
        self.alive = {p: held for p, held in self.alive.items() if not held[0].expired()}
        for pointer, storage in storages(tensors).items():
            if pointer not in self.own:
                self.alive[pointer] = StorageWeakRef(storage), storage.nbytes()
        self.peak = max(self.peak, sum(size for _, size in self.alive.values()))


def peak(module: nn.Module, shape, batch=1):
    """Return the bytes alive at once in inference, at most."""
    module.eval()
    x = torch.randn(batch, *shape)
    # Not inference_mode: there a max pool is one operation, whose indices no one would see.
    with torch.no_grad(), Alive(module, x) as watch:
        module(x)
    return watch.peak


def kept(module: nn.Module, shape, batch=2):
    """Return the bytes that autograd keeps until the backward pass."""
    module.train()
    saved = []
    with torch.autograd.graph.saved_tensors_hooks(saved.append, lambda nothing: nothing):
        output = module(torch.randn(batch, *shape))
    own = set(storages([*module.parameters(), *module.buffers()]))
    memories = storages(saved)
    del output
    return sum(s.nbytes() for pointer, s in memories.items() if pointer not in own)
