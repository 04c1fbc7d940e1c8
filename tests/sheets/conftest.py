"""The believable book in three states, worked out once a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from believable_book import believable_leads, contents_of, dirty_leads, some_duplicates, study

if TYPE_CHECKING:
    from leadbook.sheets.results import Results


@pytest.fixture(scope="session")
def clean_results() -> Results:
    return study(contents_of(believable_leads()), duplicates=some_duplicates())


@pytest.fixture(scope="session")
def dirty_results() -> Results:
    return study(contents_of(dirty_leads()), duplicates=some_duplicates())


@pytest.fixture(scope="session")
def empty_results() -> Results:
    return study(contents_of([]))
