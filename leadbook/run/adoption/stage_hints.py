"""Which default stage a team's own word for a stage is like, by the words in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leadbook.model.cells import comparable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadbook.model.playbook import Stage

# The beginnings of words, in the languages of trackers, by the default stage that they tell of; what is
# furthest comes first, as "Bid sent, called" is as far as the bid.
_BEGINNINGS: dict[str, str] = {
    "Closing": "contract contrat vertrag signatur unterschr firma verbal",
    "Objections": "negot n\u00e9goc negoc negoz verhand onderhand f\u00f6rhand forhand vyjedn trattat",
    "Proposal": (
        "bid quot propos offer estimat devis offre angebot propuest presupuest ofert chiffr nab\u00edd tilbud wycen "
        "or\u00e7am prevent"
    ),
    "Meeting / demo": (
        "meeting mtg demo appointment appt inspect visit termin rdv rendez reuni besicht vorf\u00fchr pr\u00e4sent "
        "present survey measur m\u00e9tr trial pilot test spotkan sch\u016fz afspraak m\u00f6te "
        "m\u00f8de m\u00f8te riunion"
    ),
    "Assessment": "assess stud \u00e9tud estudi review evaluat analys bedarf need besoin necesid",
    "Qualification": "qualif cualif calific kwalif kvalif gekwalif",
    "Initial contact": (
        "contact kontakt call voicemail vm lvm answer reach attempt email e-mail mailed letter appel\u00e9 llamad "
        "angerufen angeschr gesproch oslov contatt contat"
    ),
    "Prospecting": (
        "new neu nouv nuev lead cold kalt target fresh prospec interess anfrag inquir enquir "
        "nieuw nowy nowa nov\u00fd nuov novo"
    ),
}
# These say that a stage's work is still ahead: "needs quote", "to be quoted", "\u00e0 chiffrer", "pendiente de firma".
_AHEAD = frozenset(
    {"to", "need", "needs", "request", "requested", "awaiting", "prepare", "preparing", "zu", "noch", "erstellen",
     "vorbereiten", "angefordert", "\u00e0", "por", "pendiente"}
)  # fmt: skip
_DENIED = frozenset({"no", "not", "nicht", "kein", "keine", "pas"})


def like_which(word: str, stages: Sequence[Stage]) -> Stage | None:
    """Return the stage that a word is as far as, None where nothing in it tells.

    Parameters
    ----------
    word : str
    stages : sequence of Stage
        The default ones under any name, in order.
    """
    parts = re.findall(r"[\w-]+", comparable(word))
    order = list(_BEGINNINGS)
    told = next(
        (
            at
            for at, name in enumerate(order)
            if any(part.startswith(tuple(_BEGINNINGS[name].split())) for part in parts)
        ),
        None,
    )
    if told is None:
        return None
    # "No answer" tells of an attempt, "no quote" of a quote that is still to come.
    if _AHEAD & set(parts) or (_DENIED & set(parts) and order[told] != "Initial contact"):
        told = min(told + 1, len(order) - 1)
    wanted = comparable(order[told])
    return next((one for one in stages if wanted in map(comparable, (one.name, *one.aliases))), None)
