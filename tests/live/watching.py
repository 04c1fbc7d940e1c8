"""What every test engine does besides its work: it counts the calls, can turn them away, and can break at one."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager


class ComError(Exception):
    """A failure as pywin32 raises it."""

    def __init__(self, hresult: int, text: str) -> None:
        super().__init__(text)
        self.hresult = hresult


REJECTED, DISCONNECTED = -2147418111, -2147417848


class Watch:
    """Sees each call into an engine before it is carried out."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.before = None

    def note(self, kind: str, name: str) -> None:
        self.calls[f"{kind}.{name}"] += 1
        if self.before is not None:
            self.before(f"{kind}.{name}")

    @property
    def total(self) -> int:
        return sum(self.calls.values())

    @contextmanager
    def counting(self):
        self.calls.clear()
        yield self.calls

    @contextmanager
    def doing(self, before):
        self.before = before
        try:
            yield
        finally:
            self.before = None


WATCH = Watch()
# xlwings keeps a range's options on the engine's object; that is no call.
_OWN = frozenset({"options", "engine"})


class Watched:
    """An engine's object; names that begin with an underscore are its own affair."""

    def __getattribute__(self, name):
        if name[0] != "_" and name not in _OWN:
            WATCH.note(type(self).__name__, name)
        return super().__getattribute__(name)

    def __setattr__(self, name, value):
        if name[0] != "_" and name not in _OWN:
            WATCH.note(type(self).__name__, name + "=")
        super().__setattr__(name, value)


def turned_away(times: int):
    """Reject so many calls, as Excel does while a cell is being typed into."""
    left = [times]

    def before(_call):
        if left[0]:
            left[0] -= 1
            raise ComError(REJECTED, "Call was rejected by callee.")

    return before


def failing_at(call: str, number: int = 1, error: Exception | None = None):
    """Raise at the so-manieth call of a kind."""
    left = [number]

    def before(seen):
        if seen == call:
            left[0] -= 1
            if left[0] == 0:
                raise error or RuntimeError(f"{call} failed")

    return before


def closed_at(call: str, number: int = 1):
    """Let every call fail from the so-manieth of a kind on, as when the workbook was closed."""
    left = [number]

    def before(seen):
        if seen == call:
            left[0] -= 1
        if left[0] <= 0:
            raise ComError(DISCONNECTED, "The object invoked has disconnected from its clients.")

    return before
