"""A province that does not exist, on the real regions: its forms as counties would send them.

Nothing here is read from the reader's contracts: this is the other side of the table, so that a mistake in the
warehouse's idea of a form cannot hide in its test data.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from simulator import filefaults, places, world
from simulator import truth as truths
from simulator.chance import Decks
from simulator.forms import discover
from simulator.mistakes.kinds import Context
from simulator.mistakes.planner import Planner
from simulator.rows import Form
from simulator.style import draw
from simulator.submit import submit
from simulator.truth import Truth

FORMS: tuple[Form, ...] = discover()
Progress = Callable[[str, int, int], None]


def write(out: Path, *, households: int, counties: list[str] | int = 14, seed: int = 2020, defects: float = 0.02,
          period: str = "2020-06", file_defects: bool = False, county_defects: bool = False, least: int = 0,
          progress: Progress | None = None) -> Truth:  # fmt: skip
    """Write ``out/<code-name>/…`` and ``out/truth.json``; the same arguments write the same bytes.

    Args:
        out: folder for the counties' folders; made where it is missing, and must hold none of theirs yet.
        households: households in the award rosters of all counties together (rows are about 1.4 times as many).
        counties: their codes or names, or how many of the default order.
        seed: decides everything that is drawn.
        defects: injected mistakes per row, 0 to 0.2.
        period: reporting month as '2020-06'.
        county_defects: let some counties violate a rule on a whole form, at most one per county and form; and let the
            first county with a cumulative form send the month before as well, with greater figures.
        least: mistakes in each form of a county, however short it is, until each kind of the form has occurred once.
        file_defects: add files that cannot be read at all to some counties.
        progress: called with (what, done, of) after each county.

    Returns:
        The content of truth.json.

    Raises:
        ValueError: unknown counties, a rate outside 0-0.2, fewer households than counties.
        FileExistsError: a county's folder is already there.
    """
    chosen = places.choose(counties)
    if not 0 <= defects <= 0.2:
        raise ValueError(f"defects must lie in 0-0.2, not {defects}")
    if households < len(chosen):
        raise ValueError(f"{households} households are too few for {len(chosen)} counties")
    taken = [county.folder for county in chosen if (out / county.folder).exists()]
    if taken:
        raise FileExistsError(f"already in {out}: {', '.join(taken)}")
    out.mkdir(parents=True, exist_ok=True)
    truth = truths.new(seed, households, period, defects, chosen)
    shares = world.households_per_county(households, chosen, seed)
    decks, planner = Decks(seed), Planner(seed, defects, county_defects, least)
    to_fall = {form.name for form in FORMS if form.is_cumulative} if county_defects and period[-2:] > "01" else set()
    for done, county in enumerate(chosen, 1):
        known = world.build(county, shares[county.code], seed, period)
        for form in FORMS:
            context = compose(form, known, decks)
            if not context.rows:
                continue
            if form.name in to_fall:
                to_fall.remove(form.name)
                _submit_more_for_the_month_before(out, truth, context, period)
            planner.inject(context)
            submit(out, truth, context, period)
        if progress:
            progress(county.name, done, len(chosen))
    if file_defects:
        filefaults.add(out, truth, chosen, seed)
    truths.save(truth, out)
    return truth


def _submit_more_for_the_month_before(out: Path, truth: Truth, context: Context, period: str) -> None:
    """R71: figures of the year so far that fall. The earlier file goes first: the truth's figures are the period's own."""
    year, month = map(int, period.split("-"))
    style = replace(context.style, period_style="month")
    before = replace(context, style=style, rows=[row.copy() for row in context.rows], households={}, violations=[])
    assert context.form.revise is not None
    context.form.revise(before.rows, context.world.stream("month before", context.form.name), 1)
    submit(out, truth, before, f"{year}-{month - 1:02d}", night="上月")
    context.violations.append(("R71", "累计数比上月减少"))


def compose(form: Form, known: world.World, decks: Decks, night: str = "") -> Context:
    """Clean rows of one form and the style in which the county writes them."""
    rows = form.fill(known, known.stream("rows", form.name))
    style = draw(form, known.county, decks, known.seed, len(rows), night)
    return Context(form, style, known, rows, known.stream("mistakes", form.name))
