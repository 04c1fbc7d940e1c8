"""What both test engines have in common: which programs and workbooks run, and ranges as boxes of rows and columns."""

from __future__ import annotations

from pathlib import Path

from watching import Watched
from xlwings import base_classes


class Apps(base_classes.Apps):
    """The programs of an engine that run; ``start`` makes one."""

    def __init__(self, engine, start) -> None:
        self.engine, self.running, self._start = engine, [], start

    def keys(self):
        return [app._pid for app in self.running]

    def add(self, spec=None, add_book=None, xl=None, visible=None):
        self.running.append(self._start(self.engine))
        return self.running[-1]

    def __iter__(self):
        return iter(self.running)

    def __len__(self):
        return len(self.running)

    def __getitem__(self, pid):
        return next(app for app in self.running if app._pid == pid)


class Books(Watched, base_classes.Books):
    """The open workbooks of a program, found by number or by name."""

    def __init__(self, app) -> None:
        self._app, self._open = app, []

    app = property(lambda self: self._app)
    active = property(lambda self: self._open[-1])

    def __call__(self, key):
        for number, book in enumerate(self._open, 1):
            if key == number or (isinstance(key, str) and book._name.casefold() == Path(key).name.casefold()):
                return book
        raise KeyError(key)

    def __len__(self):
        return len(self._open)

    def __iter__(self):
        return iter(self._open)


class BoxedSheet(Watched, base_classes.Sheet):
    """A sheet whose ranges are ``_of_range`` of a top row, a left column, a bottom row and a right column."""

    def range(self, arg1, arg2=None):
        first = self._box(arg1)
        last = first if arg2 is None else self._box(arg2)
        return self._of_range(
            self, min(first[0], last[0]), min(first[1], last[1]), max(first[2], last[2]), max(first[3], last[3])
        )

    def _box(self, given):
        given = getattr(given, "impl", given)
        if isinstance(given, BoxedRange):
            return given._box
        if isinstance(given, tuple):
            height, width = given[2:] if len(given) == 4 else (1, 1)
            return given[0], given[1], given[0] + height - 1, given[1] + width - 1
        return self._box_of(given.replace("$", ""))


class BoxedRange(Watched, base_classes.Range):
    """A block of cells."""

    options = None

    def __init__(self, sheet, top, left, bottom, right) -> None:
        self._sheet, self._box = sheet, (top, left, bottom, right)

    sheet = property(lambda self: self._sheet)
    row = property(lambda self: self._box[0])
    column = property(lambda self: self._box[1])
    shape = property(lambda self: self._shape())
    address = property(lambda self: self._address())

    def _shape(self):
        top, left, bottom, right = self._box
        return bottom - top + 1, right - left + 1

    def get_address(self, row_absolute, col_absolute, external):
        return self._address()

    def __len__(self):
        height, width = self._shape()
        return height * width

    def __call__(self, row, column=None):
        if column is None:
            row, column = (row - 1) // self._shape()[1] + 1, (row - 1) % self._shape()[1] + 1
        top, left = self._box[0] + row - 1, self._box[1] + column - 1
        return type(self)(self._sheet, top, left, top, left)
