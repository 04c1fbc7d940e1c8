"""The story behind workbooks/sample.xlsx: four reps, fourteen months, about four hundred leads.

Everything is drawn from one seed, so the same book comes out each time. Companies, people and addresses are
invented: mail and web addresses end in .example, phone numbers come from ranges kept free for fiction.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field

from sample_offers import add_offers

from leadbook.analysis.history_events import EVENT_OF, JOINED_BY

SEED = 20_261_120
FIRST_DAY = dt.date(2025, 9, 22)
AS_OF = dt.date(2026, 11, 20)
LEADS = 392

REPS = (
    ("Ana Costa", "ana.costa", "North", 0.04),
    ("Ben Okafor", "ben.okafor", "West", 0.0),
    ("Chloe Martin", "chloe.martin", "South", 0.02),
    ("David Lind", "david.lind", "East", -0.05),
)
QUOTA_PER_QUARTER = {"Ana Costa": 165_000, "Ben Okafor": 140_000, "Chloe Martin": 150_000, "David Lind": 130_000}
QUARTERS = ("2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4", "2027-Q1", "2027-Q2")

INDUSTRIES = (("Software", 22), ("Manufacturing", 20), ("Logistics", 16), ("Healthcare", 14),
              ("Financial Services", 12), ("Retail", 9), ("Education", 7))  # fmt: skip
SOURCES = (("Website", 26), ("Referral", 17), ("Trade fair", 14), ("Google", 15), ("LinkedIn", 13), ("Partner", 9),
           ("Cold call", 6))  # fmt: skip
CAMPAIGNS = ("Autumn webinar", "Spring fair", "Pricing guide", "Efficiency study", "")
PLACES = (("Germany", "North", "Hamburg", "+49 30 23125"), ("Germany", "South", "Munich", "+49 89 99998"),
          ("United Kingdom", "West", "Bristol", "+44 20 7946 0"), ("United Kingdom", "West", "Cardiff", "+44 29 2018 0"),
          ("Austria", "South", "Graz", "+43 1 7111 0"), ("Poland", "East", "Krakow", "+48 12 555 0"),
          ("Denmark", "North", "Aarhus", "+45 70 10 0"), ("France", "South", "Lyon", "+33 1 99 00 0"))  # fmt: skip
NAME_STARTS = ("Alder", "Birch", "Cobalt", "Delta", "Ember", "Fjord", "Granite", "Harbour", "Indigo", "Juniper",
               "Kestrel", "Lumen", "Meridian", "Nimbus", "Orchard", "Pinewood", "Quarry", "Ridge", "Saffron", "Tidal",
               "Umber", "Vantage", "Willow", "Zephyr", "Beacon", "Canyon", "Drift", "Foundry", "Glacier", "Hazel")  # fmt: skip
NAME_ENDS = {
    "Software": ("Systems", "Apps", "Cloud", "Analytics"), "Manufacturing": ("Works", "Tools", "Castings", "Precision"),
    "Logistics": ("Freight", "Logistics", "Shipping", "Transport"), "Healthcare": ("Clinics", "Health", "Care", "Labs"),
    "Financial Services": ("Capital", "Insurance", "Credit", "Trust"),
    "Retail": ("Stores", "Outfitters", "Markets", "Goods"), "Education": ("Academy", "College", "Learning", "School"),
}  # fmt: skip
LEGAL_FORMS = {"Germany": "GmbH", "Austria": "GmbH", "United Kingdom": "Ltd", "Poland": "Sp. z o.o.",
               "Denmark": "A/S", "France": "SAS"}  # fmt: skip
FIRST_NAMES = ("Emma", "Lukas", "Sofia", "Jonas", "Clara", "Oliver", "Marie", "Henrik", "Laura", "Tomasz", "Isabel", "Noah",
               "Freya", "Daniel", "Hannah", "Marco", "Elena", "Patrick", "Julia", "Simon", "Nora", "Peter", "Alice",
               "Kasper", "Lena", "Victor", "Amelie", "George", "Rosa", "Felix")  # fmt: skip
LAST_NAMES = ("Berg", "Fischer", "Novak", "Hughes", "Larsen", "Moreau", "Keller", "Walsh", "Kowalski", "Lehmann", "Dubois",
              "Bauer", "Byrne", "Holm", "Winter", "Schuster", "Garnier", "Ellis", "Gruber", "Mazur", "Frost", "Jansen",
              "Petit", "Sorensen", "Vogel", "Hart", "Lindner", "Roche", "Adler", "Quinn")  # fmt: skip
TITLES = (("Head of Operations", 18), ("Operations Manager", 18), ("Managing Director", 12), ("CFO", 9), ("IT Director", 12),
          ("Purchasing Manager", 13), ("Head of Sales", 8), ("Assistant", 6), ("Project Engineer", 4))  # fmt: skip
PRODUCTS = (("Core licence", 1_200.0), ("Team licence", 4_800.0), ("Analytics module", 6_500.0),
            ("Integration service", 9_500.0), ("Training day", 1_450.0), ("Premium support", 3_900.0))  # fmt: skip
PROBLEMS = ("Orders are retyped by hand", "Month-end takes nine days", "Stock counts never agree",
            "Quotes go out late", "No view across the sites", "Customers chase their deliveries")  # fmt: skip
TRIGGERS = (
    "New managing director",
    "Audit finding",
    "Lost a key account",
    "Second site opens",
    "Old system ends in March",
)
IMPACTS = ("Two people work on nothing else", "Late fees each quarter", "Customers leave", "Growth stalls at this size")
STAKES = (
    "Wants the regional post",
    "Answers for the late fees",
    "Overtime at every month-end",
    "Promised it to the board",
)
OBJECTIONS = ("Price above budget", "Wants a pilot first", "Data must stay in the EU", "Needs the board's approval")
COMPETITORS = ("Northstar CRM", "Salesgrid", "Own spreadsheet tool")
LOST_REASONS = (("Price", 26), ("No decision", 30), ("Chose competitor", 22), ("Timing", 14), ("Missing feature", 8))
NEXT_STEPS = ("Call about the open questions", "Send the case study", "Book the demo", "Agree the pilot scope",
              "Walk through the proposal", "Meet the finance lead", "Get the terms signed")  # fmt: skip

OPEN_STAGES = ("Prospecting", "Initial contact", "Qualification", "Assessment", "Meeting / demo", "Proposal", "Objections",
               "Closing")  # fmt: skip
EXPECTED_DAYS = (3, 5, 10, 14, 14, 10, 14, 7)
ADVANCE = (0.84, 0.80, 0.72, 0.80, 0.80, 0.76, 0.84, 0.90)
CATEGORY = ("Omitted", "Omitted", "Pipeline", "Pipeline", "Pipeline", "Best case", "Best case", "Commit")


@dataclass
class Story:
    """Everything that goes into the sample book, as rows of key to value."""

    leads: list[dict[str, object]] = field(default_factory=list)
    activities: list[dict[str, object]] = field(default_factory=list)
    quote_lines: list[dict[str, object]] = field(default_factory=list)
    offers: list[dict[str, object]] = field(default_factory=list)
    proposals: list[dict[str, object]] = field(default_factory=list)
    history: list[dict[str, object]] = field(default_factory=list)


def pick(rng: random.Random, weighted: tuple[tuple[str, int], ...]) -> str:
    """Draw one of some (value, weight) pairs."""
    return rng.choices([value for value, _ in weighted], [weight for _, weight in weighted])[0]


def tell() -> Story:
    """Tell the whole story, defects included."""
    rng = random.Random(SEED)
    story = Story()
    names: set[str] = set()
    span = (AS_OF - FIRST_DAY).days
    days = sorted(min(int(span * rng.random() ** 0.85), span - 1) for _ in range(LEADS))
    for number, day in enumerate(days, start=1):
        live(rng, story, f"L-{number:04d}", FIRST_DAY + dt.timedelta(days=day), names)
    plant_duplicates(rng, story)
    plant_defects(story)
    propose(story)
    add_offers(story, AS_OF, SEED)
    call_in_vain(story)
    story.history.sort(key=lambda row: (row["changed_at"], row["lead_id"]))
    name_changes(story.history)
    story.activities.sort(key=lambda row: str(row["date"]))
    return story


def live(rng: random.Random, story: Story, lead_id: str, created: dt.date, names: set[str]) -> None:
    """Let one lead live from the day it was created to its end or to today."""
    lead = meet(rng, lead_id, created, names)
    rep = next(rep for rep in REPS if rep[0] == lead["owner"])
    liking = rep[3] + (0.05 if lead["industry"] in {"Software", "Manufacturing", "Logistics"} else -0.03)
    liking += {"Referral": 0.08, "Partner": 0.05, "Cold call": -0.09}.get(str(lead["source"]), 0.0)
    liking += 0.03 if 50 <= int(str(lead["employees"])) <= 500 else -0.03
    today, position, seen = created, 0, "created"
    while True:
        enter(rng, story, lead, position, today)
        record(story, lead, today, seen)
        seen = "stage"
        stay = max(1, round(EXPECTED_DAYS[position] * rng.lognormvariate(0.55, 0.7)))
        leaves = today + dt.timedelta(days=stay)
        touch(rng, story, lead, position, today, min(leaves, AS_OF))
        if leaves > AS_OF:
            plan_next(rng, lead, position, today)
            break
        today = leaves
        draw = rng.random()
        if draw > ADVANCE[position] + liking:
            end(rng, lead, position, today, draw)
            record(story, lead, today, "stage")
            break
        if position + 1 == len(OPEN_STAGES):
            win(rng, lead, today)
            record(story, lead, today, "stage")
            break
        position += 1
    story.leads.append(lead)


def meet(rng: random.Random, lead_id: str, created: dt.date, names: set[str]) -> dict[str, object]:
    """Return a new lead as it is on its first day."""
    industry, (country, region, city, phone) = pick(rng, INDUSTRIES), rng.choice(PLACES)
    while True:
        name = f"{rng.choice(NAME_STARTS)} {rng.choice(NAME_ENDS[industry])}"
        if name not in names or rng.random() < 0.02:
            break
    names.add(name)
    first, last = rng.choice(FIRST_NAMES), rng.choice(LAST_NAMES)
    domain = name.casefold().replace(" ", "-") + ".example"
    by_region = [rep[0] for rep in REPS if rep[2] == region]
    return {
        "lead_id": lead_id, "company": f"{name} {LEGAL_FORMS[country]}", "website": f"https://www.{domain}",
        "industry": industry, "employees": int(min(5000, max(8, rng.lognormvariate(5.0, 1.1)))),
        "first_name": first, "last_name": last, "job_title": pick(rng, TITLES),
        "email": f"{first}.{last}@{domain}".casefold(), "phone": f"{phone} {rng.randrange(1000):03d}",
        "city": city, "region": region, "country": country, "source": pick(rng, SOURCES),
        "campaign": rng.choice(CAMPAIGNS), "created": created,
        "owner": by_region[0] if rng.random() < 0.75 else rng.choice(REPS)[0], "currency": "EUR",
    }  # fmt: skip


def enter(rng: random.Random, story: Story, lead: dict[str, object], position: int, today: dt.date) -> None:
    """Fill in what a stage asks for, as a diligent rep would, mostly."""
    lead["stage"], lead["forecast_category"] = OPEN_STAGES[position], CATEGORY[position]
    diligent = rng.random() < 0.9
    match position:
        case 1:
            lead["trigger"] = rng.choice(TRIGGERS)
        case 2:
            lead["mql_date"] = today
            lead["problem"] = rng.choice(PROBLEMS)
            scores = [rng.choices((1, 2, 3), (2, 4, 3))[0] for _ in range(4)]
            lead.update(zip(("budget", "authority", "need", "timeline"), scores, strict=True))
            if diligent:
                lead["bant_evidence"] = "Told on the phone: budget line exists, start wanted this half-year"
        case 3:
            lead["sql_date"] = today
            for part in ("budget", "authority", "need", "timeline"):
                lead[part] = max(2, int(str(lead[part])))
            size = int(str(lead["employees"]))
            lead["amount"] = round(min(180_000, max(3_000, 950 * size**0.62 * rng.lognormvariate(0, 0.45))), -2)
            lead["close_date"] = today + dt.timedelta(days=round(rng.uniform(35, 95)))
            lead["signer"] = f"{rng.choice(FIRST_NAMES)} {rng.choice(LAST_NAMES)}" if diligent else ""
            lead["impact"] = rng.choice(IMPACTS)
            lead["personal_stake"] = STAKES[size % len(STAKES)] if diligent else ""
        case 4:
            lead["opportunity_date"] = today
            if rng.random() < 0.35:
                lead["competitor"] = rng.choice(COMPETITORS)
        case 5:
            quote(rng, story, lead)
        case 6:
            lead["objections"] = rng.choice(OBJECTIONS)
            lead["terms"] = "30 days net" if diligent else ""
        case 7:
            lead["terms"] = lead.get("terms") or "30 days net"
        case _:
            pass
    planned = lead.get("close_date")
    if (
        isinstance(planned, dt.date)
        and position > 3
        and planned - today < dt.timedelta(days=sum(EXPECTED_DAYS[position:]))
    ):
        lead["close_date"] = planned + dt.timedelta(days=round(rng.uniform(18, 45)))


def record(story: Story, lead: dict[str, object], day: dt.date, event: str) -> None:
    """Append the lead's tracked state to History."""
    stage = str(lead["stage"])
    reached = OPEN_STAGES.index(stage) if stage in OPEN_STAGES else -1
    lifecycle = "customer" if stage == "Won" else "lead"
    for key, name in (("mql_date", "MQL"), ("sql_date", "SQL"), ("opportunity_date", "opportunity")):
        if lead.get(key) and stage != "Won" and (reached >= 2 or stage in {"Lost", "Nurture", "Disqualified"}):
            lifecycle = name
    story.history.append({
        "changed_at": day, "lead_id": lead["lead_id"], "event": event, "stage": stage, "amount": lead.get("amount"),
        "close_date": lead.get("close_date"), "owner": lead["owner"], "lifecycle": lifecycle,
        "forecast_category": lead["forecast_category"], "source_of_change": "refresh",
    })  # fmt: skip


