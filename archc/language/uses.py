"""One use of an operator or a block: its principal argument and its named settings."""

from collections.abc import Collection
from collections.abc import Mapping as Dict
from dataclasses import dataclass
from typing import Any

from archc import ops
from archc.diagnostics import Diagnostics
from archc.language.arithmetic import spoken
from archc.language.model import Block, BlockUse, OperatorUse, Reference
from archc.language.respelling import meant
from archc.language.values import UNKNOWN, Names, SpecValue, Unknown, is_cut, spec_value
from archc.ops.base.kinds import Unfit, Value
from archc.ops.base.operator import Operator
from archc.problems.base import Problem
from archc.problems.forms import Empty, ListForm, NameOf
from archc.problems.known import Known
from archc.problems.structure import (
    MissingKey,
    NotOneOperator,
    UnknownKey,
    UnknownOperator,
    WrongForm,
)
from archc.problems.values import BadValue, GivenTwice, TooManyArguments
from archc.source import Span
from archc.syntax.tree import Mapping, Scalar, Sequence, Tree, Unreadable

NODE_KEYS = ("from", "if", "repeat", "as", "inline", "init")
"""The keys that any node can have beside its operator, block or body."""

_FEW = 20

Named = dict[str, tuple[Scalar, Tree]]


@dataclass(slots=True)
class UseReader:
    """Reads the uses of one body; `names` are the parameters that can be named in it."""

    diagnostics: Diagnostics
    blocks: Dict[str, Block]
    defaults: Dict[str, Dict[str, SpecValue]]
    names: Names

    def is_known(self, name: str) -> bool:
        """Whether an operator of archc or a block has this name."""
        return name in ops.names() or name in self.blocks

    def takes(self, name: str) -> Collection[str]:
        """Return the settings that an operator or a block takes by name."""
        if name in self.blocks:
            return self.blocks[name].params
        operator = ops.find(name)
        return tuple(setting for setting in operator.kinds if setting != operator.principal)

    def head(self, tree: Mapping, extra: tuple[str, ...]) -> Scalar | None:
        """Return the key that names the operator or the block."""
        keys = [key for key, _ in tree if key.text not in NODE_KEYS and key.text not in extra]
        heads = [key for key in keys if self.is_known(key.text)]
        heads = heads or [key for key in keys[:_FEW] if key.text in ops.OPERATORS]
        if len(heads) > 1:
            # A block's parameter may bear an operator's name.
            rest = {key.text for key in heads}
            fitting = [k for k in heads if rest - {k.text} <= set(self.takes(k.text))]
            heads = fitting[:1] or heads
        if len(heads) == 1:
            return heads[0]
        if heads:
            operators = tuple(key.text for key in heads)
            self._report(NotOneOperator(operators), heads[1].span)
        elif keys:
            # The key that is most like an operator's name is the one meant for one.
            known = Known(ops.OPERATORS.all_names(), self.blocks, ("layers", "branches"))
            key = next((key for key in keys[:_FEW] if meant(key.text, known, ())), keys[0])
            self._report(UnknownOperator(key.text, known), key.span)
        else:
            self._report(NotOneOperator(()), tree.span)
        return None

    def _known(self) -> Known:
        return Known(ops.OPERATORS.all_names(), self.blocks)

    def use(
        self,
        head: Scalar,
        principal: Tree | None,
        named: Named,
    ) -> OperatorUse | BlockUse | None:
        """Return the use of the operator or block `head`, or None where it cannot be one.

        `principal` is the head's own value; `named` are the settings beside it.
        """
        if isinstance(principal, Scalar) and principal.value is None:
            principal = None  # `{batch_norm: , eps: 0.001}`
        if head.text in self.blocks:
            return self._block_use(head, principal, named)
        if head.text not in ops.OPERATORS:
            self._report(UnknownOperator(head.text, self._known()), head.span)
            return None
        return self._operator_use(head, principal, named)

    def _operator_use(
        self,
        head: Scalar,
        principal: Tree | None,
        named: Named,
    ) -> OperatorUse | None:
        operator = ops.find(head.text)
        joined = self._joined(head, principal) if operator.joins else []
        own = {} if operator.joins else self._positional(head, principal, operator)
        if joined is None or own is None:
            return None
        takes = self.takes(head.text)
        lost = self._named(named, takes, f"`{head.text}`", own, cut=is_cut(principal))
        settings = {**self.defaults.get(head.text, {}), **own}
        missing = tuple(name for name in operator.required if name not in settings)
        if missing:
            if not lost:
                self._report(self._missing(operator, head.text, missing), head.span)
            return None
        use = self._with_constants(OperatorUse(operator, head.span, settings, joined, None))
        return None if lost else use

    def _missing(self, operator: type[Operator], name: str, missing: tuple[str, ...]) -> Problem:
        if operator.principal in missing:
            advice = f"`{operator.principal}` is the value of `{name}:` itself"
            return MissingKey(missing, f"`{name}`", advice)
        return MissingKey(missing, f"`{name}`")

    def _positional(
        self, head: Scalar, principal: Tree | None, operator: type[Operator]
    ) -> dict[str, SpecValue] | None:
        if principal is None:
            return {}
        if operator.principal is None:
            needs = Empty(tuple(self.takes(head.text)))
            problem = BadValue(head.text, needs, principal.described())
            self._report(problem, principal.span)
            return None
        return {operator.principal: spec_value(principal, self.names, self.diagnostics)}

    def _named(
        self,
        named: Named,
        takes: Collection[str],
        where: str,
        settings: dict[str, SpecValue],
        *,
        cut: bool,
    ) -> bool:
        """Read the named settings into `settings`; return whether one could not be read.

        `cut` says that an expression before was cut off: its rest is no key of its own.
        """
        lost = False
        for key, value in named.values():
            if cut and key.text.endswith(")"):
                lost = True
            elif key.text not in takes:
                known = Known(takes, NODE_KEYS)
                self._report(UnknownKey(key.text, where, known, named), key.span)
                full = self.diagnostics.full
                name = None if full else meant(key.text, takes, Known(settings, named))
                if name is None:
                    lost = True
                else:
                    settings[name] = spec_value(value, self.names, self.diagnostics)
            elif key.text in settings:
                self._report(GivenTwice(key.text), key.span)
            else:
                settings[key.text] = spec_value(value, self.names, self.diagnostics)
            cut = is_cut(value)
        return lost

    def _with_constants(self, use: OperatorUse) -> OperatorUse | None:
        """Check the settings that no expression computes; build the operator if none does."""
        values = {}
        fits = True
        for name, given in use.settings.items():
            if not given.constant:
                continue
            accepted = accept(use.operator, name, given, given.value, self.diagnostics)
            fits = fits and not isinstance(accepted, Unknown)
            values[name] = accepted
        if not fits:
            return None
        if len(values) == len(use.settings):
            use.ready = use.operator(**values)
        return use

    def _joined(self, head: Scalar, principal: Tree | None) -> list[Reference] | None:
        if isinstance(principal, Unreadable):
            return None
        if not isinstance(principal, Sequence):
            value = principal.described() if principal else "nothing"
            problem = WrongForm(f"`{head.text}`", ListForm("node names", 2), value)
            self._report(problem, principal.span if principal else head.span)
            return None
        references = [reference(item, head.text, self.diagnostics) for item in principal.items]
        if len(principal.items) < 2:
            count = f"{len(principal.items)}"
            problem = WrongForm(f"`{head.text}`", ListForm("node names", 2), count)
            self._report(problem, principal.span)
            return None
        names = [name for name in references if name is not None]
        return names if len(names) == len(references) else None

    def _block_use(
        self,
        head: Scalar,
        principal: Tree | None,
        named: Named,
    ) -> BlockUse | None:
        block = self.blocks[head.text]
        if not block.readable:
            return BlockUse(block.name, head.span, {})
        trees = principal.items if isinstance(principal, Sequence) else [principal]
        cut = next((i for i, tree in enumerate(trees, 1) if is_cut(tree)), None)
        trees = trees[:cut]  # the values after it cannot be assigned to parameters
        given = [spec_value(t, self.names, self.diagnostics) for t in trees if t is not None]
        arguments = dict(zip(block.params, given, strict=False))
        wrong = len(given) > len(block.params)
        if wrong and principal:
            problem = TooManyArguments(block.name, len(given), Known(block.params))
            self._report(problem, principal.span)
            named = {name: entry for name, entry in named.items() if name not in arguments}
        lost = self._named(
            named, block.params, f"the block `{block.name}`", arguments, cut=bool(cut)
        )
        needed = block.params if cut else block.required
        missing = tuple(name for name in needed if name not in arguments)
        if missing and not wrong and not lost and not cut:
            self._report(MissingKey(missing, f"the block `{block.name}`"), head.span)
        if lost:
            return None
        for name in missing:
            arguments[name] = SpecValue(head.span, "", UNKNOWN)
        return BlockUse(block.name, head.span, arguments)

    def _report(self, problem: Problem, span: Span) -> None:
        self.diagnostics.report(problem, span)


def reference(tree: Tree, key: str, diagnostics: Diagnostics) -> Reference | None:
    """Return the name of a node that `tree` states, or None after a report."""
    if isinstance(tree, Scalar) and tree.value is not None:
        return Reference(tree.text, tree.span)
    if not isinstance(tree, Unreadable):
        diagnostics.report(BadValue(key, NameOf("a node"), tree.described()), tree.span)
    return None


def accept(
    operator: type[Operator],
    name: str,
    given: SpecValue,
    value: Value | Unknown,
    diagnostics: Diagnostics,
) -> Any:
    """Return `value` in the operator's form, or UNKNOWN after reporting that it does not fit."""
    if isinstance(value, Unknown):
        return UNKNOWN
    accepted = operator.accept(name, value)
    if not isinstance(accepted, Unfit):
        return accepted
    setting_name = operator.name if name == operator.principal else name
    shown = given.shown if given.constant else f"{given.shown} = {spoken(value)}"
    diagnostics.report(BadValue(setting_name, accepted.expected, shown, value), given.span)
    return UNKNOWN
