"""A pickle is read as data: its instructions make plain values, or end the reading."""

import copyreg
import pickle
import struct
from collections import OrderedDict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archc.weights.described import NAMES, Dense, Ordered, Storage
from archc.weights.pickled import read_pickle

PLAIN = {str, int, float, bool, type(None), tuple, list, dict}
INERT = PLAIN | {Ordered, Storage, Dense} | {type(name) for name in NAMES.values()}
START = b"\x80\x02"


def parts(value: object) -> list[object]:
    """Return all that a value holds, which may hold itself."""
    seen: dict[int, object] = {}
    left = [value]
    while left:
        one = left.pop()
        if id(one) not in seen:
            seen[id(one)] = one
            left += [*one, *one.values()] if isinstance(one, dict) else ()
            left += one if isinstance(one, list | tuple) else ()
    return list(seen.values())


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**31), 2**31 - 1) | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.dictionaries(st.text() | st.integers(0, 9), inner)
    ),
)


@given(VALUES)
def test_plain_values_are_those_that_python_reads(value: object) -> None:
    assert repr(read_pickle(pickle.dumps(value, 2)).value) == repr(value)


@given(st.dictionaries(st.text(), st.dictionaries(st.text(), st.integers(0, 9)).map(OrderedDict)))
def test_an_ordered_mapping_is_a_mapping(value: dict) -> None:
    assert read_pickle(pickle.dumps(OrderedDict(value), 2)).value == value


HARMFUL = {
    "a function is called": b"cos\nsystem\n(X\x02\x00\x00\x00idtR.",
    "a function of torch is called": b"ctorch\nload\n(X\x01\x00\x00\x00xtR.",
    "a module's module": b"ctorch._utils\nos.system\n.",
    "a name from the stack": b"X\x02\x00\x00\x00osX\x06\x00\x00\x00system\x93.",
    "an instance, old": b"(X\x02\x00\x00\x00idios\nsystem\n.",
    "an object": b"(cos\nsystem\nX\x02\x00\x00\x00ido.",
    "a new object": b"ccollections\nOrderedDict\n)\x81.",
    "a new object with keywords": b"ccollections\nOrderedDict\n)}\x92.",
    "an extension": b"\x82\x07.",
    "a longer extension": b"\x83\x07\x00.",
    "the longest extension": b"\x84\x07\x00\x00\x00.",
    "a text is called": b"X\x09\x00\x00\x00os.system)R.",
    "a type is called": b"ctorch\nFloatStorage\n)R.",
    "a mapping is made of something": b"ccollections\nOrderedDict\n((K\x01K\x02tttR.",
    "a name is given attributes": b"ccollections\nOrderedDict\n}X\x01\x00\x00\x00aK\x01sb.",
    "a dict is given attributes": b"}}X\x09\x00\x00\x00_metadataK\x01sb.",
    "a mapping is given a method": b"ccollections\nOrderedDict\n)R}X\x05\x00\x00\x00itemsK\x01sb.",
    "slots": b"ccollections\nOrderedDict\n)RN}X\x09\x00\x00\x00__class__K\x01s\x86b.",
    "an identity that is a text": b"Pstorage\n.",
    "an identity of something else": b"(X\x06\x00\x00\x00moduleK\x01K\x02K\x03K\x04tQ.",
    "a type that is a text": b"(X\x07\x00\x00\x00storage"
    + b"X\x03\x00\x00\x00F32" * 3
    + b"K\x01tQ.",
    "items of a tuple": b")K\x01K\x02s.",
    "items of a name": b"ccollections\nOrderedDict\nK\x01K\x02s.",
    "items appended to a mapping": b"}K\x01a.",
    "a key without a value": b"}(K\x01u.",
    "bytes": b"U\x01a.",
    "another protocol's frame": b"\x95\x00\x00\x00\x00\x00\x00\x00\x00N.",
    "8 EiB of bytes": b"\x8e\xff\xff\xff\xff\xff\xff\xff\x7f.",
    "4 GiB of text": b"X\xff\xff\xff\xffa.",
    "what was never kept": b"h\x07.",
    "a stack that is too short": b"\x85.",
    "a mark that is not there": b"t.",
    "an item from below a mark": b"K\x01(\x85.",
    "no end": b"N",
    "nothing": b"",
}


@pytest.mark.parametrize("code", HARMFUL.values(), ids=HARMFUL.keys())
def test_what_states_do_not_need_ends_the_reading(code: bytes) -> None:
    with pytest.raises((ValueError, LookupError)):
        read_pickle(START + code)


def test_another_protocol_ends_the_reading() -> None:
    for protocol in (0, 1, 3, 4, 5):
        with pytest.raises((ValueError, LookupError)):
            read_pickle(pickle.dumps({"a": 1}, protocol))


def test_an_extension_that_is_known_and_was_used_is_not_reached() -> None:
    copyreg.add_extension("os", "getcwd", 7)
    try:
        assert callable(pickle.loads(START + HARMFUL["an extension"]))  # and is kept now
        with pytest.raises(LookupError):
            read_pickle(START + HARMFUL["an extension"])
    finally:
        copyreg.remove_extension("os", "getcwd", 7)


def test_the_largest_place_in_the_memo_takes_no_memory() -> None:
    assert read_pickle(START + b"Nr\xff\xff\xff\xffj\xff\xff\xff\xff.").value is None


DEEP = 200_000


def test_depth_and_cycles_do_no_harm() -> None:
    for deep in (b")" + b"\x85" * DEEP, b"]" * DEEP + b"a" * (DEEP - 1)):
        assert len(parts(read_pickle(START + deep + b".").value)) == DEEP + (deep[0] == 41)
    with pytest.raises(ValueError, match="a key"):  # to hash it would end the process
        read_pickle(START + b"})" + b"\x85" * DEEP + b"Ns.")
    itself = read_pickle(START + b"}q\x00X\x01\x00\x00\x00ah\x00s.").value
    assert itself["a"] is itself


PIECES = [
    b"ccollections\nOrderedDict\n",
    b"ctorch._utils\n_rebuild_tensor_v2\n",
    b"ctorch\nFloatStorage\n",
    b"cos\nsystem\n",
    b"X\x07\x00\x00\x00storage",
    b"X\x09\x00\x00\x00_metadata",
    *(bytes([code]) for code in b"(t)RQb}]sauNK\x01q\x00h\x00\x85\x86\x87"),
]


@given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=4), max_size=40).map(b"".join))
@settings(max_examples=400)
def test_any_instructions_make_plain_values_or_end_the_reading(code: bytes) -> None:
    try:
        found = read_pickle(START + code + b".")
    except (ValueError, LookupError, TypeError, AttributeError, struct.error):
        return
    assert {type(one) for one in parts(found.value)} <= INERT
