"""Lists with slips as people make them, made up with a seed: rows, and which of them are one."""

from __future__ import annotations

import itertools
import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    Row = dict[str, str]

_SYLLABLES = [
    "an",
    "bel",
    "cor",
    "dan",
    "el",
    "fin",
    "gar",
    "hol",
    "im",
    "jor",
    "kel",
    "lun",
    "mar",
    "nor",
    "os",
    "pel",
    "quin",
    "ros",
    "sal",
    "tor",
    "ul",
    "ven",
    "wes",
    "yor",
    "zan",
    "bri",
    "cha",
    "dre",
]
_FIRST = [
    "robert",
    "william",
    "richard",
    "james",
    "john",
    "michael",
    "david",
    "thomas",
    "joseph",
    "charles",
    "daniel",
    "matthew",
    "anthony",
    "andrew",
    "edward",
    "samuel",
    "nicholas",
    "alexander",
    "gregory",
    "kenneth",
    "patrick",
    "peter",
    "timothy",
    "elizabeth",
    "katherine",
    "margaret",
    "jennifer",
    "susan",
    "deborah",
    "rebecca",
    "patricia",
    "victoria",
    "christina",
    "jessica",
    "kimberly",
    "barbara",
    "sofia",
    "lena",
    "marta",
    "ines",
    "yusuf",
    "omar",
    "mei",
    "ravi",
    "priya",
]
_SHORT = {
    "robert": "bob", "william": "bill", "richard": "rick", "michael": "mike", "thomas": "tom", "joseph": "joe",
    "elizabeth": "liz", "katherine": "kate", "margaret": "peggy", "jennifer": "jenny", "patricia": "pat",
    "andrew": "andy", "edward": "ted", "daniel": "dan", "samuel": "sam", "christina": "tina",
}  # fmt: skip
_FORMS = ("GmbH", "Ltd", "Inc.", "AG", "S.A.", "LLC", "Oy", "B.V.")
_TRADES = ("Systems", "Logistics", "Foods", "Motors", "Consulting", "Textiles", "Energy", "Media")


