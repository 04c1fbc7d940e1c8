"""What headers of a foreign table may mean: each header's claims to columns of ours, and which are granted."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from msgspec import Struct

from leadbook.model.columns import TABLES, Column, Kind
from leadbook.model.european_headers import EUROPEAN_WHOLE_NAMES
from leadbook.model.foreign_headers import MORE_ALIASES
from leadbook.model.foreign_stages import foreign_stage
from leadbook.model.head_counts import is_head_count
from leadbook.model.headers import without_brackets
from leadbook.model.mapping_looks import people, share
from leadbook.model.mapping_words import (
    DEAL_NAME,
    ENDINGS,
    FULL_NAME,
    KIND_WORDS,
    MODIFIED,
    OUTCOME,
    PREFIXES,
    SPECIAL,
)
from leadbook.model.tracker_headers import NAMED_BY_PEOPLE, WHOLE_NAMES

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from collections.abc import Mapping as MappingType

    from leadbook.model.playbook import Playbook
    from leadbook.model.presets import Preset

_FUZZY = 0.88  # "e-mail adress" and "Email Address" are 0.96; "Lead Origin" and "Lead Owner" are 0.76
_FITTING = 0.3  # at least this part of the values must look like the column's kind
_BY_PRESET = 0.5
_UMLAUTS = str.maketrans({"\u00e4": "ae", "\u00f6": "oe", "\u00fc": "ue"})
_MOSTLY = 0.8


class Claim(Struct, frozen=True):
    """One header's claim to one key; the best claims are granted first."""

    rank: tuple[float, ...]
    position: int
    key: str
    how: str


def plain_header(text: str) -> str:
    """Return a header's letters and digits, without case."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


_BY_PEOPLE = frozenset(map(plain_header, NAMED_BY_PEOPLE))


class Vocabulary(Struct, frozen=True):
    """Every name a header may have here: (plain name, key, place among its aliases), and each key's kind."""

    names: Sequence[tuple[str, str, int]]
    kinds: MappingType[str, Kind]


def vocabulary_of(table: str, columns: Sequence[Column], keys: Collection[str] | None, *, specials: bool) -> Vocabulary:
    """Return the names of a table's columns, where given of ``keys`` alone."""
    names: list[tuple[str, str, int]] = []
    for column in columns:
        further = MORE_ALIASES.get(column.key, ()) if table == "Leads" else ()
        spellings = (column.header, *column.aliases, *further)
        names += [(plain, column.key, place) for place, name in enumerate(spellings) for plain in _typed(name)]
    if specials and table == "Leads":
        for key, aliases in SPECIAL.items():
            if keys is None or key in keys:
                further = (*WHOLE_NAMES, *EUROPEAN_WHOLE_NAMES) if key == FULL_NAME else ()
                spelled = enumerate((*aliases, *further), 1)
                names += [(plain, key, place) for place, name in spelled for plain in _typed(name)]
    return Vocabulary(
        names, {column.key: column.kind for column in columns} | {OUTCOME: Kind.FLAG, MODIFIED: Kind.DATE}
    )


def _typed(name: str) -> list[str]:
    """Return a name as ``plain_header`` gives it, and as it is typed without accents or umlauts."""
    plain = plain_header(name)
    if plain.isascii():
        return [plain]
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(letter))
    return list(dict.fromkeys((plain, bare, plain.translate(_UMLAUTS))))


def claims_of(
    headers: Sequence[str],
    seen: Sequence[list[object]],
    vocabulary: Vocabulary,
    settings: MappingType[str, str],
    playbook: Playbook | None,
) -> tuple[list[Claim], dict[int, str]]:
    """Return every header's claims, and why headers were turned away although they sound like a column of ours."""
    claims: list[Claim] = []
    refused: dict[int, str] = {}
    for position, header in enumerate(headers):
        plain, values = plain_header(header), seen[position]
        if plain in settings:
            key = settings[plain]
            # "Won" with yes and no in one file may be a sum of money in the next.
            if key in {OUTCOME, MODIFIED} and _unfit(key, vocabulary.kinds[key], values):
                refused[position] = _refusal(vocabulary.kinds[key], values)
            elif key:
                claims.append(Claim((0.0,), position, key, "settings"))
            continue
        # Pipedrive writes "Deal - Title", "Person - Email": the part before the dash says whose it is.
        whose, dash, own = header.partition(" - ")
        # What stands in brackets ("Deal size (EUR)") says how a column is filled, not what it is.
        bare = plain_header(without_brackets(own if dash and plain_header(whose) in PREFIXES else header)) or plain
        bare = _said_twice(header, vocabulary) or bare
        for name, key, place in vocabulary.names:
            likeness, late = _likeness(plain, name), 0
            if likeness < 1 and (further := _likeness(bare, name)) > likeness:
                likeness, late = further, 100  # the whole header, where it means something, goes first
            if not likeness:
                continue
            kind = vocabulary.kinds.get(key, Kind.TEXT)
            if _unfit(key, kind, values):
                refused[position] = _refusal(kind, values)
                continue
            if key == "owner" and name in _BY_PEOPLE and values and people(values) < _MOSTLY:
                refused.setdefault(position, _refused(values, "names of people"))
                continue
            known_words = _known_stage_words(key, values, playbook)
            claims.append(_claim(position, key, place + late, likeness, known_words))
    return claims, refused


