"""The one Jinja2 environment of every template: it fills in plain values and can do nothing else."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from jinja2 import StrictUndefined, TemplateSyntaxError, Undefined, nodes, pass_context, pass_eval_context
from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS
from jinja2.runtime import LoopContext, markup_join, str_join
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing

from leadbook.documents.template_faults import FAULTS, MissingFieldError, TooMuchError, tell_fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jinja2 import Template
    from jinja2.nodes import EvalContext
    from jinja2.runtime import Context

MOST_OUTPUT = 5_000_000
"""Letters of a whole document."""
MOST_STEPS = 100_000
"""Turns of all loops of one document together."""
LONGEST_TEXT = 200_000
"""Letters of one value on the way."""

_HARMLESS = (
    "abs", "capitalize", "d", "default", "e", "escape", "first", "last", "length", "lower", "title", "trim", "upper",
)  # fmt: skip
_OF_A_LOOP = frozenset(
    {"index", "index0", "revindex", "revindex0", "first", "last", "length", "previtem", "nextitem", "depth", "depth0"}
)
_NUMBERS = (int, float, Decimal)
_LARGEST = 1e30
_PRINTED = (str, int, float, Decimal, dt.date, dt.time, Undefined)
_ONLY_FIELDS = "a template only names fields, such as {{ lead.company }}"
_REFUSED: dict[type[nodes.Node], str] = {
    nodes.Call: f"a call, such as name(), is not possible: {_ONLY_FIELDS}",
    nodes.CallBlock: f"a call is not possible: {_ONLY_FIELDS}",
    nodes.Macro: f"a macro is not possible: {_ONLY_FIELDS}",
    nodes.ScopedEvalContextModifier: "values are always escaped; take the autoescape block out",
    nodes.Include: "including another file is not possible; put its text here",
    nodes.Extends: "building on another file is not possible; put its text here",
    nodes.Import: "importing another file is not possible; put its text here",
    nodes.FromImport: "importing another file is not possible; put its text here",
}
_BLOCK = r"\{%(?:(?!%\}).)*%\}|\{#(?:(?!#\}).)*#\}"
_BLOCK_LINE = re.compile(rf"^[ \t]*((?:(?:{_BLOCK})[ \t]*)*)({_BLOCK})[ \t]*\n", re.MULTILINE)
_COUNTED, _JOINED = "_counted", "_joined"


class _Missing(StrictUndefined):
    """A field that is not there: whatever a template does with it but asking ``is defined`` is a fault."""

    __slots__ = ()

    def __init__(
        self,
        hint: str | None = None,
        obj: object = missing,
        name: object = "",
        exc: object = None,  # noqa: ARG002 - Jinja2's own signature
    ) -> None:
        fault = partial(MissingFieldError, of=obj, name=name)
        super().__init__(hint, obj, name, fault)  # type: ignore[arg-type] # it calls it with the message, as it would a class


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2's sandbox, narrowed: no calls, no attributes but the keys of mappings, no other files, bounded work.

    Parameters
    ----------
    autoescape : bool
        Whether values are escaped as markup (HTML, Word's XML).
    printable : tuple of type
        What may stand in ``{{ }}`` besides texts, numbers and dates: a Word engine's own rich texts.
    """

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})

    def __init__(self, *, autoescape: bool, blocks_take_lines: bool = False, printable: tuple[type, ...] = ()) -> None:
        super().__init__(
            autoescape=autoescape, undefined=_Missing, trim_blocks=blocks_take_lines, lstrip_blocks=blocks_take_lines,
            keep_trailing_newline=True, finalize=self._printed,
        )  # fmt: skip
        self._printable = (*_PRINTED, *printable)
        self._steps_left = MOST_STEPS
        self.globals.clear()
        self.filters.clear()
        self.filters |= {name: FILTERS[name] for name in _HARMLESS}
        self.filters |= {"join": _join, "round": _round, _COUNTED: self._count, _JOINED: _concat}

    @property
    def filter_names(self) -> list[str]:
        """What may follow ``|``."""
        return sorted(name for name in self.filters if not name.startswith("_"))

    def begin(self) -> None:
        """Start a document: the limits count from here."""
        self._steps_left = MOST_STEPS

    def getattr(self, obj: Any, attribute: str) -> Any:  # noqa: ANN401 - Jinja2's own signature
        """Return a mapping's key or what a loop knows of itself; objects have nothing else for a template."""
        if isinstance(obj, LoopContext) and attribute in _OF_A_LOOP:
            return getattr(obj, attribute)
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:  # noqa: ANN401 - Jinja2's own signature
        """Return a mapping's key, or what stands at a place of a list."""
        if isinstance(obj, Undefined):
            str(obj)  # raises what is missing
        if isinstance(obj, Mapping):
            if argument in obj and not str(argument).startswith("_"):
                return obj[argument]
        elif isinstance(obj, (list, tuple, str)) and isinstance(argument, int) and -len(obj) <= argument < len(obj):
            return obj[argument]
        return self.undefined(obj=obj, name=argument)

    def call(self, context: Context, obj: Any, /, *_args: Any, **_named: Any) -> Any:  # noqa: ANN401, ARG002 - Jinja2's own signature
        """Refuse: templates are refused while they are read already, if they call anything."""
        raise SecurityError(_REFUSED[nodes.Call])

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401, ARG002 - as above
        """Reckon with numbers of a sensible size, and put texts together with ``+``."""
        for value in (left, right):
            if isinstance(value, Undefined):
                str(value)  # raises what is missing
        if operator == "+" and isinstance(left, str) and isinstance(right, str):
            return _bounded(left + right)
        if operator == "**" or not (isinstance(left, _NUMBERS) and isinstance(right, _NUMBERS)):
            raise SecurityError(
                f'"{operator}" works between two numbers only' if operator != "**" else '"**" is left out'
            )
        if not (-_LARGEST <= left <= _LARGEST and -_LARGEST <= right <= _LARGEST):
            raise TooMuchError("a number is too large to reckon with")
        return self.binop_table[operator](left, right)

    @staticmethod
    def concat(parts: Iterable[str]) -> str:
        """Put a document together, up to the largest that is sensible."""
        kept, size = [], 0
        for part in parts:
            size += len(part)
            if size > MOST_OUTPUT:
                raise TooMuchError("it would make more than five million letters")
            kept.append(part)
        return "".join(kept)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """Read a template; what it may not do is told with its line."""
        tree = super()._parse(source, name, filename)
        for node in tree.find_all(tuple(_REFUSED)):
            raise TemplateSyntaxError(_REFUSED[type(node)], node.lineno, name, filename)
        for node in tree.find_all((nodes.Getattr, nodes.Name, nodes.Filter)):
            word = str(getattr(node, "attr" if isinstance(node, nodes.Getattr) else "name"))
            if word.startswith("_"):
                raise TemplateSyntaxError(f'no field is called "{word}"', node.lineno, name, filename)
        _count_loops(tree)
        _bound_joins(tree)
        tree.set_environment(self)
        return tree

    def _printed(self, value: object) -> object:
        """Let through what can stand in a text."""
        if value is None:
            return ""
        if isinstance(value, str):
            return _bounded(value)
        if isinstance(value, self._printable):
            return value
        if isinstance(value, Mapping):
            named = ", ".join(str(key) for key in list(value)[:6])
            raise SecurityError(f"a group of fields stands where one field must; name one of them ({named})")
        if isinstance(value, (list, tuple)):
            raise SecurityError("a list stands where one field must; go through it with {% for %}")
        raise SecurityError("this is no field that can be printed")

    @pass_context
    def _count(self, _context: Context, values: Iterable[Any]) -> Iterator[Any]:
        for value in values:
            self._steps_left -= 1
            if self._steps_left < 0:
                raise TooMuchError(f"its loops take more than {MOST_STEPS:,} turns")
            yield value


