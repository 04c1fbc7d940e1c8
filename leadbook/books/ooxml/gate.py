"""The gate: what must hold in the bytes that are about to replace a seller's workbook."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from leadbook.books.ooxml.book_invariants import book_problems
from leadbook.books.ooxml.opening import open_workbook
from leadbook.books.ooxml.package import Package, part_key
from leadbook.books.ooxml.refusal import PackageRefusedError
from leadbook.books.ooxml.sheet_invariants import sheet_problems

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet


def check(original: bytes, data: bytes, changed: AbstractSet[str], *, thorough: bool) -> None:
    """Refuse a result that breaks an invariant which the original kept.

    Parameters
    ----------
    original, data : bytes
        The workbook as it was read, and as it is about to be written.
    changed : set of str
        The parts that were meant to change.
    thorough : bool
        Look at every cell of every changed sheet too.

    Raises
    ------
    PackageRefusedError
        With what is wrong; then nothing may be written.
    """
    after = Counter(_unowned_problems(Package(original), data, changed))
    after += _problems(data, changed, thorough=thorough)
    if after:
        # A workbook may come with faults of its own; those are no reason to refuse it.
        new = after - _problems(original, changed, thorough=thorough)
        if new:
            raise PackageRefusedError(
                f"The changed workbook did not pass leadbook's own checks ({'; '.join(sorted(new)[:3])}), so "
                "nothing was written; please report this."
            )


def _problems(data: bytes, changed: AbstractSet[str], *, thorough: bool) -> Counter[str]:
    book = open_workbook(data)
    owned = {part_key(name) for name in changed}
    problems = Counter(book_problems(book))
    for sheet in book.sheets:
        if sheet.kind == "worksheet" and part_key(sheet.part) in owned:
            problems.update(sheet_problems(book, sheet, thorough=thorough))
    return problems


def _unowned_problems(original: Package, data: bytes, changed: AbstractSet[str]) -> list[str]:
    """Return what is wrong with the members that were not to be touched: content, presence, order."""
    result = Package(data)
    before, after = original.fingerprints(), result.fingerprints()
    owned = {part_key(name) for name in changed}
    problems = [
        f"{name} was changed"
        for name, digest in before.items()
        if part_key(name) not in owned and after.get(name) != digest
    ]
    kept = [member.name for member in original.members if member.name in after]
    if [member.name for member in result.members][: len(kept)] != kept:
        problems.append("the order of the parts was changed")
    problems += [f"{name} was added" for name in after if name not in before and part_key(name) not in owned]
    return problems
