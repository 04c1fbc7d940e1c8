"""Which country a text means."""

from __future__ import annotations

import pytest

from leadbook.model.countries import country_code, country_name, in_country


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Germany", "DE"), ("germany ", "DE"), ("Deutschland", "DE"), ("DE", "DE"), ("de", "DE"), ("DEU", "DE"),
        ("U.S.A.", "US"), ("United States of America", "US"), ("The Netherlands", "NL"), ("UK", "GB"),
        ("Scotland", "GB"), ("C\u00f4te d'Ivoire", "CI"), ("Bosnia and Herzegovina", "BA"), ("Turkey", "TR"),
        ("T\u00fcrkiye", "TR"), ("\u00d6sterreich", "AT"), ("Espa\u00f1a", "ES"), ("Georgia", "GE"), ("NA", "NA"),
        ("EU", ""), ("EMEA", ""), ("asdf", ""), ("XX", ""), ("", ""), ("(", ""), ("Bavaria", ""),
    ],
)  # fmt: skip
def test_a_country_is_known_by_its_names_and_codes(text, code):
    assert country_code(text) == code


def test_a_country_is_named_in_english():
    assert country_name(country_code("Deutschland")) == "Germany"
    assert in_country("DE") == "in Germany"
    assert in_country("US") == "in the United States"
