"""What ``torch.save`` writes of a state, read as data: a pickle's instructions, without calls.

A pickle is a program that can call whatever can be imported. Here its instructions make texts,
numbers, tuples, lists, mappings and descriptions of tensors, and nothing else: a name is compared
with those that a state asks for and is never looked up, and a call is a description. So there is
nothing in a file that could be executed. An instruction that torch does not need for a mapping of
dense tensors is not known here, and ends the reading.

Sources: Lib/pickletools.py of Python, which documents every instruction;
torch/_weights_only_unpickler.py, whose results these are.
"""

import pickle
from collections.abc import Callable, Iterable
from struct import unpack
from typing import Any, NamedTuple

from archc.weights.described import NAMES, Ordered, Storage, called, stored


class Contents(NamedTuple):
    """What a pickle holds, and every storage that it speaks of, by key."""

    value: Any
    storages: dict[str, Storage]


def read_pickle(data: bytes) -> Contents:
    """Return what a pickle of protocol 2 describes, if that is no more than states hold.

    Raises:
        Exception: it is damaged, or asks for anything else; the kind does not say which.
    """
    if data[:2] != b"\x80\x02":
        raise ValueError("not of protocol 2")
    reading, at = _Reading(), 2
    while (code := data[at]) != _STOP:
        at += 1
        do, size = _INSTRUCTIONS[code]
        if code == _TEXT:
            size = int.from_bytes(data[at : at + 4], "little")
            at += 4
        elif code == _NAME:
            size = data.index(b"\n", data.index(b"\n", at) + 1) + 1 - at
        do(reading, data[at : at + size])
        at += size
    return Contents(reading.stack.pop(), reading.storages)


class _Reading:
    """A stack and a memo; a method does an instruction, whose operand it is given.

    A mark begins a new stack, and what collects its items goes on with the old one. Where a stack
    is too short, Python's own errors are raised.
    """

    def __init__(self) -> None:
        self.stack: list[Any] = []
        self.below: list[list[Any]] = []
        self.memo: dict[int, Any] = {}
        self.storages: dict[str, Storage] = {}

    def put(self, operand: bytes) -> None:
        self.memo[int.from_bytes(operand, "little")] = self.stack[-1]

    def get(self, operand: bytes) -> None:
        self.stack.append(self.memo[int.from_bytes(operand, "little")])

    def natural(self, operand: bytes) -> None:
        self.stack.append(int.from_bytes(operand, "little"))

    def integer(self, operand: bytes) -> None:
        self.stack.append(int.from_bytes(operand, "little", signed=True))

    def real(self, operand: bytes) -> None:
        self.stack.extend(unpack(">d", operand))

    def text(self, operand: bytes) -> None:
        self.stack.append(str(operand, "utf-8", "surrogatepass"))

    def name(self, operand: bytes) -> None:
        module, name, _ = str(operand, "utf-8").split("\n")
        self.stack.append(NAMES[f"{module}.{name}"])

    def none(self, _: bytes) -> None:
        self.stack.append(None)

    def true(self, _: bytes) -> None:
        self.stack.append(True)

    def false(self, _: bytes) -> None:
        self.stack.append(False)

    def new_list(self, _: bytes) -> None:
        self.stack.append([])

    def new_dict(self, _: bytes) -> None:
        self.stack.append({})

    def mark(self, _: bytes) -> None:
        self.below.append(self.stack)
        self.stack = []

    def tuple0(self, _: bytes) -> None:
        self.stack.append(())

    def tuple1(self, _: bytes) -> None:
        self.stack.append((self.stack.pop(),))

    def tuple2(self, _: bytes) -> None:
        last, first = self.stack.pop(), self.stack.pop()
        self.stack.append((first, last))

    def tuple3(self, _: bytes) -> None:
        last, second, first = self.stack.pop(), self.stack.pop(), self.stack.pop()
        self.stack.append((first, second, last))

    def gathered(self, _: bytes) -> None:
        items = self._collected()
        self.stack.append(tuple(items))

    def append(self, _: bytes) -> None:
        self._extend([self.stack.pop()])

    def appends(self, _: bytes) -> None:
        self._extend(self._collected())

    def item(self, _: bytes) -> None:
        value, key = self.stack.pop(), self.stack.pop()
        self._update([key], [value])

    def items(self, _: bytes) -> None:
        items = self._collected()
        self._update(items[::2], items[1::2])

    def build(self, _: bytes) -> None:
        """Leave out what an ``OrderedDict`` is given besides its items: torch's layer versions."""
        state = self.stack.pop()
        if type(self.stack[-1]) is not Ordered or type(state) is not dict:
            raise ValueError("attributes of something else")
        if list(state) != ["_metadata"]:
            raise ValueError("other attributes")

    def storage(self, _: bytes) -> None:
        found = stored(self.stack.pop())
        if self.storages.setdefault(found.key, found) != found:
            raise ValueError("a storage of two kinds")
        self.stack.append(found)

    def call(self, _: bytes) -> None:
        arguments, function = self.stack.pop(), self.stack.pop()
        self.stack.append(called(function, arguments))

    def _collected(self) -> list[Any]:
        items, self.stack = self.stack, self.below.pop()
        return items

    def _extend(self, items: Iterable[Any]) -> None:
        target = self.stack[-1]
        if type(target) is not list:
            raise ValueError("no list")
        target.extend(items)

    def _update(self, keys: list[Any], values: list[Any]) -> None:
        """Set items. No key is a tuple: one that is nested deep enough ends the process."""
        target = self.stack[-1]
        if type(target) not in (dict, Ordered):
            raise ValueError("no mapping")
        for key, value in zip(keys, values, strict=True):
            if type(key) not in (str, int):
                raise ValueError("a key that is neither a text nor a number")
            target[key] = value


