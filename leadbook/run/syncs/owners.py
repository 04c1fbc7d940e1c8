"""Whose copy is which, for a sync in which the copy of a lead's owner wins."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING

from msgspec import Struct

from leadbook.model.cells import cell_text, comparable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from leadbook.run.syncs.combining import Compared
    from leadbook.run.syncs.side import Side

_WORDS = re.compile(r"[^\W\d_]+")


class Owners(Struct, frozen=True):
    """The owner of each copy.

    Parameters
    ----------
    by_copy : mapping of str to str
        Copy to the owner it belongs to (folded), "" where that isn't plain.
    """

    by_copy: dict[str, str]

    def has_copy(self, copy: str, owner: object) -> bool:
        """Tell whether a copy is that of an owner, as a cell names one."""
        name = comparable(cell_text(owner))
        return bool(name) and self.by_copy.get(copy) == name

    def notes(self) -> list[str]:
        """Say which copies are nobody's."""
        return [
            f"Nobody can tell whose copy {copy} is: its name holds no owner's name, or several. Its conflicts stay; "
            "name the file after its rep."
            for copy, owner in self.by_copy.items()
            if not owner
        ]


def find_owners(master: Side, compared: Sequence[Compared]) -> Owners:
    """Tell whose copy each one is: by the file's name, else by who saved it last.

    Notes
    -----
    A file bears an owner's name when it holds all its words (``ana ruiz.xlsx``), the name before the @ of the rep's
    e-mail, or one of the name's words that no other rep has, or no other owner (``leads-ana.xlsx``).
    """
    reps = master.records.playbook.reps
    known = {comparable(rep.owner) for rep in reps if rep.owner}
    names = known | {comparable(one) for one in set(master.leads.frame["owner"].tolist()) if one}
    mails = {comparable(rep.owner): comparable(rep.email).partition("@")[0] for rep in reps if rep.owner}
    words = {name: set(_WORDS.findall(name)) for name in names}
    found: dict[str, str] = {}
    for one in compared:
        stem = comparable(PurePath(one.copy.name).stem)
        spoken = set(_WORDS.findall(stem))
        saved = comparable(one.copy.saved_by)
        found[one.copy.name] = (
            _only(name for name, parts in words.items() if parts and parts <= spoken)
            or _only(name for name, mail in mails.items() if mail and mail == stem)
            or _only(name for name in known if words[name] & spoken)
            or _only(name for name, parts in words.items() if parts & spoken)
            or (saved if saved in names else "")
        )
    return Owners(found)


def _only(names: Iterable[str]) -> str:
    """Return the one name, "" where there is none or more than one."""
    found = list(names)
    return found[0] if len(found) == 1 else ""