class Maker:
    """Draws believable values; some are common, most are rare."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)  # noqa: S311 - test data
        self.surnames = [self.word(3) for _ in range(1_500)]
        self.places = [self.word(2) + self.rng.choice(("ton", "ville", "burg", "field")) for _ in range(150)]
        self.streets = [f"{self.word(2)} {kind}" for kind in ("street", "road", "avenue", "lane") for _ in range(150)]

    def word(self, parts: int) -> str:
        return "".join(self.rng.choice(_SYLLABLES) for _ in range(parts))

    def skewed(self, values: list[str]) -> str:
        return values[int(len(values) * self.rng.random() ** 2)]

    def digits(self, count: int) -> str:
        return "".join(self.rng.choice("0123456789") for _ in range(count))

    def slip(self, text: str) -> str:
        """Leave out, double, replace or exchange a letter, or lose a space."""
        if len(text) < 3:
            return text
        at = self.rng.randrange(1, len(text) - 1)
        match self.rng.randrange(5):
            case 0:
                return text[:at] + text[at + 1 :]
            case 1:
                return text[:at] + text[at] + text[at:]
            case 2:
                return text[:at] + self.rng.choice("aeiounrst") + text[at + 1 :]
            case 3:
                return text[: at - 1] + text[at] + text[at - 1] + text[at + 1 :]
            case _:
                return text.replace(" ", "", 1) if " " in text else text.replace("ph", "f").replace("c", "k", 1)


Made = tuple[list["Row"], set[tuple[int, int]]]


def _spread(made: Maker, rows: list[Row], copies: Callable[[Row], Row], share: float, most: int) -> Made:
    """Add copies of some rows, mix everything, and tell which pairs are one."""
    entities = list(enumerate(rows))
    for number, row in list(entities):
        if made.rng.random() < share:
            entities += [(number, copies(row)) for _ in range(made.rng.randint(1, most))]
    made.rng.shuffle(entities)
    places: dict[int, list[int]] = {}
    for place, (number, _) in enumerate(entities):
        places.setdefault(number, []).append(place)
    pairs = {pair for each in places.values() for pair in itertools.combinations(each, 2)}
    return [row for _, row in entities], pairs


def _corrupt(made: Maker, row: Row, changes: int, blank: float, kept: tuple[str, ...] = ()) -> Row:
    """Return a copy with several values slipped or blanked."""
    copy = dict(row)
    for key in made.rng.choices([key for key in copy if key not in kept], k=changes):
        copy[key] = "" if made.rng.random() < blank else made.slip(copy[key])
    return copy


def residents(seed: int, count: int = 900) -> Made:
    """People at home, families among them; names exchanged, nicknames, moves, up to five slips."""
    made = Maker(seed)
    rows: list[Row] = []
    while len(rows) < count:
        home = {
            "Hausnr": str(made.rng.randrange(1, 180)), "Strasse": made.skewed(made.streets),
            "Ort": made.skewed(made.places), "PLZ": made.digits(4), "Familienname": made.skewed(made.surnames),
        }  # fmt: skip
        members = made.rng.choice((1, 1, 1, 2, 3))
        rows += [{"Vorname": first, **home} for first in made.rng.sample(_FIRST, members)]

    def again(row: Row) -> Row:
        copy = _corrupt(made, row, made.rng.randint(1, 5), 0.25)
        draw = made.rng.random()
        if draw < 0.08:
            copy["Vorname"], copy["Familienname"] = copy["Familienname"], copy["Vorname"]
        elif draw < 0.18:
            copy["Vorname"] = _SHORT.get(copy["Vorname"], copy["Vorname"])
        return copy

    return _spread(made, rows, again, 0.4, 3)


def members(seed: int, count: int = 400) -> Made:
    """People with a whole name in one column, date of birth, town and mail; a fifth of the values blank."""
    made = Maker(seed)
    rows: list[Row] = []
    for _ in range(count):
        first, last = made.skewed(_FIRST), made.skewed(made.surnames)
        box = made.rng.choice((f"{first}.{last}", f"{first[0]}{last}", f"{first}{made.digits(2)}"))
        rows.append({
            "Full Name": f"{first} {last}".title(),
            "Born": f"{made.rng.randrange(1950, 2008)}-{made.rng.randrange(1, 13):02}-{made.rng.randrange(1, 29):02}",
            "Town": made.skewed(made.places).title(),
            "Mail": f"{box}@{made.rng.choice(('gmail.com', 'yahoo.com', made.word(2) + '.com'))}",
        })  # fmt: skip

    def again(row: Row) -> Row:
        copy = _corrupt(made, row, made.rng.randint(1, 3), 0.35, kept=("Born",))
        if made.rng.random() < 0.25:
            copy["Born"] = copy["Born"][:-1] + made.digits(1)
        if made.rng.random() < 0.2 and " " in copy["Full Name"]:
            first, last = copy["Full Name"].split(" ", 1)
            copy["Full Name"] = made.rng.choice((f"{last}, {first}", f"{first[0]}. {last}"))
        return copy

    return _spread(made, rows, again, 0.7, 4)


def contacts(seed: int, count: int = 900, share: float = 0.15) -> Made:
    """A sales team's leads: several people at one company, which share switchboard, address and web site."""
    made = Maker(seed)
    rows: list[Row] = []
    while len(rows) < count:
        name = f"{made.word(2)} {made.rng.choice(_TRADES)}".title()
        site = name.replace(" ", "-").casefold() + ".com"
        desk = "+1 " + made.digits(3) + " " + made.digits(3) + " " + made.digits(4)
        shared = {
            "Account": f"{name} {made.rng.choice(_FORMS)}", "Web": f"https://www.{site}",
            "Address": f"{made.rng.randrange(1, 900)} {made.skewed(made.streets)}".title(),
            "Town": made.skewed(made.places).title(), "Zip": made.digits(5),
        }  # fmt: skip
        for first in made.rng.sample(_FIRST, made.rng.choice((1, 1, 2, 3, 4))):
            last = made.skewed(made.surnames)
            phone = desk if made.rng.random() < 0.6 else "+1 " + made.digits(3) + " " + made.digits(7)
            rows.append({
                "Given": first.title(), "Surname": last.title(), "Contact E-mail": f"{first}.{last}@{site}",
                "Tel": phone, **shared,
            })  # fmt: skip

    def again(row: Row) -> Row:
        copy = _corrupt(made, row, made.rng.randint(1, 4), 0.5)
        if made.rng.random() < 0.4:
            copy["Account"] = " ".join(copy["Account"].split()[:-1]) or copy["Account"]
        if made.rng.random() < 0.4:
            copy["Tel"] = copy["Tel"].removeprefix("+1 ").replace(" ", "-")
        if made.rng.random() < 0.2:
            copy["Given"] = _SHORT.get(copy["Given"].casefold(), copy["Given"][:1] + ".").title()
        if made.rng.random() < 0.15:
            copy["Contact E-mail"] = f"{copy['Given']}{made.digits(2)}@gmail.com".casefold()
        return copy

    return _spread(made, rows, again, share, 2)


