"""What stages are called elsewhere: in trackers of other languages, and in what CRMs ship with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leadbook.model.playbook import StageClass

if TYPE_CHECKING:
    from leadbook.model.playbook import Playbook, Stage

# What trackers in other languages call the stages; only what comes in from outside is read by these.
_STAGE_WORDS: dict[str, str] = {
    "neu": "Prospecting", "neuer lead": "Prospecting", "offen": "Prospecting", "interessent": "Prospecting",
    "kontaktiert": "Initial contact", "erstkontakt": "Initial contact", "in bearbeitung": "Initial contact",
    "qualifiziert": "Qualification", "qualifizierung": "Qualification", "bedarfsanalyse": "Assessment",
    "analyse": "Assessment", "termin": "Meeting / demo", "pr\u00e4sentation": "Meeting / demo",
    "vorf\u00fchrung": "Meeting / demo", "besprechung": "Meeting / demo", "angebot": "Proposal",
    "angebot erstellt": "Proposal", "angebot versendet": "Proposal", "angebot gesendet": "Proposal",
    "verhandlung": "Objections", "verhandlungen": "Objections", "abschluss": "Closing", "vertrag": "Closing",
    "gewonnen": "Won", "auftrag": "Won", "verloren": "Lost", "absage": "Lost", "abgelehnt": "Lost",
    "disqualifiziert": "Disqualified", "ungeeignet": "Disqualified", "zur\u00fcckgestellt": "Nurture",
    "wiedervorlage": "Nurture", "sp\u00e4ter": "Nurture",
    # In French and Spanish.
    "nouveau": "Prospecting", "prospection": "Prospecting", "nuevo": "Prospecting", "prospecci\u00f3n": "Prospecting",
    "contact\u00e9": "Initial contact", "premier contact": "Initial contact", "contactado": "Initial contact",
    "primer contacto": "Initial contact", "qualifi\u00e9": "Qualification", "cualificado": "Qualification",
    "calificado": "Qualification", "rendez-vous": "Meeting / demo", "d\u00e9monstration": "Meeting / demo",
    "reuni\u00f3n": "Meeting / demo", "demostraci\u00f3n": "Meeting / demo", "proposition": "Proposal",
    "devis": "Proposal", "devis envoy\u00e9": "Proposal", "offre": "Proposal", "propuesta": "Proposal",
    "presupuesto": "Proposal", "oferta": "Proposal", "n\u00e9gociation": "Objections", "negociaci\u00f3n": "Objections",
    "signature": "Closing", "contrat": "Closing", "contrato": "Closing", "cierre": "Closing", "gagn\u00e9": "Won",
    "sign\u00e9": "Won", "ganado": "Won", "ganada": "Won", "perdu": "Lost", "perdido": "Lost", "perdida": "Lost",
    "en attente": "Nurture", "en pausa": "Nurture", "sans suite": "Lost", "\u00e0 contacter": "Prospecting",
    "offre envoy\u00e9e": "Proposal", "proposition envoy\u00e9e": "Proposal", "propuesta enviada": "Proposal",
    "oferta enviada": "Proposal", "rendez-vous pris": "Meeting / demo",
    # In Portuguese and Italian.
    "novo": "Prospecting", "prospec\u00e7\u00e3o": "Prospecting", "nuovo": "Prospecting",
    "contatado": "Initial contact", "primeiro contato": "Initial contact", "contattato": "Initial contact",
    "qualifica\u00e7\u00e3o": "Qualification", "qualificado": "Qualification", "qualificato": "Qualification",
    "demonstra\u00e7\u00e3o": "Meeting / demo",
    "reuni\u00e3o": "Meeting / demo", "riunione": "Meeting / demo", "proposta": "Proposal",
    "or\u00e7amento": "Proposal", "proposta enviada": "Proposal",
    "proposta inviata": "Proposal", "offerta": "Proposal", "preventivo": "Proposal",
    "negocia\u00e7\u00e3o": "Objections", "negoziazione": "Objections", "trattativa": "Objections",
    "ganho": "Won", "ganha": "Won", "vinto": "Won", "vinta": "Won", "perso": "Lost", "persa": "Lost",
    # In Dutch, Polish and Czech.
    "nieuw": "Prospecting", "nowy": "Prospecting", "nowa": "Prospecting", "nov\u00fd": "Prospecting",
    "gekwalificeerd": "Qualification", "kwalifikacja": "Qualification", "kvalifikace": "Qualification",
    "afspraak": "Meeting / demo", "spotkanie": "Meeting / demo", "sch\u016fzka": "Meeting / demo",
    "offerte": "Proposal", "offerte verstuurd": "Proposal", "offerte verzonden": "Proposal",
    "oferta wys\u0142ana": "Proposal",
    "nab\u00eddka": "Proposal", "nab\u00eddka odesl\u00e1na": "Proposal", "onderhandeling": "Objections",
    "negocjacje": "Objections", "vyjedn\u00e1v\u00e1n\u00ed": "Objections", "wygrana": "Won", "wygrany": "Won",
    "wygrane": "Won", "vyhr\u00e1no": "Won", "przegrana": "Lost", "przegrany": "Lost", "przegrane": "Lost",
    "prohr\u00e1no": "Lost", "ztraceno": "Lost",
    # In Swedish, Danish and Norwegian.
    "ny": "Prospecting", "kontaktad": "Initial contact", "kontaktet": "Initial contact",
    "kvalificerad": "Qualification", "kvalificeret": "Qualification", "kvalifisert": "Qualification",
    "m\u00f6te": "Meeting / demo", "m\u00f8de": "Meeting / demo", "m\u00f8te": "Meeting / demo", "offert": "Proposal",
    "offert skickad": "Proposal", "tilbud": "Proposal", "tilbud sendt": "Proposal", "f\u00f6rhandling": "Objections",
    "forhandling": "Objections", "vunnen": "Won", "vunnet": "Won", "vundet": "Won", "f\u00f6rlorad": "Lost",
    "tabt": "Lost", "tapt": "Lost",
    # "Regret" in Indian registers; "passed" alone may as well be a test that was passed.
    "regret": "Lost", "regretted": "Lost", "we passed": "Lost", "they passed": "Lost",
}  # fmt: skip


# Stages and states that CRMs ship with, letters only, where they are no word of the default playbook.
_CRM_STAGES: dict[str, str] = {
    "opendeal": "Qualification", "prequalified": "Qualification", "attemptedtocontact": "Initial contact",
    "contactinfuture": "Nurture", "lostlead": "Lost", "closedlosttocompetition": "Lost", "outsold": "Lost",
    "canceled": "Lost", "cancelled": "Lost", "cannotcontact": "Disqualified", "nolongerinterested": "Disqualified",
    "identifydecisionmakers": "Assessment", "iddecisionmakers": "Assessment", "proposalquote": "Proposal",
    "proposalpricequote": "Proposal", "contractnegotiation": "Objections", "unqualifiedlead": "Disqualified",
}  # fmt: skip


# What sellers write where a buyer no longer answers, in English, German, French, Spanish, Italian and Dutch. Nobody
# has decided against anything, so such a lead is parked: out of the forecast, to be looked at again.
_SILENT = frozenset(
    """
    no reply|no response|not responding|no longer responding|unresponsive|non responsive|stopped responding|went dark
    gone dark|went silent|gone silent|went quiet|gone quiet|went cold|gone cold|radio silence|disappeared|silent
    keine antwort|keine antwort mehr|keine r\u00fcckmeldung|keine reaktion|antwortet nicht|antwortet nicht mehr
    funkstille|meldet sich nicht|meldet sich nicht mehr|abgetaucht
    pas de r\u00e9ponse|sans r\u00e9ponse|aucune r\u00e9ponse|plus de r\u00e9ponse|plus de nouvelles
    sans nouvelles|silence radio|ne r\u00e9pond pas|ne r\u00e9pond plus
    sin respuesta|no responde|no contesta|no ha respondido|sin noticias|desaparecido|desaparecida
    nessuna risposta|senza risposta|non risponde|geen reactie|geen antwoord|reageert niet
    """.replace("\n", "|")
    .replace("    ", "")
    .split("|")
) - {""}


def says_silence(text: str) -> bool:
    """Whether a stage word says that the buyer no longer answers ("Ghosted", "no reply", "keine Antwort")."""
    words = re.findall(r"\w+", text.casefold())
    return " ".join(words) in _SILENT or any(word in {"ghosted", "ghosting", "ghost"} for word in words)


def foreign_stage(text: str, playbook: Playbook) -> Stage | None:
    """Return the stage that a word from outside means: one the playbook knows, or a foreign one for it.

    Words in another order mean the same: "sent proposal" is "proposal sent". A buyer who no longer answers is parked.
    """
    known = playbook.stage(text) or playbook.stage(_STAGE_WORDS.get(" ".join(text.split()).casefold(), ""))
    if known is not None:
        return known
    # CRMs number their stages ("1-Qualify") and export inner names ("closedwon", "IN_PROGRESS").
    bare = "".join(filter(str.isalpha, text.casefold()))
    for stage in playbook.stages if bare else ():
        if bare in {"".join(filter(str.isalpha, word.casefold())) for word in (stage.name, *stage.aliases)}:
            return stage
    words = sorted(text.casefold().split())
    for stage in playbook.stages if len(words) > 1 else ():
        if any(words == sorted(known_as.casefold().split()) for known_as in (stage.name, *stage.aliases)):
            return stage
    if says_silence(text):
        return next((stage for stage in playbook.stages if stage.stage_class is StageClass.NURTURE), None)
    return playbook.stage(_CRM_STAGES.get(bare, ""))
