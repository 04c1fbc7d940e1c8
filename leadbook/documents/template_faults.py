"""What is wrong with a template, told to whoever wrote it: the file, the place, the field, and the nearest one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from jinja2.exceptions import (
    SecurityError,
    TemplateAssertionError,
    TemplateError,
    TemplateSyntaxError,
    UndefinedError,
)
from jinja2.utils import missing

from leadbook.model.issues import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FAULTS = (TemplateError, ArithmeticError, TypeError, ValueError, LookupError, RecursionError, MemoryError, SyntaxError)
"""What a template that is wrong may raise while it is read or filled in."""

_NEAR = 70.0
_MOST_NAMED = 8


class MissingFieldError(UndefinedError):
    """A template names a field that is not there.

    Parameters
    ----------
    message : str
    of : object
        What was asked for it; jinja2's ``missing`` where the template's own names were.
    name : object
        The field's, or a place in a list.
    """

    def __init__(self, message: str, of: object = missing, name: object = "") -> None:
        super().__init__(message)
        self.of = of
        self.name = name


class TooMuchError(SecurityError):
    """A template would make too much, or take too long."""


def tell_fault(
    failure: BaseException,
    *,
    file: str,
    context: Mapping[str, object],
    source: str = "",
    place: str = "",
    first_line: int = 1,
    filters: Iterable[str] = (),
) -> InputError:
    """Return what is wrong with a template as one sentence to raise.

    Parameters
    ----------
    failure : BaseException
        One of `FAULTS`, as it was raised.
    file : str
        The template's name.
    context : mapping
        What it was filled in with: names to plain values, mappings and lists.
    source : str
        The template's text, where it has lines that mean something to its writer.
    place : str
        Where in it the fault is; "" takes the line Jinja2 knows.
    first_line : int
        The number, in the file, of the text's first line.
    filters : iterable of str
        Those that may be used.
    """
    line = line_of(failure)
    where = place or (f"line {line + first_line - 1}" if line else "")
    lines = source.splitlines()
    text = lines[line - 1] if line and 0 < line <= len(lines) else source
    return InputError(f"{file}{f', {where}' if where else ''}: {_said(failure, context, text, filters)}")


def field_names(context: Mapping[str, object]) -> list[str]:
    """Return the dotted names of all fields of a context; those of a list's items as ``lines[].product``."""
    return [name for name, _ in _walk(context, "")]


def nearest_name(wanted: str, names: Iterable[str]) -> str:
    """Return the name a misspelt one most likely means, "" where none is near.

    The last part counts on its own as well: ``company`` is near ``lead.company``.
    """
    from rapidfuzz import fuzz, process, utils  # noqa: PLC0415 - only a fault asks for it

    known = list(names)
    found = process.extractOne(wanted, known, scorer=fuzz.ratio, processor=utils.default_process, score_cutoff=_NEAR)
    if found:
        return str(found[0])
    last = wanted.rpartition(".")[2]
    parts = [name.rpartition(".")[2] for name in known]
    found = process.extractOne(last, parts, scorer=fuzz.ratio, processor=utils.default_process, score_cutoff=_NEAR)
    return known[found[2]] if found else ""


def _said(failure: BaseException, context: Mapping[str, object], text: str, filters: Iterable[str]) -> str:
    if isinstance(failure, MissingFieldError):
        return _missing_field(failure, context, text)
    if isinstance(failure, TemplateError):
        return _unreadable(failure, filters)
    match failure:
        case RecursionError() | MemoryError() | SyntaxError():
            return "it is nested too deeply; make it simpler."
        case ZeroDivisionError():
            return "something is divided by zero."
        case _:
            return f"these values cannot be worked with like that ({_plain(str(failure))})."


def _unreadable(failure: TemplateError, filters: Iterable[str]) -> str:
    message = failure.message or "it cannot be filled in"
    unknown = (
        re.match(r"No (filter|test) named '(.*?)'", message) if isinstance(failure, TemplateAssertionError) else None
    )
    if unknown:
        near = nearest_name(unknown[2], filters)
        return f'there is no {unknown[1]} "{unknown[2]}"' + (f'; did you mean "{near}"?' if near else ".")
    unclosed = re.search(r"block that needs to be closed is '(\w+)'", message)
    if unclosed:
        word = unclosed[1]
        return f"{{% {word} %}} is opened and never closed; write {{% end{word} %}} where it ends."
    return f"{_plain(message)}."


def _missing_field(failure: MissingFieldError, context: Mapping[str, object], text: str) -> str:
    if failure.of is missing and not failure.name:
        return f"{_plain(failure.message or '')}."
    wanted = str(failure.name)
    if failure.of is missing:
        near = nearest_name(wanted, [*context, *field_names(context)])
        return _no_field(wanted, near, context)
    owner = _written_before(wanted, text) or _path_to(failure.of, context)
    whole = f"{owner}.{wanted}" if owner else wanted
    siblings = list(failure.of) if isinstance(failure.of, Mapping) else []
    sibling = nearest_name(wanted, map(str, siblings))
    if sibling:
        return _no_field(whole, f"{owner}.{sibling}" if owner else sibling, context)
    if not isinstance(failure.of, Mapping):
        return f"there is no field {whole}: {owner or 'what stands before it'} has no fields of its own."
    return _no_field(whole, nearest_name(whole, field_names(context)), failure.of)


def _no_field(name: str, near: str, there: Mapping[str, object]) -> str:
    if near:
        return f"there is no field {name}; did you mean {near}?"
    named = [str(key) for key in there][:_MOST_NAMED]
    more = " and more" if len(there) > len(named) else ""
    return f"there is no field {name}" + (f"; there are {', '.join(named)}{more}." if named else ".")


def _written_before(name: str, text: str) -> str:
    """Return what a template has before the dot of a field, as it was typed."""
    found = re.search(rf"([A-Za-z_]\w*(?:\.\w+)*)\s*\.\s*{re.escape(name)}\b", text)
    return found[1] if found else ""


def _path_to(wanted: object, context: Mapping[str, object]) -> str:
    return next((name for name, value in _walk(context, "") if value is wanted), "")


def _walk(value: object, name: str) -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            whole = f"{name}.{key}" if name else str(key)
            yield whole, inner
            yield from _walk(inner, whole)
    elif isinstance(value, (list, tuple)) and value:
        yield from _walk(value[0], f"{name}[]")


def line_of(failure: BaseException) -> int:
    """Return the template's line (from 1) a fault is in, 0 where nobody knows."""
    if isinstance(failure, TemplateSyntaxError):
        return failure.lineno
    line, trace = 0, failure.__traceback__
    while trace is not None:
        # Jinja2 puts frames of its own into the trace, which stand for the template's lines.
        if "__jinja_exception__" in trace.tb_frame.f_globals:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _plain(message: str) -> str:
    """Return a message on one line, without the full stop that the sentence gets."""
    shown = "".join(letter if letter.isprintable() else " " for letter in message)
    return " ".join(shown.split()).rstrip(".")[:300]
