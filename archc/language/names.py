"""What can be a name: whatever a spec calls a node becomes an attribute of a module."""

from keyword import iskeyword

from archc.diagnostics import Diagnostics
from archc.language.setting import INPUT_NAMES
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
MODULE_ATTRIBUTES = frozenset(_MODULE_ATTRIBUTES.split())
"""What ``nn.Module`` calls its own, but for names that begin with an underscore."""


def check_name(key: Scalar, diagnostics: Diagnostics, *, attribute: bool = True) -> bool:
    """Report and return False unless `key` can be a name.

    A node becomes an attribute of a module; a block or a parameter does not.
    """
    reason = _objection(key.text, attribute)
    if reason is None:
        return True
    taken = key.text.isidentifier() and key.text.isascii() and not key.text.startswith("_")
    advice = f"choose another, such as `{key.text}_`" if taken else BadName.advice
    diagnostics.report(BadName(key.text, reason, advice), key.span)
    return False


def _objection(name: str, attribute: bool) -> str | None:
    if not name.isidentifier():
        return "it is not an identifier"
    if not name.isascii() and not _survives_parsing(name):
        return "Python would read other letters in it"
    if iskeyword(name):
        return "it is a keyword of Python"
    if name.startswith("_"):
        return "names that begin with `_` belong to `nn.Module` itself"
    if attribute and name in MODULE_ATTRIBUTES:
        return f"`nn.Module.{name}` is torch's own"
    if name in _EMITTED or name in INPUT_NAMES:
        return "it has a meaning of its own"
    return None


def _survives_parsing(name: str) -> bool:
    from unicodedata import normalize  # only names beyond ASCII pay for the import

    return normalize("NFKC", name) == name
