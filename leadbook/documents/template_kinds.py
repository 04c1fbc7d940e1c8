"""What documents are made from templates, which files are whose, and the fields each may name."""

from __future__ import annotations

from fnmatch import fnmatch
from typing import TYPE_CHECKING

from msgspec import Struct

from leadbook.documents.example_brief import BRIEF_ITEMS, BRIEF_MEANINGS, example_brief
from leadbook.documents.example_follow_up import FOLLOW_UP_MEANINGS, example_follow_up
from leadbook.documents.known_fields import ITEMS, MEANINGS, KnownField, bare_fields, example_fields, explain_fields

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from leadbook.documents.fields import Fields


class TemplateKind(Struct, frozen=True):
    """One kind of document.

    Parameters
    ----------
    name : str
    patterns : tuple of str
        Of its templates' file names, the case aside.
    example, bare : callable
        Fields with something in each, and with next to nothing.
    meanings : mapping of str to str
        A field's name to what it means.
    items : mapping of str to str
        A list's name to what one of it is called in examples.
    """

    name: str
    patterns: tuple[str, ...]
    example: Callable[[], Fields]
    bare: Callable[[], Fields]
    meanings: Mapping[str, str]
    items: Mapping[str, str]

    def fields(self) -> tuple[KnownField, ...]:
        """Return every field, groups before what they hold."""
        return explain_fields(self.example(), self.meanings, self.items)


def _emptied(example: Callable[[], Fields]) -> Callable[[], Fields]:
    return lambda: {key: _nothing(key, value) for key, value in example().items()}


def _nothing(key: str, value: object) -> object:
    """Return what is there of a field where nothing is known: a lead always has a company, a seller a name."""
    if isinstance(value, dict):
        return {inner: _nothing(inner, known) for inner, known in value.items()}
    if key in {"company", "name"}:
        return value
    return type(value)()


KINDS: Mapping[str, TemplateKind] = {
    kind.name: kind
    for kind in (
        TemplateKind("followup", ("followup-*.txt",), example_follow_up, _emptied(example_follow_up),
                     {**MEANINGS, **FOLLOW_UP_MEANINGS}, {}),
        TemplateKind("brief", ("brief*.docx",), example_brief, _emptied(example_brief),
                     {**MEANINGS, **BRIEF_MEANINGS}, BRIEF_ITEMS),
        TemplateKind("proposal", ("*.docx", "*.html"), example_fields, bare_fields, MEANINGS, ITEMS),
    )
}  # fmt: skip
"""By name; of two whose patterns fit a file, the first."""


def kind_of(file_name: str) -> TemplateKind | None:
    """Return what a template is for by its file's name, None for what leadbook makes nothing from."""
    folded = file_name.casefold()
    return next((kind for kind in KINDS.values() if any(fnmatch(folded, one) for one in kind.patterns)), None)
