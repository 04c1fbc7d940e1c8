"""What the package editor refuses, said with the name of the file."""

from __future__ import annotations

import contextlib
import functools
import inspect
from typing import TYPE_CHECKING, Protocol, TypeVar

from leadbook.books.ooxml import PackageRefusedError
from leadbook.model.issues import BookRefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


class _OfFile(Protocol):
    path: Path


_Kind = TypeVar("_Kind", bound=type)


@contextlib.contextmanager
def naming_refusals(name: str) -> Iterator[None]:
    """Turn a refusal of the package editor into one that names the file."""
    try:
        yield
    except PackageRefusedError as refusal:
        raise BookRefusedError(f'"{name}": {refusal}') from refusal


def naming_every_refusal(book: _Kind) -> _Kind:
    """Have every public method of a kind of book do so: that a part is damaged shows when it is first looked at."""
    for name, method in list(vars(book).items()):
        if inspect.isfunction(method) and not name.startswith("_"):
            setattr(book, name, _naming(method))
    return book


def _naming(method: Callable[..., object]) -> Callable[..., object]:
    @functools.wraps(method)
    def named(book: _OfFile, *given: object, **given_by_name: object) -> object:
        with naming_refusals(book.path.name):
            return method(book, *given, **given_by_name)

    return named
