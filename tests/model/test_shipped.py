"""Files that come with leadbook are found, and nothing outside their folder is."""

from __future__ import annotations

import pytest

from leadbook.model.issues import InputError
from leadbook.model.shipped import shipped


def test_the_explain_template_is_found():
    assert "Best practice" in shipped("templates", "explain.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("templates", "../pyproject.toml"),
        ("templates", ".."),
        ("templates", ""),
        ("model", "shipped.py"),
        ("templates", "/etc/passwd"),
    ],
)
def test_a_name_that_reaches_out_of_its_folder_is_refused(kind, name):
    with pytest.raises(InputError, match="bare file name"):
        shipped(kind, name)


def test_a_missing_file_says_to_install_again():
    with pytest.raises(InputError, match="install leadbook again"):
        shipped("workbooks", "no-such-file.xlsx")
