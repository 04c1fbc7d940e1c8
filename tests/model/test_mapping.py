"""Which column of ours a foreign header means."""

import datetime as dt

import pytest

from leadbook.model.columns import LEADS
from leadbook.model.defaults import DEFAULT_PLAYBOOK
from leadbook.model.mapping import map_headers
from leadbook.model.mapping_words import DEAL_NAME, FULL_NAME, OUTCOME, ROLE_KEYS
from leadbook.model.playbook import ColumnMapping


def mapped(columns, **named):
    return map_headers(list(columns), list(columns.values()), playbook=DEFAULT_PLAYBOOK, **named)


def hows(mapping):
    return {match.header: (match.key, match.how) for match in mapping.matches}


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("Email Address", "email"),
        ("e-mail", "email"),
        ("OpportunityId", "lead_id"),
        ("opportunity_id", "lead_id"),
        ("AccountName", "company"),
        ("StageName", "stage"),
        ("sales_agent", "owner"),
        ("close_value", "amount"),
        ("Expected Close Date", "close_date"),
        ("Est. close date", "close_date"),
        ("CreatedDate", "created"),
        ("No. of employees", "employees"),
        ("Zip", "postcode"),
        ("Contact Name", FULL_NAME),
        ("Opportunity Name", DEAL_NAME),
        ("Converted", OUTCOME),
        ("Deal - Title", DEAL_NAME),
        ("Deal - Value", "amount"),
        ("Deal - Organization", "company"),
        ("Person - Email", "email"),
        ("Colour - Email", None),
        ("Firma", "company"),
        ("Nächster Schritt", "next_step"),
        ("Favourite colour", None),
        ("Score", None),
        ("Lead Quality", None),
        ("Lead Profile", None),
        ("Last Notable Activity", None),
        ("Page Views Per Visit", None),
        ("", None),
    ],
)
def test_headers_of_exports(header, key):
    assert mapped({header: []}).key_of(header) == key


@pytest.mark.parametrize("column", [column for column in LEADS if not column.owned], ids=lambda column: column.key)
def test_every_header_of_ours_and_every_alias_is_known(column):
    for name in (column.header, *column.aliases):
        # When a file says when its rows were changed, that tells which side is newer; a tracker means its activity.
        wanted = "modified" if name == "Last Modified Date" else column.key
        assert mapped({name.upper(): []}).key_of(name.upper()) == wanted


@pytest.mark.parametrize(
    ("header", "cells", "key"),
    [
        ("Vertrieb", ["MK", "JS"], "owner"),
        ("Vertrieb", ["Direkt", "Partner"], None),
        ("Vertrieb", [1200, 800], None),
        ("Außendienst", ["M. Kern", "Jana Sand"], "owner"),
        ("Außendienst", ["ja", "nein"], None),
        ("AE", ["Sam", "Kim"], "owner"),
        ("Sales", ["Sam Ray", "Kim Lo"], "owner"),
        ("Sales", [120000, 80000], None),
        ("Commercial", ["Léa Roy", "Paul Blanc"], "owner"),
        ("Commercial", ["Residential", "Commercial"], None),
        ("Commercial", ["Yes", "No"], None),
        ("Comercial", ["Ana", "Luis"], "owner"),
        ("Mitarbeiter", ["Jana", "Tom"], "owner"),
        ("Mitarbeiter", [12, 80], "employees"),
        ("Estimator", ["Ed", "Joe"], "owner"),
        ("Verkäufer", ["MK", "JS"], "owner"),
        ("Kundenbetreuer", ["MK", "JS"], "owner"),
        ("Vendeur", ["LR", "PB"], "owner"),
        ("Verkoper", ["Jan", "Piet"], "owner"),
        ("Chargé d'affaires", ["LR", "PB"], "owner"),
    ],
)
def test_who_works_on_a_lead_is_told_by_the_header_and_where_that_leaves_a_doubt_by_the_names(header, cells, key):
    assert mapped({"Company": ["Ox", "Elk"], header: cells}).key_of(header) == key