def name_changes(history: list[dict[str, object]]) -> None:
    """Say in each row's Event what differs from the lead's row before, as a refresh does."""
    before: dict[object, dict[str, object]] = {}
    for row in history:
        last = before.get(row["lead_id"])
        before[row["lead_id"]] = row
        if last is not None:
            row["event"] = JOINED_BY.join(word for key, word in EVENT_OF.items() if row[key] != last[key])


def touch(
    rng: random.Random, story: Story, lead: dict[str, object], position: int, start: dt.date, end_day: dt.date
) -> None:  # fmt: skip
    """Log the calls, mails and meetings of one stage."""
    span = (end_day - start).days
    kinds = {0: ("email",), 1: ("call", "reply"), 2: ("call", "email", "reply"), 3: ("meeting", "email"),
             4: ("demo", "reply"), 5: ("proposal", "call"), 6: ("meeting", "reply"), 7: ("call", "email")}[position]  # fmt: skip
    for kind in kinds:
        if rng.random() < (0.03 if position == 0 else 0.15):
            continue
        day = start + dt.timedelta(days=rng.randrange(span + 1))
        inbound = kind == "reply"
        if position == 0:
            # Most leads hear from their rep on the first or second day; some are forgotten for a while.
            day = start + dt.timedelta(days=min(span, rng.choices((0, 1, 2, 5), (55, 30, 9, 6))[0]))
            lead["first_contacted"] = day
        outcome = {"call": rng.choice(("reached", "voicemail", "reached")), "email": "sent", "reply": "answered",
                   "meeting": "held", "demo": "held", "proposal": "sent"}[kind]  # fmt: skip
        if position == 1 and inbound and rng.random() < 0.25:
            outcome = "asked for pricing"
        if kind == "email" and rng.random() < 0.02:
            outcome = "bounced"
        story.activities.append({
            "date": day, "lead_id": lead["lead_id"], "type": kind, "direction": "in" if inbound else "out",
            "outcome": outcome, "owner": lead["owner"], "notes": "",
        })  # fmt: skip
        known = lead.get("last_activity")
        lead["last_activity"] = max(day, known) if isinstance(known, dt.date) else day


