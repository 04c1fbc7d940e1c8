"""A team's own words for its stages, made the rows of the Stages table."""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leadbook.model.cells import cell_text, comparable, is_blank, one_line
from leadbook.model.heading_rows import heading_rows
from leadbook.model.mapping_words import foreign_stage
from leadbook.model.numerals import read_percent
from leadbook.model.playbook import Category, Stage, StageClass
from leadbook.model.stages import required_text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from leadbook.model.mapping import Mapping as HeaderMapping
    from leadbook.model.playbook import Playbook
    from leadbook.model.tables import RawTable

# More new words than these are no stages: the column holds remarks.
_MOST_NEW = 15
_LONGEST = 40
_MOST_NAMED = 6
# So alike, a word that few rows have is a slip of the keyboard for one that is known.
_TYPO = 0.85
# A team that has at least so many open stages of its own has no use for the others that a new workbook starts with.
_OWN_PIPELINE = 3

# Words that tell how a deal ended, in English, German, French and Spanish.
_CLASS_WORDS: dict[StageClass, str] = {
    StageClass.DISQUALIFIED: "disqualified unqualified junk spam unfit ungeeignet",
    StageClass.LOST: (
        "lost dead rejected declined refused cancelled canceled verloren abgesagt absage abgelehnt storniert perdu "
        "perdue refus perdido perdida rechazado cancelado"
    ),
    StageClass.NURTURE: "hold paused pause parked later nurture dormant postponed pausiert ruht vertagt attente pausa",
    StageClass.WON: (
        "won signed sold ordered customer delivered invoiced paid gewonnen auftrag verkauft kunde bezahlt gagn\u00e9 "
        "gagn\u00e9e sign\u00e9 vendu ganado ganada firmado vendido cliente"
    ),
}
_NOT = frozenset({"not", "nicht", "pas", "no", "kein"})


@dataclass(frozen=True)
class StageWord:
    """A word of the team's stage column: the stage it means ("" for none), its rows, and what was made of it.

    ``renamed`` tells that a default stage took this name, ``added`` that it is a stage of the team's own.
    """

    word: str
    stage: str
    rows: int
    renamed: bool = False
    added: bool = False


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
    old one as another word for it. A word that says how a deal ended joins the stage of that class. Any other word is
    a new open stage: placed by the dropdown's order, else by the mean of the team's own probabilities, else behind the
    other open stages, with its neighbours' days. Slips of the keyboard are left for ``check`` to mend.
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
    team = dataclasses.replace(playbook, stages=tuple(stages))
    new = _new_words(team, counts, listed) if fresh else []
    chances = _chances(raw, mapping, cells)
    notes: list[str] = []
    for word in _in_order(new, listed):
        ended = _class_of(word)
        if ended is not StageClass.OPEN and any(stage.stage_class is ended for stage in stages):
            _join(stages, word, ended)
            notes.append(
                f'"{word}" in the stage column is taken as {ended.value}; correct it in Settings, table Stages.'
            )
            continue
        stage = _placed(stages, word, ended, chances.get(comparable(word)), listed)
        notes.append(_guessed(stages, stage))
    if fresh:
        stages = _used(stages, counts)
    stages = [dataclasses.replace(stage, order=place) for place, stage in enumerate(stages, 1)]
    after = dataclasses.replace(playbook, stages=tuple(stages))
    words = []
    for word, rows in counts.items():
        known = after.stage(word)
        if rows or word in new:
            words.append(StageWord(word, known.name if known else "", rows, word in renamed, word in new))
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
        kept.append(dataclasses.replace(stage, required=tuple(required)))
    if not lacking:
        return tuple(kept), ""
    names = list(lacking)
    rest = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return tuple(kept), (
        f"Columns that your list does not have ({', '.join(names[:_MOST_NAMED])}{rest}) are required by no stage; to "
        "have one checked, add it to the list and to Settings, table Stages, Required Columns."
    )