@pytest.mark.parametrize(
    ("header", "cells", "key"),
    [
        ("Montant HT", [1200, 90], "amount"),
        ("Bid $", ["$1,200", "850"], "amount"),
        ("Bid", ["sent", "not yet"], None),
        ("Montant", ["1 200 \u20ac HT", "900 HT"], "amount"),
        ("Amount", ["R$ 1.200,00", "R$ 900"], "amount"),
        ("Amount", ["1 200 kr", "900 K\u010d"], "amount"),
        ("Relance", [dt.date(2026, 3, 1), dt.date(2026, 4, 1)], "next_step_date"),
        ("Relance", ["par mail", "par téléphone"], None),
        ("Follow up", [dt.date(2026, 3, 1), "asap"], "next_step_date"),
        ("Follow up", ["call", "mail"], None),
        ("État", ["perdu", "nouveau"], "stage"),
        ("Etat", ["perdu", "nouveau"], "stage"),
        ("Próxima acción", ["Llamar", "Oferta"], "next_step"),
        ("Proxima accion", ["Llamar", "Oferta"], "next_step"),
        ("Naechster Schritt", ["anrufen", "mailen"], "next_step"),
        ("Nº empleados", [12, 40], "employees"),
        ("Date in", [dt.date(2026, 3, 1), dt.date(2026, 4, 1)], "created"),
        ("Homeowner", ["Ann Lee", "Bob Ray"], FULL_NAME),
        ("Persona de contacto", ["Ana Ruiz", "Luis Gil"], FULL_NAME),
        ("Lead from", ["Google", "Referral"], "source"),
        ("Previs\u00e3o de fechamento", [dt.date(2026, 3, 1), dt.date(2026, 4, 1)], "close_date"),
        ("Respons\u00e1vel", ["Bruna", "Thiago"], "owner"),
        ("Verwachte sluitingsdatum", [dt.date(2026, 3, 1), dt.date(2026, 4, 1)], "close_date"),
        ("Bedrag", [1200, 90], "amount"),
        ("Warto\u015b\u0107", ["1 200,50 z\u0142", "90 z\u0142"], "amount"),
        ("Nast\u0119pny krok", ["telefon", "spotkanie"], "next_step"),
        ("Obchodn\u00edk", ["Petr", "Jana"], "owner"),
        ("Hodnota", ["1 200 K\u010d", "90 K\u010d"], "amount"),
        ("F\u00f6rv\u00e4ntat avslut", [dt.date(2026, 3, 1), dt.date(2026, 4, 1)], "close_date"),
        ("V\u00e4rde", [1200, 90], "amount"),
        ("Name of Party", ["Ox Forgings", "Elk Pumps"], "company"),
        ("Enq. Date", [dt.date(2026, 3, 1), dt.date(2026, 4, 1)], "created"),
        ("Exp. Order Date", [dt.date(2026, 3, 1), dt.date(2026, 4, 1)], "close_date"),
        ("Pitch Stage", ["Won", "Verbal"], "stage"),
        ("Lost because", ["Price", "Went elsewhere"], "lost_reason"),
        ("Reason for loss", ["Price", "Went elsewhere"], "lost_reason"),
        ("Warum verloren?", ["Preis", "Mitbewerber"], "lost_reason"),
        ("Pourquoi perdu", ["Prix", "Concurrent"], "lost_reason"),
        ("Raz\u00f3n de p\u00e9rdida", ["Precio", "Competencia"], "lost_reason"),
        ("Lost to", ["Acme", "Zenith"], None),
        ("By", ["Ann", "Bob"], None),
    ],
)
def test_headers_of_small_firms_trackers_with_and_without_accents(header, cells, key):
    assert mapped({"Email": ["a@ox.example", "b@elk.example"], header: cells}).key_of(header) == key