class TextTemplate:
    """A text template, read once and filled in for many leads.

    A line that holds nothing but ``{% %}`` and ``{# #}`` leaves no line behind; every other line stays one.

    Parameters
    ----------
    source : str
    file : str
        Its name, for faults.
    autoescape : bool
        As `Sandbox` takes it.
    first_line : int
        The number, in the file, of the text's first line.
    """

    def __init__(self, source: str, *, file: str, autoescape: bool = False, first_line: int = 1) -> None:
        self._source, self._file, self._first_line = source, file, first_line
        self._sandbox = Sandbox(autoescape=autoescape)
        self._template: Template | None = None

    def fill(self, context: Mapping[str, object]) -> str:
        """Return the text filled in with names to plain values, and to mappings and lists of them.

        Raises
        ------
        InputError
            The template is wrong: one sentence with the file, the line, the field and the nearest existing one.
        """
        try:
            if self._template is None:
                self._template = self._sandbox.from_string(_lines_of_blocks(self._source))
            self._sandbox.begin()
            return self._template.render(context)
        except FAULTS as failure:
            raise tell_fault(
                failure, file=self._file, context=context, source=self._source, first_line=self._first_line,
                filters=self._sandbox.filter_names,
            ) from None  # fmt: skip


def _lines_of_blocks(source: str) -> str:
    """Move the end of each line that only holds blocks into the last of them, so that lines keep their numbers."""

    def moved(line: re.Match[str]) -> str:
        last = line[2]
        end = len(last) - (3 if last[-3] in "-+" else 2)
        return f"{line[1]}{last[:end]}\n{last[end:]}"

    return _BLOCK_LINE.sub(moved, source)


