"""The page on differences explains every field of the object for programs."""

import re
from pathlib import Path

from archc.analyses.difference import difference
from archc.pipeline import check
from archc.report.difference_text import difference_json

PAGE = (Path(__file__).parents[1] / "docs" / "diff.md").read_text("utf-8")
FILES = dict(re.findall(r"```yaml\n# (\S+)\n(.*?)```", PAGE, re.S))


def test_every_field_of_the_object_is_explained():
    old, new = (check(text).sound for text in FILES.values())
    data = difference_json(difference(old, new))
    table = PAGE[PAGE.index("| field |") :]
    for name in (*data, *data["totals"], *data["totals"]["old"], *data["keys"]):
        assert re.search(rf"`([a-z]+\.)?{name}[`.]", table), name