def test_a_misspelt_header_is_recognised_with_its_likeness():
    how = hows(mapped({"Compnay": ["Ox"], "E-mail adress": ["a@ox.com"]}))
    assert how["E-mail adress"] == ("email", "fuzzy 0.92")
    assert how["Compnay"] == (None, "")  # two of seven letters differ: 0.71, too far to be sure


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("Kunde / Client", ("company", "alias")),
        ("Title/Position", ("job_title", "alias")),
        ("Company / Contact", (None, "")),
        ("Street/City", (None, "")),
        ("Deal size (k\u20ac)", ("amount", "alias")),
        ("Next call", ("next_step_date", "alias")),
        ("Prob. (%)", ("probability_override", "alias")),
    ],
)
def test_a_header_in_two_languages_or_with_a_unit_is_as_sure_as_its_words(header, found):
    assert hows(mapped({header: []}))[header] == found


@pytest.mark.parametrize(
    ("header", "scale"),
    [
        ("Deal size (k\u20ac)", "thousands"),
        ("Amount (T\u20ac)", "thousands"),
        ("Value ('000)", "thousands"),
        ("Amount (in k)", "thousands"),
        ("Betrag (TEUR)", "thousands"),
        ("Umsatz (Mio. EUR)", "millions"),
        ("Revenue (M$)", "millions"),
        ("Amount (EUR)", ""),
        ("Amount", ""),
    ],
)
def test_amounts_in_thousands_are_told_and_not_multiplied(header, scale):
    (match,) = mapped({header: [12.5, 3]}).matches
    assert match.key == "amount"
    assert (f"not as {scale};" in match.note) if scale else match.note == ""


def test_each_key_is_used_once_and_the_closest_header_gets_it():
    mapping = mapped({"Mobile": ["+1 555 123 4567"], "Phone": ["+1 555 765 4321"]})
    assert hows(mapping) == {"Mobile": (None, ""), "Phone": ("phone", "exact")}
    assert mapping.extras == ("Mobile",)


def test_the_stage_column_is_the_one_with_stage_words():
    columns = {"Status": ["Active", "At risk"], "Opportunity Stage": ["Proposal", "Closed Won"]}
    assert hows(mapped(columns))["Opportunity Stage"][0] == "stage"
    assert hows(mapped(columns))["Status"][0] is None
    swapped = {"Lead Status": ["Qualified", "Proposal"], "Stage": ["Hall A", "Hall B"]}
    assert hows(mapped(swapped))["Lead Status"][0] == "stage"
    alone = {"Status": ["Alpha", "Beta"]}
    assert hows(mapped(alone))["Status"][0] == "stage"


def test_settings_win_and_a_blank_there_keeps_a_header_unmapped():
    known = [
        ColumnMapping("Leads", "Kunde", "company"),
        ColumnMapping("Leads", "Email", ""),
        ColumnMapping("Activities", "Phone", "notes"),
    ]
    columns = {
        "Kunde": ["Ox"],
        "Account": ["Elk"],
        "Email": ["a@ox.com", "b@ox.com", "c@ox.com"],
        "Phone": ["1"],
    }
    how = hows(mapped(columns, known=known))
    assert how["Kunde"] == ("company", "settings")
    assert how["Account"][0] is None
    assert how["Email"][0] is None
    assert how["Phone"][0] == "phone"


def test_values_that_are_no_dates_turn_a_date_header_away():
    mapping = mapped({"Last Activity": ["SMS Sent", "Email Opened", "Modified"]})
    (match,) = mapping.matches
    assert match.key is None
    assert "SMS Sent" in match.note
    assert mapped({"Last Activity": ["2026-01-05", "3/4/2026", "SMS"]}).key_of("Last Activity") == "last_activity"


@pytest.mark.parametrize(
    "header", ["Abschluss geplant", "Geplanter Abschluss", "Voraussichtl. Abschluss", "Auftrag erwartet"]
)
def test_a_planned_close_is_the_close_date(header):
    assert mapped({header: [dt.date(2027, 1, 31), dt.date(2027, 3, 1)]}).key_of(header) == "close_date"