def plan_next(rng: random.Random, lead: dict[str, object], position: int, today: dt.date) -> None:
    """Leave an open lead as its rep does today: most have a next step, some have gone quiet."""
    mood = rng.random()
    if mood < 0.68:
        lead["next_step"] = NEXT_STEPS[min(position, len(NEXT_STEPS) - 1)]
        lead["next_step_date"] = AS_OF + dt.timedelta(days=rng.randrange(1, 13))
    elif mood < 0.84:
        lead["next_step"] = NEXT_STEPS[min(position, len(NEXT_STEPS) - 1)]
        lead["next_step_date"] = AS_OF - dt.timedelta(days=rng.randrange(1, 20))
    planned = lead.get("close_date")
    if isinstance(planned, dt.date) and planned <= AS_OF and rng.random() < 0.8:
        lead["close_date"] = AS_OF + dt.timedelta(days=rng.randrange(8, 60))
    if position >= 5 and rng.random() < 0.12:
        lead["probability_override"] = round(rng.uniform(0.3, 0.85), 2)
    del today


def end(rng: random.Random, lead: dict[str, object], position: int, today: dt.date, draw: float) -> None:
    """End a lead that goes no further: lost, disqualified early, or parked for later."""
    if position < 2 and draw < 0.93:
        lead.update(stage="Disqualified", lost_reason="Does not fit", forecast_category="Omitted")
    elif draw > 0.975:
        lead.update(stage="Nurture", revisit_date=today + dt.timedelta(days=rng.randrange(45, 200)), next_step="",
                    forecast_category="Omitted")  # fmt: skip
    else:
        lead.update(stage="Lost", lost_reason=pick(rng, LOST_REASONS), close_date=today, forecast_category="Omitted")


