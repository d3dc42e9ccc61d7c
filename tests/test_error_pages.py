"""Every code has a page, and every page is true."""

import pytest
from error_pages import (
    MADE,
    PAGES,
    WORDS,
    all_problems,
    diagnose,
    diagnose_recipe,
    example,
    read_page,
    said,
    writing,
)

from archc.problems.base import Severity

PROBLEMS = all_problems()
every_problem = pytest.mark.parametrize("problem", PROBLEMS, ids=[p.code for p in PROBLEMS])


def page_of(problem):
    return read_page(PAGES / f"{problem.code}.md")


def test_the_pages_are_the_codes():
    assert sorted(path.name for path in PAGES.iterdir()) == [f"{p.code}.md" for p in PROBLEMS]


def test_no_code_and_no_name_is_given_twice():
    assert len({problem.code for problem in PROBLEMS}) == len(PROBLEMS)
    assert len({problem.name for problem in PROBLEMS}) == len(PROBLEMS)


@every_problem
def test_the_title_and_the_summary_are_the_problems_own(problem):
    page = page_of(problem)
    assert page.title == f"# {problem.code} {problem.name}"
    assert page.summary == problem.__doc__.strip().splitlines()[0]


@every_problem
def test_the_example_gives_exactly_what_the_page_says(problem):
    page = page_of(problem)
    found = example(problem.code, page)
    assert said(found, page) == page.says
    assert problem.code in [d.problem.code for d in found]
    errors = [d.problem.code for d in found if d.severity is Severity.ERROR]
    assert errors in ([], [problem.code])


@every_problem
def test_the_fixed_spec_is_clean(problem):
    page = page_of(problem)
    if page.recipes:
        (spec,), (_, mended) = page.specs, page.recipes
        assert diagnose_recipe(spec, mended) == []
        return
    assert len(page.specs) == (0 if problem.code in {*MADE, *WORDS} else 2)
    for mended in page.specs[1:]:
        found = diagnose(writing(mended))
        assert [str(d) for d in found if d.severity is Severity.ERROR] == []
        assert problem.code not in [d.problem.code for d in found]
