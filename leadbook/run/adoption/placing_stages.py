"""Where a stage of a team's own belongs in the pipeline, what it means and how likely it wins: by guess, and said."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import structs

from leadbook.model.cells import comparable, one_line
from leadbook.model.playbook import Category, Stage, StageClass
from leadbook.run.adoption.stage_hints import like_which

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

# Words that tell how a deal ended, in English, German and the Latin, Slavic and Scandinavian languages of trackers.
_CLASS_WORDS: dict[StageClass, str] = {
    StageClass.DISQUALIFIED: "disqualified unqualified junk spam unfit ungeeignet",
    StageClass.LOST: (
        "lost dead rejected declined refused cancelled canceled verloren abgesagt absage abgelehnt storniert perdu "
        "perdue refus perdido perdida rechazado cancelado regret regretted recusado recusada rejeitado perso persa "
        "rifiutato annullato afgewezen geannuleerd przegrana przegrany przegrane utracona odrzucona stracona "
        "prohr\u00e1no prohran\u00e1 ztraceno ztracen\u00e1 zam\u00edtnuto odm\u00edtnuto f\u00f6rlorad f\u00f6rlorat "
        "f\u00f6rlorade avb\u00f6jd tabt tapt mistet afvist"
    ),
    StageClass.NURTURE: "hold paused pause parked later nurture dormant postponed pausiert ruht vertagt attente pausa",
    StageClass.WON: (
        "won signed sold ordered customer delivered invoiced paid gewonnen auftrag verkauft kunde bezahlt gagn\u00e9 "
        "gagn\u00e9e sign\u00e9 sign\u00e9e vendu accept\u00e9 accept\u00e9e command\u00e9 ganado ganada "
        "firmado firmada vendido vendida aceptado aceptada adjudicado adjudicada cliente beauftragt bestellt accepted "
        "ganho ganha assinado assinada vinto vinta venduto firmato verkocht getekend ondertekend wygrana wygrany "
        "wygrane podpisana podpisano sprzedane vyhr\u00e1no vyhran\u00e1 podeps\u00e1no prod\u00e1no objedn\u00e1no "
        "vunnen vunnet vunna vundet s\u00e5ld signerad signerat solgt"
    ),
}
# A lead that sales or marketing accepts has only begun.
_BEGUN = frozenset({"accepted", "lead", "sales", "sal", "mql", "sql"})
_NOT = frozenset({"not", "nicht", "pas", "no", "kein", "n\u00e3o", "non", "niet", "nie", "ne", "inte", "ej", "ikke"})
# An order is won once it has come in; "order expected" or "awaiting PO confirmed" has not.
_ORDERS = frozenset({"order", "po", "auftrag", "bestellung", "commande", "pedido"})
_CAME_IN = frozenset({
    "received", "confirmed", "booked", "placed", "erhalten", "eingegangen", "re\u00e7ue", "confirm\u00e9e", "recibido",
    "confirmado",
})  # fmt: skip
_AWAITED = frozenset({
    "awaiting", "awaited", "waiting", "pending", "expected", "due", "until", "before", "be", "soon", "likely",
})  # fmt: skip

# A team that gives every deal of a stage 100 % has won it; then its stages at 0 % are lost. Without the one, 0 % may
# well be what a new lead starts with.
_DECIDED = {1.0: StageClass.WON, 0.0: StageClass.LOST}

# A team that has at least so many open stages of its own has no use for the others that a new workbook starts with.
_OWN_PIPELINE = 3
# Where nothing tells how far a stage is, it is placed behind those that win as rarely as this.
_EARLY = 0.3
_USUAL_DAYS = 14.0
_CATEGORIES = ((0.9, Category.COMMIT), (0.4, Category.BEST_CASE), (0.0, Category.PIPELINE))
_LEADING_NUMBER = re.compile(r"\D{0,8}?(\d{1,3})\b")


def place_new(
    stages: Sequence[Stage],
    words: Sequence[str],
    chances: Mapping[str, float],
    listed: Sequence[str],
    spoken: Collection[str],
) -> tuple[list[Stage], list[str]]:
    """Return the stages with those of the team's own among them, and what was guessed.

    Parameters
    ----------
    stages : sequence of Stage
        In order, open ones first.
    words : sequence of str
        The team's words that mean none of them, in order of appearance.
    chances : mapping of comparable word to float
        The mean of the team's own probabilities, where it keeps any.
    listed : sequence of str
        The words of the stage column's dropdown, in order.
    spoken : collection of str
        Every word of the team's.

    Notes
    -----
    A word that says how a deal ended, or whose deals all have 100 % (0 %, where another word's all have 100 %) and
    that is like no open stage, is another one for the stage of that class. The others are open stages: they
    stand as the dropdown has them, else by the numbers they begin with, else by the team's probabilities, else as far
    as the default stage that their words are like (see ``like_which``), else early. Where an order is given and the
    team names no probability, those between two known ones rise evenly from the lower to the higher, and from 0 to 1
    where the team's stages are all its own; without an order, nothing says that a stage which comes up later is
    likelier to win. Once a team has three open stages, the others go.
    """
    placed, notes, open_words = list(stages), [], []
    decided = any(chances.get(comparable(word)) == 1 for word in spoken)
    for word in words:
        ended = _class_of(word)
        chance = chances.get(comparable(word))
        if ended is StageClass.OPEN and (decided or chance == 1) and chance in _DECIDED:
            ended = _DECIDED[chance] if _says_nothing(word, stages) else StageClass.OPEN
        at = next((at for at, stage in enumerate(placed) if stage.stage_class is ended), None)
        if ended is StageClass.OPEN or at is None:
            open_words.append(word)
            continue
        placed[at] = structs.replace(placed[at], aliases=(*placed[at].aliases, word))
        told = one_line(word, 60)
        notes.append(f'"{told}" in the stage column is taken as {ended.value}; correct it in Settings, table Stages.')
    used = {comparable(word) for word in spoken}
    pipeline = [stage for stage in placed if stage.stage_class is StageClass.OPEN]
    own = [stage for stage in pipeline if any(comparable(name) in used for name in (stage.name, *stage.aliases))]
    if len(own) + len(open_words) >= _OWN_PIPELINE:
        pipeline = own
    order = _order(open_words, listed)
    fixed = {stage.name: stage.probability for stage in pipeline}
    hints = {word: stage for word in open_words if (stage := like_which(word, stages)) is not None}
    fixed |= {word: hints[word].probability if word in hints else _EARLY for word in open_words if word not in order}
    fixed |= {word: chance for word in open_words if (chance := chances.get(comparable(word))) is not None}
    for word in sorted(open_words, key=lambda word: order.index(word) if word in order else len(order)):
        pipeline.insert(_place(word, pipeline, order, fixed), Stage(word, 0, StageClass.OPEN))
    pipeline = _with_chances(pipeline, fixed, set(open_words), hints)
    if open_words:
        guesses = ", ".join(
            f'"{one_line(stage.name, 60)}" ({stage.probability:.0%})' for stage in pipeline if stage.name in open_words
        )
        notes.append(
            f"Taken as open stages of your own, in this order and by guess with these probabilities: {guesses}; "
            "correct them in Settings, table Stages."
        )
    return [*pipeline, *(stage for stage in placed if stage.stage_class is not StageClass.OPEN)], notes


def _says_nothing(word: str, stages: Sequence[Stage]) -> bool:
    return like_which(word, stages) is None and not _NOT & set(comparable(word).split())


def _class_of(word: str) -> StageClass:
    parts = set(comparable(word).replace("/", " ").replace("-", " ").split())
    if parts & _NOT or ("accepted" in parts and len(parts & _BEGUN) > 1):
        return StageClass.OPEN  # "not signed yet" has not ended
    told = next((ended for ended, words in _CLASS_WORDS.items() if parts & set(words.split())), StageClass.OPEN)
    if told is StageClass.OPEN and parts & _ORDERS and parts & _CAME_IN and not parts & _AWAITED:
        return StageClass.WON
    return told


def _order(words: Sequence[str], listed: Sequence[str]) -> list[str]:
    """Return the order that the team gives its stages: the dropdown's, or that of numbers they begin with."""
    if any(word in listed for word in words):
        return list(listed)
    numbers = {word: int(found[1]) for word in words if (found := _LEADING_NUMBER.match(word))}
    return sorted(words, key=numbers.__getitem__) if len(set(numbers.values())) == len(words) else []


def _place(word: str, pipeline: Sequence[Stage], order: Sequence[str], fixed: Mapping[str, float]) -> int:
    """Return where in the pipeline a new stage is put."""
    if word in order:
        before = {comparable(other) for other in order[: order.index(word)]}
        behind = [
            at
            for at, stage in enumerate(pipeline)
            if any(comparable(name) in before for name in (stage.name, *stage.aliases))
        ]
        return behind[-1] + 1 if behind else 0
    chance = fixed.get(word, _EARLY)
    lower = [at for at, stage in enumerate(pipeline) if fixed.get(stage.name, chance) <= chance]
    return lower[-1] + 1 if lower else 0


def _with_chances(
    pipeline: Sequence[Stage], fixed: Mapping[str, float], new: Collection[str], hints: Mapping[str, Stage]
) -> list[Stage]:
    """Return a pipeline whose new stages have a probability, days and a category."""
    done: list[Stage] = []
    for at, stage in enumerate(pipeline):
        if stage.name not in new:
            done.append(stage)
            continue
        chance = fixed.get(stage.name)
        if chance is None:
            low = next((fixed[other.name] for other in reversed(pipeline[:at]) if other.name in fixed), 0.0)
            start = next((n + 1 for n in range(at - 1, -1, -1) if pipeline[n].name in fixed), 0)
            end = next((n for n in range(at, len(pipeline)) if pipeline[n].name in fixed), len(pipeline))
            high = fixed[pipeline[end].name] if end < len(pipeline) else 1.0
            chance = low + (high - low) * (at - start + 1) / (end - start + 1)
        like = hints.get(stage.name) or next((other for other in reversed(done) if other.name not in new), None)
        done.append(
            structs.replace(
                stage,
                expected_days=like.expected_days if like else _USUAL_DAYS,
                stale_days=like.stale_days if like else _USUAL_DAYS,
                probability=round(chance, 2),
                category=next(category for least, category in _CATEGORIES if chance >= least),
                roll_up=like.roll_up if like else "",
                entered_on=hints[stage.name].entered_on if stage.name in hints else "",
            )
        )
    return done
