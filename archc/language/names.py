"""Valid names: the name of a node becomes an attribute of a module."""

from collections.abc import Collection
from keyword import iskeyword

from archc.diagnostics import Diagnostics
from archc.language.values import INPUT_NAMES
from archc.problems.structure import BadName
from archc.syntax.tree import Scalar

_EMITTED = ("self", "torch", "nn", "input", "super", "NamedTuple")
"""Names that the emitted module needs for itself."""

_MODULE_ATTRIBUTES = """
T_destination add_module apply bfloat16 buffers call_super_init children compile cpu cuda double
dump_patches eval extra_repr float forward get_buffer get_extra_state get_parameter get_submodule
half ipu load_state_dict modules mtia named_buffers named_children named_modules named_parameters
parameters register_backward_hook register_buffer register_forward_hook register_forward_pre_hook
register_full_backward_hook register_full_backward_pre_hook register_load_state_dict_post_hook
register_load_state_dict_pre_hook register_module register_parameter register_state_dict_post_hook
register_state_dict_pre_hook requires_grad_ set_extra_state set_submodule share_memory state_dict
to to_empty train training type xpu zero_grad
"""
_PRIVATE_ATTRIBUTES = """
_apply _backward_hooks _backward_pre_hooks _buffers _call_impl _compiled_call_impl _forward_hooks
_forward_hooks_always_called _forward_hooks_with_kwargs _forward_pre_hooks
_forward_pre_hooks_with_kwargs _get_backward_hooks _get_backward_pre_hooks _get_item_by_idx
_get_name _is_full_backward_hook _load_from_state_dict _load_state_dict_post_hooks
_load_state_dict_pre_hooks _maybe_warn_non_full_backward_hook _modules _named_members
_non_persistent_buffers_set _parameters _register_load_state_dict_pre_hook
_register_state_dict_hook _replicate_for_data_parallel _save_to_state_dict _slow_forward
_state_dict_hooks _state_dict_pre_hooks _version _wrapped_call_impl
"""
MODULE_ATTRIBUTES = frozenset((_MODULE_ATTRIBUTES + _PRIVATE_ATTRIBUTES).split())
"""The attributes of ``nn.Module``; of those that begin with `_`, also ``nn.Sequential``'s."""
SEQUENTIAL_ATTRIBUTES = frozenset(("append", "extend", "insert", "pop"))
"""Further attributes of ``nn.Sequential``: a chain with such a layer becomes a class."""

_LONGEST_ADVICE = 60


def check_name(
    key: Scalar,
    diagnostics: Diagnostics,
    *,
    attribute: bool = True,
    layer: bool = False,
    taken: Collection[str] = (),
) -> bool:
    """Report and return False unless `key` is a valid name.

    Args:
        key: the name, with its location.
        diagnostics: where it is reported.
        attribute: whether it becomes an attribute of a module: that of a node does, that of a
            block or of a parameter does not.
        layer: whether it is nothing else: then it may hold ``-``, and begin with one ``_``.
        taken: names that are not suggested, since something else has them.
    """
    reason = objection(key.text, attribute, layer)
    if reason is None:
        return True
    advised = _advised(key.text, attribute, taken)
    diagnostics.report(BadName(key.text, reason, advised), key.span)
    return False


def objection(name: str, attribute: bool = True, layer: bool = False) -> str | None:
    """Return why a name is not valid, or None if it is; see `check_name`."""
    if layer and name[:1] != "-":
        name = name.replace("-", "_")
    if not name.isidentifier():
        return "it is not an identifier"
    if _normal(name) != name:
        return f"Python reads it as `{_normal(name)}`"
    if iskeyword(name):
        return "it is a keyword of Python"
    if name.startswith("__" if layer else "_") or not name.strip("_"):
        return "names that begin with `_` belong to Python and `nn.Module`"
    if attribute and name in MODULE_ATTRIBUTES:
        return f"`nn.Module.{name}` is torch's own"
    if name in _EMITTED or name in INPUT_NAMES:
        return "it has a meaning of its own"
    return None


def _advised(name: str, attribute: bool, taken: Collection[str]) -> str | None:
    """Return the most similar valid name, or None where none is similar."""
    if len(name) > _LONGEST_ADVICE:
        return None
    letters = "".join(c if f"a{c}".isidentifier() else "_" for c in _normal(name))
    near = letters.strip("_") if not letters.isidentifier() or letters[0] == "_" else letters
    for candidate in (near, f"{near}_", f"n{near}", f"{near}_2"):
        if near and candidate not in taken and objection(candidate, attribute) is None:
            return candidate
    return None


def _normal(name: str) -> str:
    """Return an identifier as Python reads it: in Unicode's normal form NFKC."""
    if name.isascii():
        return name
    from unicodedata import normalize  # only names beyond ASCII pay for the import

    return normalize("NFKC", name)
