"""A team's own words for its stages, made the rows of the Stages table."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from leadbook.model.cells import cell_text, comparable, is_blank
from leadbook.model.foreign_stages import foreign_stage, says_silence
from leadbook.model.heading_rows import heading_rows
from leadbook.model.numerals import read_percent
from leadbook.model.stages import required_text
from leadbook.run.adoption.placing_stages import place_new

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from leadbook.model.mapping import Mapping as HeaderMapping
    from leadbook.model.playbook import Playbook, Stage
    from leadbook.model.tables import RawTable

# More new words than these are no stages: the column holds remarks.
_MOST_NEW = 15
_LONGEST = 40
_MOST_NAMED = 6
# So alike, a word that few rows have is a slip of the keyboard for one that is known.
_TYPO = 0.85


class StageWord(Struct, frozen=True):
    """A word of the team's stage column: the stage it means ("" for none), its rows, and what was made of it.

    ``instead_of`` is the default stage that took this word as its name ("" for none), ``added`` tells that it is a
    stage of the team's own.
    """

    word: str
    stage: str
    rows: int
    instead_of: str = ""
    added: bool = False

    @property
    def renamed(self) -> bool:
        """Whether a default stage took this word as its name."""
        return bool(self.instead_of)


def stages_in_words(
    playbook: Playbook, raw: RawTable, mapping: HeaderMapping, listed: Sequence[str] = (), *, fresh: bool
) -> tuple[tuple[Stage, ...], tuple[StageWord, ...], list[str]]:
    """Return the stages under the team's own names, what each of its words means, and what was guessed.

    Parameters
    ----------
    playbook : Playbook
    raw : RawTable
        The table of leads.
    mapping : HeaderMapping
    listed : sequence of str
        The words that the stage column's dropdown offers, in order.
    fresh : bool
        Whether the workbook has no Stages table yet: stages may then be added, and left out where nobody uses them.

    Notes
    -----
    A default stage that one of the team's words means takes the most frequent such word as its name, and keeps its
    old one as another word for it. Any other word is a stage of the team's own (see ``place_new``), but for slips of
    the keyboard, which are left for ``check`` to mend.
    """
    header = mapping.keys.get("stage")
    if header is None:
        return playbook.stages, (), []
    cells = raw.cells[list(raw.headers).index(header)]
    headings = heading_rows(raw, ())
    counts = Counter(
        " ".join(cell_text(cell).split())
        for place, cell in enumerate(cells)
        if not is_blank(cell) and place not in headings
    )
    for word in listed if fresh else ():
        counts.setdefault(word, 0)
    stages, renamed = _renamed(playbook, counts)
    team = structs.replace(playbook, stages=tuple(stages))
    new = _new_words(team, counts, listed) if fresh else []
    chances = _chances(raw, mapping, cells)
    notes: list[str] = []
    if fresh:
        stages, notes = place_new(stages, new, chances, listed, counts.keys())
    stages = [structs.replace(stage, order=place) for place, stage in enumerate(stages, 1)]
    after = structs.replace(playbook, stages=tuple(stages))
    words = []
    for word, rows in _once(counts).items():
        known = after.stage(word)
        if rows or word in new:
            words.append(StageWord(word, known.name if known else "", rows, renamed.get(word, ""), word in new))
    return tuple(stages), tuple(words), notes


def without_lacking(stages: Sequence[Stage], present: Collection[str]) -> tuple[tuple[Stage, ...], str]:
    """Return stages that require only columns which the team keeps, and a sentence about the others ("" for none)."""
    kept: list[Stage] = []
    lacking: dict[str, None] = {}
    for stage in stages:
        required = []
        for item in stage.required:
            there = [key for key in item.split("|") if key in present]
            if there:
                required.append("|".join(there))
            else:
                lacking[required_text((item,))] = None
        kept.append(structs.replace(stage, required=tuple(required)))
    if not lacking:
        return tuple(kept), ""
    names = list(lacking)
    rest = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return tuple(kept), (
        f"Columns that your list does not have ({', '.join(names[:_MOST_NAMED])}{rest}) are required by no stage; to "
        "have one checked, add it to the list and to Settings, table Stages, Required Columns."
    )


def _once(counts: Counter[str]) -> dict[str, int]:
    """Return each word once, in its most frequent spelling, with the rows of all of them."""
    spelled: dict[str, str] = {}
    for word, _ in counts.most_common():
        spelled.setdefault(comparable(word), word)
    once: dict[str, int] = {}
    for word, rows in counts.items():
        usual = spelled[comparable(word)]
        once[usual] = once.get(usual, 0) + rows
    return once


def _renamed(playbook: Playbook, counts: Counter[str]) -> tuple[list[Stage], dict[str, str]]:
    """Return the stages, each under the team's most frequent word for it, and by those words the names they replace."""
    meant: dict[str, list[str]] = {}
    for word, _ in counts.most_common():
        stage = foreign_stage(word, playbook)
        if stage is not None:
            meant.setdefault(stage.name, []).append(word)
    stages = list(playbook.stages)
    renamed: dict[str, str] = {}
    for place, stage in enumerate(stages):
        words = meant.get(stage.name, [])
        aliases = [*stage.aliases, *(word for word in words if playbook.stage(word) is None)]
        name = stage.name
        # That a buyer is silent says why a lead is parked, and is no name for all that are.
        names = [word for word in words if not says_silence(word)]
        if names and comparable(name) not in map(comparable, names):
            # The old name stays as another word, so that nothing typed before is lost.
            name = names[0]
            aliases = [stage.name, *(alias for alias in aliases if comparable(alias) != comparable(name))]
            renamed[name] = stage.name
        stages[place] = structs.replace(stage, name=name, aliases=tuple(aliases))
    return stages, renamed


def _new_words(team: Playbook, counts: Counter[str], listed: Sequence[str]) -> list[str]:
    """Return the words that mean no stage yet and are stages of the team's own."""
    from rapidfuzz.distance import Levenshtein  # noqa: PLC0415 - only adopting asks for it

    known = [word for stage in team.stages for word in (stage.name, *stage.aliases)]
    new: dict[str, str] = {}
    for word, rows in counts.most_common():
        spelled = comparable(word)
        if team.stage(word) is not None or spelled in new or not any(map(str.isalpha, word)) or len(word) > _LONGEST:
            continue
        alike = (Levenshtein.normalized_similarity(spelled, comparable(other)) for other in (*known, *new.values()))
        if word in listed or rows > 1 or max(alike, default=0.0) < _TYPO:
            new[spelled] = word
    return list(new.values()) if len(new) <= _MOST_NEW else []


def _chances(raw: RawTable, mapping: HeaderMapping, cells: Sequence[object]) -> dict[str, float]:
    """Return the mean of the team's own probabilities by stage word, where it keeps any."""
    header = mapping.keys.get("probability_override")
    if header is None:
        return {}
    chances = read_percent(raw.cells[list(raw.headers).index(header)]).values.tolist()
    by_word: defaultdict[str, list[float]] = defaultdict(list)
    for cell, chance in zip(cells, chances, strict=True):
        if 0 <= chance <= 1:
            by_word[comparable(cell_text(cell))].append(chance)
    return {word: sum(values) / len(values) for word, values in by_word.items()}