def win(rng: random.Random, lead: dict[str, object], today: dt.date) -> None:
    """Win the deal, at times at a price a little below what was planned."""
    amount = float(str(lead["amount"]))
    lead.update(stage="Won", close_date=today, forecast_category="Closed",
                amount=round(amount * rng.choice((1.0, 1.0, 0.95, 0.9)), -1))  # fmt: skip


def quote(rng: random.Random, story: Story, lead: dict[str, object]) -> None:
    """Write the lines of a quote that comes near the lead's amount."""
    for product, price in rng.sample(PRODUCTS, rng.randrange(1, 4)):
        discount = rng.choice((0.0, 0.0, 0.05, 0.1))
        story.quote_lines.append({
            "lead_id": lead["lead_id"], "option": "A", "product": product, "quantity": rng.randrange(1, 8),
            "unit_price": price, "discount_percent": discount, "tax_percent": 0.19,
            "approved_by": lead["owner"] if discount >= 0.1 else "",
        })  # fmt: skip


def propose(story: Story) -> None:
    """Have some proposals wait for an answer: three end within the week, one ended lately, the others have time."""
    waiting = [
        lead for lead in story.leads
        if lead["stage"] in {"Proposal", "Objections"} and isinstance(lead.get("amount"), float)
        and lead["currency"] == "EUR"
    ]  # fmt: skip
    for lead, days in zip(waiting[-8:], (2, 5, 6, -3, 24, 31, 38, 45), strict=True):
        story.proposals.append({
            "date": AS_OF - dt.timedelta(days=11), "lead_id": lead["lead_id"], "version": 1,
            "file": f"{lead['lead_id']} proposal 1.docx", "total": lead["amount"], "currency": "EUR",
            "valid_until": AS_OF + dt.timedelta(days=days), "status": "Sent",
        })  # fmt: skip