def _said_twice(header: str, vocabulary: Vocabulary) -> str:
    """Return one of the names of a header that has several for the same thing ("Kunde / Client"), "" for none."""
    parts = [plain_header(part) for part in header.split("/")]
    if len(parts) < 2:
        return ""
    meant = [{key for name, key, _ in vocabulary.names if name == part} for part in parts]
    fewest = min(range(len(parts)), key=lambda at: len(meant[at]))
    return parts[fewest] if set.intersection(*meant) else ""


def grant(claims: Sequence[Claim]) -> tuple[dict[int, Claim], dict[str, int]]:
    """Give each header and each key to its best claim; return the claims by position, and each key's position."""
    granted: dict[int, Claim] = {}
    used: dict[str, int] = {}
    for claim in sorted(claims, key=lambda claim: claim.rank):
        if claim.position in granted or claim.key in used:
            continue
        if claim.key == FULL_NAME and {"first_name", "last_name"} & used.keys():
            continue
        if claim.key in {"first_name", "last_name"} and FULL_NAME in used and claim.rank[0] > _BY_PRESET:
            continue
        if claim.key == OUTCOME and ({"stage", *ENDINGS} & used.keys()):
            continue
        granted[claim.position] = claim
        used[claim.key] = claim.position
    return granted, used


def second_choices(
    claims: Sequence[Claim], granted: MappingType[int, Claim], used: MappingType[str, int], headers: Sequence[str]
) -> dict[int, str]:
    """Return what to say of headers that mean a column of ours which another header of the file fills already."""
    ours = {column.key: column.header for columns in TABLES.values() for column in columns}
    return {
        claim.position: f"also sounds like {ours[claim.key]}, which {headers[used[claim.key]]} fills; kept as a column "
        "of its own"
        for claim in claims
        if claim.position not in granted and claim.key in used and claim.key in ours
    }


def preset_claims(
    preset: Preset,
    headers: Sequence[str],
    seen: Sequence[list[object]],
    vocabulary: Vocabulary,
    settings: MappingType[str, str],
) -> list[Claim]:
    """Return what a program's own headers mean, those whose values do not fit left out."""
    at = {header: position for position, header in reversed(list(enumerate(headers)))}
    claims: list[Claim] = []
    person = {"first_name", "last_name"} & preset.claims(headers).keys()
    for key, theirs in preset.claims(headers).items():
        kind = vocabulary.kinds.get(key, Kind.TEXT)
        if (key not in vocabulary.kinds and key not in {FULL_NAME, DEAL_NAME, *ENDINGS}) or (
            key == FULL_NAME and person
        ):
            continue
        claims += [
            Claim((_BY_PRESET, float(place)), at[header], key, f"preset {preset.title}")
            for place, header in enumerate(theirs)
            if plain_header(header) not in settings and not _unfit(key, kind, seen[at[header]])
        ]
    return claims


def _likeness(plain: str, name: str) -> float:
    """Return how alike a header and a known name are: 1 the same, 0 too different."""
    if plain == name:
        return float(bool(plain))
    if min(len(plain), len(name)) < 5:
        return 0.0
    from rapidfuzz.distance import Levenshtein  # noqa: PLC0415 - loaded only when a mapping is asked for

    return Levenshtein.normalized_similarity(plain, name, score_cutoff=_FUZZY)


def _unfit(key: str, kind: Kind, values: Sequence[object]) -> bool:
    if key == FULL_NAME:
        return bool(values) and max(share(Kind.EMAIL, values), share(Kind.PHONE, values)) > 0.5
    if key == "employees" and values and sum(map(is_head_count, values)) >= _FITTING * len(values):
        return False  # "51-200" is no number, and says how many people there are
    # What becomes a stage must say yes or no; of any other column one odd cell tells nothing.
    least = 1 if key == OUTCOME else 2
    return len(values) >= least and share(kind, values) < _FITTING


def _refusal(kind: Kind, values: Sequence[object]) -> str:
    return _refused(values, KIND_WORDS[kind])


def _refused(values: Sequence[object], words: str) -> str:
    examples = ", ".join(str(value)[:20] for value in values[:3])
    return f"the values ({examples}) are no {words}, kept as a column of its own"


def _claim(position: int, key: str, place: int, likeness: float, known_words: float) -> Claim:
    if likeness < 1:
        level, how = 3.0, f"fuzzy {likeness:.2f}"
    else:
        level, how = (1.0, "exact") if place in {0, 100} else (2.0, "alias")
    if key == MODIFIED and likeness == 1:
        level = 1.2  # "Last Modified Date" is also an alias of Last Activity, in trackers
    if key == "stage":
        # A stage column is told by its words first; spelling only breaks ties.
        return Claim((1.5, 1 - known_words, level, float(place)), position, key, how)
    return Claim((level, 1 - likeness, float(place)), position, key, how)


def _known_stage_words(key: str, values: Sequence[object], playbook: Playbook | None) -> float:
    if key != "stage" or playbook is None or not values:
        return 0.0
    return sum(foreign_stage(str(value), playbook) is not None for value in values) / len(values)
