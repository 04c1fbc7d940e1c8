"""Whether the fields a template names are there, told without filling it in: empty loops are read too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import nodes

from leadbook.documents.template_faults import field_names, nearest_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_ANYTHING = object()
_LOOP = {"index": 1, "index0": 0, "first": True, "last": True, "length": 1, "revindex": 1, "revindex0": 0}
_TESTS = frozenset({
    "defined", "undefined", "none", "odd", "even", "divisibleby", "string", "number", "mapping", "sequence", "true",
    "false", "boolean", "in", "eq", "ne", "lt", "le", "gt", "ge", "equalto", "lower", "upper", "iterable",
})  # fmt: skip


class NameCheck:
    """Follows each field a template names into an example that has something in every field.

    Parameters
    ----------
    example : mapping
    filters : iterable of str
        Those that may be used.
    tell : callable
        Gets a line's number, from 1, and what is wrong there.
    any_key : str
        The group whose keys are the workbook's own and not known here.
    """

    def __init__(
        self,
        example: Mapping[str, object],
        *,
        filters: Iterable[str],
        tell: Callable[[int, str], None],
        any_key: str = "more",
    ) -> None:
        self._example = example
        self._filters = list(filters)
        self._tell = tell
        self._any = example.get(any_key)
        self._scope: dict[str, object] = dict(example)
        self._forgiving = 0

    def check(self, tree: nodes.Template) -> None:
        """Look at every name of a template."""
        self._visit_all(tree.body)

    def _visit_all(self, found: Iterable[nodes.Node]) -> None:
        for node in found:
            self._visit(node)

    def _visit(self, node: nodes.Node) -> None:
        match node:
            case nodes.For():
                self._visit_loop(node)
            case nodes.Assign():
                self._assign(node.target, self._value(node.node))
            case nodes.AssignBlock():
                self._visit_all(node.body)
                self._assign(node.target, "")
            case nodes.With():
                kept = dict(self._scope)
                for target, value in zip(node.targets, node.values, strict=True):
                    self._assign(target, self._value(value))
                self._visit_all(node.body)
                self._scope = kept
            case nodes.Output():
                for part in node.nodes:
                    self._print(part)
            case nodes.Expr():
                self._value(node)
            case _:
                self._visit_all(node.iter_child_nodes())

    def _visit_loop(self, node: nodes.For) -> None:
        over = self._value(node.iter)
        item: object = _ANYTHING
        if isinstance(over, list):
            item = over[0] if over else _ANYTHING
        elif over is not _ANYTHING:
            what = "a group of fields" if isinstance(over, dict) else "no list"
            self._tell(node.lineno, f"{_written(node.iter)} is {what}; {{% for %}} goes through a list.")
        kept = dict(self._scope)
        self._assign(node.target, item)
        self._scope["loop"] = _LOOP
        if node.test is not None:
            self._value(node.test)
        self._visit_all(node.body)
        self._scope = kept
        self._visit_all(node.else_)

    def _assign(self, target: nodes.Node, value: object) -> None:
        if isinstance(target, nodes.Name):
            self._scope[target.name] = value
        for inner in target.find_all(nodes.Name):
            self._scope[inner.name] = _ANYTHING

    def _print(self, node: nodes.Expr) -> None:
        value = self._value(node)
        written = _written(node)
        if isinstance(value, dict) and value is not _LOOP:
            some = ", ".join(f"{written}.{key}" for key in list(value)[:4])
            self._tell(node.lineno, f"{written} is a group of fields; print one of them, such as {some}.")
        elif isinstance(value, list):
            self._tell(node.lineno, f"{written} is a list; go through it with {{% for one in {written} %}}.")

    def _value(self, node: nodes.Node) -> object:
        """Return what an expression stands for, as far as it can be told."""
        follow: Mapping[type[nodes.Node], Callable[[Any], object]] = {
            nodes.Const: lambda constant: constant.value,
            nodes.Name: self._named,
            nodes.Getattr: lambda member: self._member(member, self._value(member.node), member.attr),
            nodes.Getitem: self._item,
            nodes.Filter: self._filtered,
            nodes.Test: self._tested,
            nodes.Compare: self._compared,
            nodes.CondExpr: self._either,
            nodes.Call: self._called,
        }
        if type(node) in follow:
            return follow[type(node)](node)
        for inner in node.iter_child_nodes():
            self._value(inner)
        return _ANYTHING

    def _either(self, node: nodes.CondExpr) -> object:
        self._value(node.test)
        first = self._value(node.expr1)
        other = self._value(node.expr2) if node.expr2 is not None else ""
        return first if type(first) is type(other) else _ANYTHING

    def _called(self, node: nodes.Call) -> object:
        self._tell(node.lineno, f"{_written(node.node)}() is a call; a template only names fields.")
        return _ANYTHING

    def _named(self, node: nodes.Name) -> object:
        if node.name in self._scope:
            return self._scope[node.name]
        if not self._forgiving:
            self._missing(node.lineno, node.name, nearest_name(node.name, [*self._scope, *field_names(self._example)]))
        return _ANYTHING

    def _item(self, node: nodes.Getitem) -> object:
        value = self._value(node.node)
        if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
            return self._member(node, value, node.arg.value)
        self._value(node.arg)
        return value[0] if isinstance(value, list) and value else _ANYTHING

    def _member(self, node: nodes.Getattr | nodes.Getitem, value: object, name: str) -> object:
        if value is _ANYTHING or (value is self._any and value is not None and not name.startswith("_")):
            return _ANYTHING
        owner = _written(node.node)
        if isinstance(value, dict):
            if name in value and not name.startswith("_"):
                return value[name]
            if not self._forgiving or name.startswith("_"):
                near = nearest_name(name, value)
                whole = f"{owner}.{name}"
                self._missing(
                    node.lineno, whole,
                    f"{owner}.{near}" if near else nearest_name(whole, self._others(owner)),
                )  # fmt: skip
        else:
            what = "a list; its items have fields" if isinstance(value, list) else "a field itself"
            self._tell(node.lineno, f"there is no field {owner}.{name}: {owner} is {what}.")
        return _ANYTHING

    def _others(self, owner: str) -> list[str]:
        """Return the names of all fields but of the group that lacks the one that was named."""
        return [name for name in field_names(self._example) if name != owner]

    def _missing(self, line: int, name: str, near: str) -> None:
        self._tell(line, f"there is no field {name}" + (f"; did you mean {near}?" if near else "."))

    def _filtered(self, node: nodes.Filter) -> object:
        known = node.name in self._filters
        if not known:
            near = nearest_name(node.name, self._filters)
            there = f"; did you mean |{near}?" if near else f"; there are {', '.join(self._filters)}."
            self._tell(node.lineno, f"there is no filter |{node.name}{there}")
        self._forgiving += node.name in {"default", "d"}
        value = "" if node.node is None else self._value(node.node)
        self._forgiving -= node.name in {"default", "d"}
        for argument in (*node.args, *(named.value for named in node.kwargs)):
            self._value(argument)
        if node.name in {"first", "last"} and isinstance(value, list):
            return value[0] if value else _ANYTHING
        return {"length": 1, "join": ""}.get(node.name, _ANYTHING)

    def _tested(self, node: nodes.Test) -> object:
        if node.name not in _TESTS:
            near = nearest_name(node.name, _TESTS)
            self._tell(node.lineno, f'there is no test "is {node.name}"' + (f"; did you mean {near}?" if near else "."))
        self._forgiving += node.name in {"defined", "undefined"}
        self._value(node.node)
        self._forgiving -= node.name in {"defined", "undefined"}
        return True

    def _compared(self, node: nodes.Compare) -> object:
        left, shown = self._value(node.expr), _written(node.expr)
        for operand in node.ops:
            right = self._value(operand.expr)
            if {type(left), type(right)} == {str, int} and operand.op not in {"in", "notin"}:
                kinds = ("a text", "a number") if isinstance(left, str) else ("a number", "a text")
                other = _written(operand.expr)
                self._tell(node.lineno, f"{shown} is {kinds[0]} and {other} {kinds[1]}; they cannot be compared.")
            left, shown = right, _written(operand.expr)
        return True


def _written(node: nodes.Node | None) -> str:
    """Return a field as a template has it: ``option.lines``."""
    match node:
        case nodes.Name():
            return node.name
        case nodes.Getattr():
            return f"{_written(node.node)}.{node.attr}"
        case nodes.Getitem():
            return f"{_written(node.node)}[...]"
        case nodes.Const():
            return f'"{node.value}"' if isinstance(node.value, str) else str(node.value)
        case nodes.Filter():
            return f"{_written(node.node)}|{node.name}"
    return "this"