def shops(seed: int, count: int = 500) -> Made:
    """Shops without people; some stand in one house, some are branches of one chain."""
    made = Maker(seed)
    rows: list[Row] = []
    chains = [f"{made.word(2)} {made.rng.choice(_TRADES)}" for _ in range(25)]
    while len(rows) < count:
        house = {
            "location": f"{made.rng.randrange(1, 900)} {made.skewed(made.streets)}", "town": made.skewed(made.places),
        }  # fmt: skip
        for _ in range(made.rng.choice((1, 1, 1, 1, 3))):
            name = made.rng.choice(chains) if made.rng.random() < 0.15 else f"{made.word(2)} {made.word(2)}"
            rows.append({
                "shop name": name, **house, "telephone": f"{made.digits(3)}/{made.digits(3)}-{made.digits(4)}",
                "sort": made.rng.choice(("bakery", "cafe", "books", "shoes", "grocer", "florist")),
            })  # fmt: skip

    def again(row: Row) -> Row:
        copy = _corrupt(made, row, made.rng.randint(1, 3), 0.2)
        copy["telephone"] = copy["telephone"].replace("/", "-")
        if made.rng.random() < 0.3:
            copy["location"] = copy["location"].replace("street", "st.").replace("road", "rd").replace("avenue", "ave")
        if made.rng.random() < 0.3:
            copy["shop name"] = f"{copy['shop name']} {made.rng.choice(('shop', 'store', copy['town']))}"
        return copy

    return _spread(made, rows, again, 0.25, 1)


def papers(seed: int, count: int = 500) -> Made:
    """Published papers: title, authors, venue and year, in two habits of writing them."""
    made = Maker(seed)
    topics = [made.word(made.rng.choice((2, 3))) for _ in range(500)]
    venues = [f"conference on {made.word(2)} {made.word(2)}" for _ in range(20)]
    rows: list[Row] = []
    for _ in range(count):
        people = [f"{made.rng.choice(_FIRST)} {made.skewed(made.surnames)}" for _ in range(made.rng.randint(1, 4))]
        rows.append({
            "title": " ".join(made.skewed(topics) for _ in range(made.rng.randint(4, 9))), "authors": ", ".join(people),
            "venue": made.rng.choice(venues), "year": str(made.rng.randrange(1990, 2020)),
        })  # fmt: skip

    def again(row: Row) -> Row:
        copy = _corrupt(made, row, made.rng.randint(1, 2), 0.25, kept=("title", "year"))
        copy["title"] = made.slip(copy["title"])
        if made.rng.random() < 0.5:
            copy["authors"] = ", ".join(
                f"{name.split()[0][0]} {name.split()[-1]}" for name in copy["authors"].split(", ") if name
            )
        if made.rng.random() < 0.4:
            copy["venue"] = "".join(word[0] for word in copy["venue"].split())
        return copy

    return _spread(made, rows, again, 0.5, 1)


def goods(seed: int, count: int = 600) -> Made:
    """Products of one shop: brand and model in the title, a price that differs, under headers that say nothing."""
    made = Maker(seed)
    brands = [made.word(2) for _ in range(30)]
    kinds = [
        "speaker",
        "headphones",
        "camera",
        "printer",
        "monitor",
        "router",
        "keyboard",
        "microwave",
        "dishwasher",
        "vacuum",
    ]
    colours = ["black", "white", "silver", "red", "blue"]
    rows: list[Row] = []
    for _ in range(count):
        model = made.word(1).upper() + made.digits(made.rng.choice((2, 3, 4)))
        rows.append({
            "c1": f"{made.rng.choice(brands)} {model} {made.rng.choice(colours)} {made.rng.choice(kinds)}",
            "c2": made.rng.choice(kinds), "c3": f"{made.rng.randrange(20, 900)}.99",
        })  # fmt: skip

    def again(row: Row) -> Row:
        copy = dict(row)
        words = copy["c1"].split()
        if made.rng.random() < 0.5:
            made.rng.shuffle(words)
        if made.rng.random() < 0.4:
            words = [word for word in words if word not in colours]
        copy["c1"] = " ".join(words) if made.rng.random() < 0.6 else made.slip(" ".join(words))
        copy["c3"] = copy["c3"] if made.rng.random() < 0.4 else f"{made.rng.randrange(20, 900)}.00"
        return copy

    return _spread(made, rows, again, 0.4, 1)


LISTS: dict[str, Callable[[int], Made]] = {
    "residents": residents, "members": members, "contacts": contacts, "shops": shops, "papers": papers, "goods": goods,
}  # fmt: skip


def scores(rows: list[Row], pairs: set[tuple[int, int]]) -> tuple[float, float, float]:
    """Return F1, precision and recall of the decision at the default threshold, against all true pairs."""
    from leadbook.analysis.duplicates.anytable import search_table

    found, order, _ = search_table({key: [row[key] for row in rows] for key in rows[0]})
    decided = {
        (min(pair), max(pair)) for group in found.groups for pair in itertools.combinations(order[group].tolist(), 2)
    }
    hits = len(decided & pairs)
    precision, recall = hits / max(len(decided), 1), hits / max(len(pairs), 1)
    return 2 * hits / max(len(decided) + len(pairs), 1), precision, recall