def _renamed(playbook: Playbook, counts: Counter[str]) -> tuple[list[Stage], set[str]]:
    """Return the stages, each under the team's most frequent word for it."""
    meant: dict[str, list[str]] = {}
    for word, _ in counts.most_common():
        stage = foreign_stage(word, playbook)
        if stage is not None:
            meant.setdefault(stage.name, []).append(word)
    stages = list(playbook.stages)
    renamed: set[str] = set()
    for place, stage in enumerate(stages):
        words = meant.get(stage.name, [])
        aliases = [*stage.aliases, *(word for word in words if playbook.stage(word) is None)]
        name = stage.name
        if words and comparable(name) not in map(comparable, words):
            # The old name stays as another word, so that nothing typed before is lost.
            name = words[0]
            aliases = [stage.name, *(alias for alias in aliases if comparable(alias) != comparable(name))]
            renamed.add(name)
        stages[place] = dataclasses.replace(stage, name=name, aliases=tuple(aliases))
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


def _in_order(new: Sequence[str], listed: Sequence[str]) -> list[str]:
    places = {word: place for place, word in enumerate(listed)}
    return sorted(new, key=lambda word: places.get(word, len(places)))


def _class_of(word: str) -> StageClass:
    parts = set(comparable(word).replace("/", " ").replace("-", " ").split())
    if parts & _NOT:
        return StageClass.OPEN  # "not signed yet" has not ended
    return next((ended for ended, words in _CLASS_WORDS.items() if parts & set(words.split())), StageClass.OPEN)


def _join(stages: list[Stage], word: str, ended: StageClass) -> None:
    """Make a word another one for the first stage of a class."""
    place = next(at for at, stage in enumerate(stages) if stage.stage_class is ended)
    stages[place] = dataclasses.replace(stages[place], aliases=(*stages[place].aliases, word))


def _placed(stages: list[Stage], word: str, ended: StageClass, chance: float | None, listed: Sequence[str]) -> Stage:
    """Put a new stage among the others; return it."""
    open_stages = [stage for stage in stages if stage.stage_class is StageClass.OPEN]
    at = len(open_stages)
    if word in listed:
        # Behind the nearest open stage that the dropdown offers before it.
        before = [comparable(other) for other in listed[: listed.index(word)]]
        behind = [
            place
            for place, stage in enumerate(open_stages)
            if any(comparable(name) in before for name in (stage.name, *stage.aliases))
        ]
        at = behind[-1] + 1 if behind else 0
    elif chance is not None:
        at = sum(stage.probability <= chance for stage in open_stages)
    low = open_stages[at - 1] if at else None
    high = open_stages[at] if at < len(open_stages) else None
    like = low or high
    if chance is None:
        near = [stage.probability for stage in (low, high) if stage is not None]
        chance = round(sum(near) / len(near), 2) if near else 0.0
    stage = Stage(
        word, 0, ended,
        expected_days=like.expected_days if like else None,
        stale_days=like.stale_days if like else None,
        probability={StageClass.WON: 1.0, StageClass.OPEN: round(chance, 2)}.get(ended, 0.0),
        category=like.category if like else Category.PIPELINE,
        roll_up=like.roll_up if like else "",
    )  # fmt: skip
    stages.insert(at if ended is StageClass.OPEN else len(stages), stage)
    return stage


def _guessed(stages: Sequence[Stage], stage: Stage) -> str:
    place = stages.index(stage)
    behind = f"after {stages[place - 1].name}" if place else "first of all"
    return (
        f'"{one_line(stage.name, 60)}" in the stage column is a stage of your own: taken as {stage.stage_class.value}, '
        f"{behind}, with a probability of {stage.probability:.0%}; correct it in Settings, table Stages."
    )


def _used(stages: list[Stage], counts: Mapping[str, int]) -> list[Stage]:
    """Leave out the open stages that a team with a pipeline of its own has no word for."""
    spoken = {comparable(word) for word in counts}

    def used(stage: Stage) -> bool:
        return any(comparable(word) in spoken for word in (stage.name, *stage.aliases))

    own = [stage for stage in stages if stage.stage_class is StageClass.OPEN and used(stage)]
    if len(own) < _OWN_PIPELINE:
        return stages
    return [stage for stage in stages if stage.stage_class is not StageClass.OPEN or stage in own]