def fill_in(source: str, context: Mapping[str, object], *, file: str, autoescape: bool = False) -> str:
    """Return a text template filled in once; see `TextTemplate`."""
    return TextTemplate(source, file=file, autoescape=autoescape).fill(context)


def _count_loops(tree: nodes.Template) -> None:
    for loop in tree.find_all(nodes.For):
        loop.iter = nodes.Filter(loop.iter, _COUNTED, [], [], None, None, lineno=loop.lineno)


def _bound_joins(tree: nodes.Node) -> None:
    """Put the filter that bounds it in place of each ``~``: texts that double in every line would fill the memory."""
    for name, value in list(tree.iter_fields()):
        if isinstance(value, list):
            setattr(tree, name, [_bound_join(item) if isinstance(item, nodes.Node) else item for item in value])
        elif isinstance(value, nodes.Node):
            setattr(tree, name, _bound_join(value))


def _bound_join(node: nodes.Node) -> nodes.Node:
    _bound_joins(node)
    if not isinstance(node, nodes.Concat):
        return node
    parts = nodes.List(node.nodes, lineno=node.lineno)
    return nodes.Filter(parts, _JOINED, [], [], None, None, lineno=node.lineno)


@pass_eval_context
def _concat(evaluated: EvalContext, parts: list[Any]) -> str:
    return _bounded((markup_join if evaluated.autoescape else str_join)(parts))


@pass_eval_context
def _join(evaluated: EvalContext, values: Iterable[Any], between: str = "") -> str:
    parts: list[Any] = []
    size = 0
    for value in values:
        parts += [between, value] if parts else [value]
        size += len(str(value)) + len(between)
        if size > LONGEST_TEXT:
            raise TooMuchError(f"a text has more than {LONGEST_TEXT:,} letters")
    return _concat(evaluated, parts)


def _round(value: Any, digits: int = 0) -> Any:  # noqa: ANN401 - a number of any kind
    rounded = round(value, max(-10, min(10, digits)))
    return rounded if digits > 0 else int(rounded)


def _bounded(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise TooMuchError(f"a text has more than {LONGEST_TEXT:,} letters")
    return text
