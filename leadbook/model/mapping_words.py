"""Words that mapping knows beyond our own headers: whole names, deal names, outcomes, and what tables hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.model.columns import Kind

if TYPE_CHECKING:
    from leadbook.model.playbook import Playbook, Stage

FULL_NAME = "full_name"  # a person's whole name in one column; import splits it
OUTCOME = "became_customer"  # 1/0 or yes/no: became a customer or not; import turns it into a stage
DEAL_NAME = "deal_name"  # kept as a column of the seller's own; tells deals of one company apart

MODIFIED = "modified"  # when the row was last changed over there; never kept, it only says which side is newer

# What a CRM says about the end of a deal beside its stage; import lets it have the last word on the stage.
STATUS = "deal_status"  # Open, Won, Lost
IS_WON, IS_LOST, IS_CLOSED = "is_won", "is_lost", "is_closed"  # yes or no
ENDINGS = frozenset({STATUS, IS_WON, IS_LOST, IS_CLOSED})

# Kinds of foreign table, and the columns of ours that such a table can fill. A list of accounts has a phone
# and a revenue, but the revenue is the customer's own turnover, not the deal's amount.
_COMPANY_KEYS = frozenset(
    {
        "company",
        "website",
        "industry",
        "employees",
        "street",
        "city",
        "region",
        "postcode",
        "country",
        "phone",
    }
)
_PERSON_KEYS = frozenset({"first_name", "last_name", "job_title", "email", "phone", "opt_out", FULL_NAME})
ROLE_KEYS: dict[str, frozenset[str]] = {
    "accounts": _COMPANY_KEYS | _PERSON_KEYS,
    "contacts": _PERSON_KEYS | {"company"},
    "reps": frozenset({"owner", "region"}),
    "products": frozenset(),
}

SPECIAL: dict[str, tuple[str, ...]] = {
    FULL_NAME: ("Full Name", "Contact Name", "Person", "Contact Person", "Lead Name", "Customer Contact",
                "Primary Contact", "Primary Contact Name", "Contact", "Contact Full Name", "Ansprechpartner", "Kontakt",
                "Person Name", "Nom Complet", "Nombre Completo", "Vollst\u00e4ndiger Name", "Imi\u0119 i Nazwisko",
                "Nom", "Name"),
    DEAL_NAME: ("Opportunity Name", "Deal Name", "Deal Title", "Opportunity", "Deal", "Opportunity Title", "Name",
                "Title"),
    OUTCOME: ("Converted", "Is Converted", "Won", "Is Won", "Closed Won", "Became Customer", "Deal Won"),
    MODIFIED: ("Last Modified Date", "Last Modified", "Modified Time", "Modified On", "Modified", "Modified At",
               "Modified Date", "Update Time", "Updated At", "Updated On", "Last Updated", "Last Update",
               "Object Last Modified Date/Time", "Date Modified", "Ge\u00e4ndert am"),
}  # fmt: skip
PREFIXES = frozenset(
    {"deal", "person", "organization", "organisation", "contact", "company", "lead", "account", "opportunity"}
)

# What German trackers call the stages; only what comes in from outside is read by these.
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
    "en attente": "Nurture", "en pausa": "Nurture",
}  # fmt: skip


# Stages and states that CRMs ship with, letters only, where they are no word of the default playbook.
_CRM_STAGES: dict[str, str] = {
    "opendeal": "Qualification", "prequalified": "Qualification", "attemptedtocontact": "Initial contact",
    "contactinfuture": "Nurture", "lostlead": "Lost", "closedlosttocompetition": "Lost", "outsold": "Lost",
    "canceled": "Lost", "cancelled": "Lost", "cannotcontact": "Disqualified", "nolongerinterested": "Disqualified",
    "identifydecisionmakers": "Assessment", "iddecisionmakers": "Assessment", "proposalquote": "Proposal",
    "proposalpricequote": "Proposal", "contractnegotiation": "Objections", "unqualifiedlead": "Disqualified",
}  # fmt: skip


def foreign_stage(text: str, playbook: Playbook) -> Stage | None:
    """Return the stage that a word from outside means: one the playbook knows, or a German one for it."""
    known = playbook.stage(text) or playbook.stage(_STAGE_WORDS.get(" ".join(text.split()).casefold(), ""))
    if known is not None:
        return known
    # CRMs number their stages ("1-Qualify") and export inner names ("closedwon", "IN_PROGRESS").
    bare = "".join(filter(str.isalpha, text.casefold()))
    for stage in playbook.stages if bare else ():
        if bare in {"".join(filter(str.isalpha, word.casefold())) for word in (stage.name, *stage.aliases)}:
            return stage
    return playbook.stage(_CRM_STAGES.get(bare, ""))


# Further words for our columns, in exports and in trackers kept in German, French or Spanish.
MORE_ALIASES: dict[str, tuple[str, ...]] = {
    "lead_id": ("leadbook ID", "Deal No", "Opportunity Number", "Contact ID", "Lead-Nr", "Kundennummer"),
    "company": (
        "Client",
        "Cliente",
        "Organisation",
        "Société cliente",
        "Firma",
        "Unternehmen",
        "Kunde",
        "Firmenname",
        "Entreprise",
        "Société",
        "Empresa",
        "Business Name",
        "Associated Company",
        "Primary Associated Company",
        "Legal Name",
        "Employer",
        "Razón Social",
        "Raison Sociale",
        "Firmenbezeichnung",
        "Nazwa Firmy",
        "Azienda",
        "Ragione Sociale",
        "Bedrijf",
    ),
    "website": ("Webseite", "Internet", "Site Web", "Sitio Web", "Strona WWW"),
    "industry": ("Branche", "Industrie", "Secteur"),
    "employees": ("Mitarbeiter", "Mitarbeiterzahl", "Staff"),
    "first_name": (
        "Vorname",
        "Prénom",
        "Nombre",
        "FName",
        "Christian Name",
        "Imię",
        "Nome",
        "Voornaam",
        "Förnamn",
        "Fornavn",
    ),
    "last_name": (
        "Nachname",
        "Familienname",
        "Nom de famille",
        "Apellido",
        "Apellidos",
        "LName",
        "SName",
        "Second Name",
        "Primer Apellido",
        "Nazwisko",
        "Cognome",
        "Achternaam",
        "Efternamn",
        "Etternavn",
        "Efternavn",
    ),
    "job_title": ("Contact Title", "Primary Contact Title", "Contact Job Title", "Stelle", "Funktion"),
    "email": (
        "Contact Email",
        "Business Email",
        "Email Id",
        "Primary Email",
        "Email-Adresse",
        "Courriel",
        "Correo",
        "Correo Electrónico",
        "Adresse E-mail",
        "Adresse Mail",
        "E-Mail-Adresse",
        "Adres E-mail",
    ),
    "phone": (
        "Telefon",
        "Telefonnummer",
        "Handy",
        "Téléphone",
        "Teléfono",
        "Contact Number",
        "Cell",
        "Cell Phone",
        "Tél",
        "Fon",
        "Telefono",
        "Numer Telefonu",
        "Telefoon",
        "Móvil",
        "Portable",
        "Mobil",
        "Handynummer",
    ),
    "street": (
        "Straße",
        "Strasse",
        "Rue",
        "Anschrift",
        "Adresse",
        "Dirección",
        "Ulica",
        "Adres",
        "Indirizzo",
        "Calle",
        "Straat",
        "Address 1",
        "Address Line 1",
        "Street 1",
        "Domicilio",
    ),
    "city": (
        "Stadt",
        "Ort",
        "Ville",
        "Ciudad",
        "Suburb",
        "Municipality",
        "City Name",
        "Wohnort",
        "Localité",
        "Commune",
        "Población",
        "Localidad",
        "Miasto",
        "Miejscowość",
        "Città",
        "Plaats",
        "Woonplaats",
        "Stad",
    ),
    "region": ("Bundesland", "Canton", "Kanton", "Provincia", "Provincia/Estado", "Województwo", "State Province"),
    "postcode": (
        "PLZ",
        "Postleitzahl",
        "Code Postal",
        "Post Code",
        "PCode",
        "CP",
        "Code Postale",
        "Código Postal",
        "Kod Pocztowy",
    ),
    "country": ("Office Country", "Land", "Pays", "País", "Nation", "Kraj", "Paese", "Country Code"),
    "source": ("Origine", "Origen", "Fuente", "Quelle", "Herkunft", "Lead-Quelle"),
    "campaign": ("Kampagne",),
    "owner": (
        "Commercial",
        "Responsable",
        "Vendeur",
        "Vendedor",
        "Comercial",
        "Owner Name",
        "Sales Owner",
        "Account Manager",
        "Account Executive",
        "Sales Person",
        "Verantwortlich",
        "Verantwortlicher",
        "Vertriebler",
        "Betreuer",
        "Zuständig",
    ),
    "stage": (
        "Etapa",
        "Fase",
        "Statut",
        "Estado",
        "Phase",
        "Sales Phase",
        "Funnel Stage",
        "Vertriebsphase",
        "Verkaufsphase",
        "Étape",
    ),
    "created": (
        "Date de création",
        "Fecha de creación",
        "Erstellt",
        "Erstellt am",
        "Angelegt",
        "Angelegt am",
        "Erstelldatum",
        "Entry Date",
        "Deal Created",
        "Lead Created",
        "Contact Created",
    ),
    "last_activity": ("Letzter Kontakt", "Letzte Aktivität"),
    "next_step": (
        "Prochaine étape",
        "Prochaine action",
        "Próximo paso",
        "Siguiente paso",
        "Nächster Schritt",
        "Nächste Aktion",
    ),
    "next_step_date": ("Wiedervorlage", "Next Follow Up", "Next Follow-Up Date"),
    "amount": (
        "Deal Amount In Company Currency",
        "Total Amount",
        "Contract Value",
        "Potential Value",
        "Betrag",
        "Auftragswert",
        "Umsatz",
        "Wert",
        "Volumen",
        "Montant",
        "Importe",
    ),
    "currency": ("Währung", "Devise", "Moneda"),
    "probability_override": ("Wahrscheinlichkeit", "Chance", "Probabilité", "Probabilidad"),
    "close_date": (
        "Date de clôture",
        "Date de signature",
        "Fecha de cierre",
        "Cierre previsto",
        "Closed Date",
        "Close",
        "Expected Closing",
        "Abschluss",
        "Abschlussdatum",
        "Abschluss am",
    ),
    "opt_out": ("Has Opted Out Of Email", "Marketing Opt Out", "Unsubscribed From All Email"),
    "lost_reason": ("Verlustgrund", "Absagegrund"),
    "notes": (
        "Remarques",
        "Commentaires",
        "Notas",
        "Observaciones",
        "Comment Log",
        "Comment",
        "Notizen",
        "Notiz",
        "Bemerkung",
        "Bemerkungen",
        "Kommentar",
    ),
}

# How CRMs say whether somebody may be written to, letters only.
OPT_OUT_WORDS: dict[str, str] = {
    "unsubscribed": "Yes", "optedout": "Yes", "optout": "Yes", "donotallow": "Yes", "noconsent": "Yes",
    "subscribed": "No", "optedin": "No", "optin": "No", "allow": "No",
}  # fmt: skip

# Currencies as Dynamics and spreadsheets spell them out, letters only.
CURRENCY_NAMES: dict[str, str] = {
    "usdollar": "USD", "usdollars": "USD", "dollar": "USD", "euro": "EUR", "euros": "EUR", "poundsterling": "GBP",
    "britishpound": "GBP", "swissfranc": "CHF", "japaneseyen": "JPY", "yen": "JPY", "canadiandollar": "CAD",
    "australiandollar": "AUD", "swedishkrona": "SEK", "danishkrone": "DKK", "norwegiankrone": "NOK",
    "polishzloty": "PLN", "indianrupee": "INR",
}  # fmt: skip

KIND_WORDS = {
    Kind.TEXT: "text",
    Kind.EMAIL: "e-mail addresses",
    Kind.PHONE: "phone numbers",
    Kind.URL: "web addresses",
    Kind.DATE: "dates",
    Kind.MONEY: "amounts",
    Kind.NUMBER: "numbers",
    Kind.PERCENT: "percentages",
    Kind.FLAG: "yes or no",
    Kind.POINTS: "points from 0 to 3",
}