_STOP, _TEXT, _NAME = pickle.STOP[0], pickle.BINUNICODE[0], pickle.GLOBAL[0]
_INSTRUCTIONS: dict[int, tuple[Callable[[_Reading, bytes], None], int]] = {
    code[0]: (do, size)
    for code, do, size in (  # with the bytes of its operand
        (pickle.BINPUT, _Reading.put, 1),
        (pickle.LONG_BINPUT, _Reading.put, 4),
        (pickle.BINGET, _Reading.get, 1),
        (pickle.LONG_BINGET, _Reading.get, 4),
        (pickle.BININT1, _Reading.natural, 1),
        (pickle.BININT2, _Reading.natural, 2),
        (pickle.BININT, _Reading.integer, 4),
        (pickle.BINFLOAT, _Reading.real, 8),
        (pickle.BINUNICODE, _Reading.text, 0),  # and these two have their own
        (pickle.GLOBAL, _Reading.name, 0),
        (pickle.NONE, _Reading.none, 0),
        (pickle.NEWTRUE, _Reading.true, 0),
        (pickle.NEWFALSE, _Reading.false, 0),
        (pickle.EMPTY_LIST, _Reading.new_list, 0),
        (pickle.EMPTY_DICT, _Reading.new_dict, 0),
        (pickle.MARK, _Reading.mark, 0),
        (pickle.EMPTY_TUPLE, _Reading.tuple0, 0),
        (pickle.TUPLE1, _Reading.tuple1, 0),
        (pickle.TUPLE2, _Reading.tuple2, 0),
        (pickle.TUPLE3, _Reading.tuple3, 0),
        (pickle.TUPLE, _Reading.gathered, 0),
        (pickle.APPEND, _Reading.append, 0),
        (pickle.APPENDS, _Reading.appends, 0),
        (pickle.SETITEM, _Reading.item, 0),
        (pickle.SETITEMS, _Reading.items, 0),
        (pickle.BUILD, _Reading.build, 0),
        (pickle.BINPERSID, _Reading.storage, 0),
        (pickle.REDUCE, _Reading.call, 0),
    )
}