def call_in_vain(story: Story) -> None:
    """Have a rep call two parked leads again and again since spring, without an answer."""
    parked = [lead for lead in story.leads if lead["stage"] == "Nurture"]
    for lead in parked[:2]:
        story.activities += [
            {"date": AS_OF - dt.timedelta(days=days), "lead_id": lead["lead_id"], "type": "call", "direction": "out",
             "outcome": "no answer", "owner": lead["owner"], "notes": ""}
            for days in (96, 82, 67, 53, 40, 26)
        ]  # fmt: skip


def plant_duplicates(rng: random.Random, story: Story) -> None:
    """Enter eight leads a second time, spelt as a second person would."""
    originals = [lead for lead in story.leads if lead["stage"] in OPEN_STAGES[1:6]]
    for number, original in enumerate(rng.sample(originals, 8), start=LEADS + 1):
        twin = {
            key: original[key] for key in ("industry", "country", "city", "source", "job_title", "currency", "region")
        }
        company = str(original["company"]).rsplit(" ", 1)[0]
        created = AS_OF - dt.timedelta(days=rng.randrange(2, 25))
        first = str(original["first_name"])
        twin.update(
            lead_id=f"L-{number:04d}", company=company.upper() if number % 3 == 0 else company, first_name=first,
            last_name=original["last_name"], email=str(original["email"]).capitalize() if number % 2 else "",
            phone=str(original["phone"]).replace(" ", "-"), owner=rng.choice(REPS)[0], stage="Prospecting",
            forecast_category="Omitted", created=created, employees=original["employees"],
        )  # fmt: skip
        story.leads.append(twin)
        record(story, twin, created, "created")