def test_words_for_a_probability_are_kept_apart():
    mapping = mapped({"Win Probability": ["Low", "Medium", "High"]})
    assert mapping.extras == ("Win Probability",)
    assert mapped({"Win Probability": ["70", "20%", 0.3]}).key_of("Win Probability") == "probability_override"


def test_budget_in_money_is_no_bant_answer():
    assert mapped({"Budget": ["$50,000", "$20,000"]}).key_of("Budget") is None
    assert mapped({"Budget": [2, 3, 0]}).key_of("Budget") == "budget"


def test_start_dates_after_the_close_dates_do_not_tell_when_the_deal_began():
    columns = {
        "Start Date": ["2026-06-17T19:49:30Z", "2025-12-17T20:49:32Z", "2026-12-08T08:00:00Z"],
        "Expected Close Date": ["2026-05-15T19:49:30Z", "2025-11-14T20:49:32Z", "2026-09-01T19:49:00Z"],
    }
    assert mapped(columns).key_of("Start Date") is None
    columns["Start Date"] = [dt.date(2025, 1, 1)] * 3
    assert mapped(columns).key_of("Start Date") == "opportunity_date"


@pytest.mark.parametrize(
    ("header", "values", "key", "how"),
    [
        ("Reach me", ["a@ox.com", "b@elk.com", "c@yak.com"], "email", "values: e-mails"),
        ("Link", ["https://ox.com", "www.elk.com", "yak.io"], "website", "values: web addresses"),
        ("Ring", ["+49 731 12345", "(0731) 55-66-77", "+1 555 123 4567"], "phone", "values: phone numbers"),
        ("Where we are", ["Proposal", "Closed Won", "Negotiation"], "stage", "values: stage words"),
        ("Column 4", ["$1,200", "$2,500.50", "$90"], "amount", "values: amounts"),
        ("List price", ["$1,200", "$2,500.50", "$90"], None, ""),
        ("Owner login", ["a@ox.com", "b@elk.com", "c@yak.com"], None, ""),
        ("Profile", [f"https://linkedin.com/in/{n}" for n in "abc"], None, ""),
        ("Account code", ["1234567", "2345678", "3456789"], None, ""),
    ],
)
def test_values_tell_what_the_header_does_not(header, values, key, how):
    assert hows(mapped({header: values}))[header] == (key, how)


def test_two_columns_that_look_alike_are_not_guessed_between():
    addresses = ["a@ox.com", "b@elk.com", "c@yak.com"]
    mapping = mapped({"One": addresses, "Two": addresses})
    assert mapping.extras == ("One", "Two")


def test_a_bare_name_is_a_persons_or_a_deals():
    contacts = mapped({"Name": ["Ann Ox"], "Email": ["a@ox.com"], "Company": ["Ox"]})
    assert contacts.key_of("Name") == FULL_NAME
    deals = mapped({"Name": ["Big deal"], "Amount": [5], "Close Date": ["2026-01-01"]})
    assert deals.key_of("Name") == DEAL_NAME
    assert "Name" in deals.extras
    both = mapped({"Name": ["Ox"], "First Name": ["Ann"], "Email": ["a@ox.com"]})
    assert both.key_of("Name") is None


def test_an_account_list_fills_no_amount_from_the_customers_revenue():
    columns = {"account": ["Ox"], "revenue": [1100.04], "sector": ["retail"]}
    mapping = mapped(columns, keys=ROLE_KEYS["accounts"])
    assert mapping.keys == {"company": "account", "industry": "sector"}
    assert mapping.extras == ("revenue",)


def test_the_description_shows_both_headers_and_why():
    mapping = mapped({"AccountName": ["Ox"], "Converted": ["1"], "Last Activity": ["SMS", "Mail", "Call"]})
    assert mapping.described()[0] == ("AccountName", "Company", "alias, 0.95")
    assert mapping.described()[1][1] == "Stage"
    assert mapping.described()[2][1] == ""