def plant_defects(story: Story) -> None:
    """Spoil some rows in the ways that people spoil them; each is found by a rule and named in a test."""
    open_leads = [lead for lead in story.leads if lead["stage"] in OPEN_STAGES[3:]]
    early = [lead for lead in story.leads if lead["stage"] in OPEN_STAGES[:3]]
    won = [lead for lead in story.leads if lead["stage"] == "Won"]
    lost = [lead for lead in story.leads if lead["stage"] == "Lost"]
    open_leads[0]["amount"] = "12 k"
    open_leads[1]["amount"] = "€ 24,500.00"
    open_leads[2]["close_date"] = "15.12.2026"
    open_leads[3]["close_date"] = AS_OF - dt.timedelta(days=34)
    open_leads[4].update(close_date=AS_OF - dt.timedelta(days=12), forecast_category="Commit")
    open_leads[5]["amount"] = "on request"
    open_leads[6]["currency"] = "SEK"
    open_leads[7]["currency"] = "GBP"
    open_leads[8]["currency"] = "USD"
    open_leads[9]["probability_override"] = 0.95
    open_leads[9]["bant_evidence"] = ""
    open_leads[10]["stage"] = " " + str(open_leads[10]["stage"]).lower()
    open_leads[11]["owner"] = "Ana Cosat"
    open_leads[12]["probability_override"] = "60 %"
    early[0]["email"] = str(early[0]["email"]).replace("@", " at ")
    early[1]["email"] = "info@" + str(early[1]["email"]).split("@")[1]
    early[2].update(email="", phone="")
    early[3]["industry"] = "Manufacturng"
    early[4]["industry"] = "software"
    early[5]["country"] = "Germny"
    early[6]["source"] = "google"
    early[7]["source"] = "Select"
    early[8]["phone"] = "12-34"
    early[9]["stage"] = "Thinking"
    early[10]["website"] = "www,tidal example"
    early[11]["created"] = AS_OF + dt.timedelta(days=9)
    early[12]["company"] = "=Cobalt & Sons"
    early[13]["waive"] = "LB310"
    early[14]["owner"] = early[15]["owner"] = ""
    won[0]["close_date"] = None
    won[1]["close_date"] = AS_OF + dt.timedelta(days=21)
    won[2]["probability_override"] = 0.5
    won[3]["amount"] = None
    lost[0]["lost_reason"] = ""
    lost[1]["close_date"] = FIRST_DAY - dt.timedelta(days=40)
    story.activities.append({"date": AS_OF - dt.timedelta(days=3), "lead_id": "L-9999", "type": "call", "direction": "out",
                             "outcome": "reached", "owner": "Ben Okafor", "notes": ""})  # fmt: skip
    story.activities.append({"date": AS_OF - dt.timedelta(days=5), "lead_id": "L-0100", "type": "fax", "direction": "out",
                             "outcome": "sent", "owner": "Ben Okafor", "notes": ""})  # fmt: skip
    for lead in open_leads[20:26]:
        lead["last_activity"] = None
