"""Which mistake goes where: kinds come round in turn, rows by chance, and no file loses too many rows."""

from __future__ import annotations

from collections import Counter, deque

from simulator.chance import stream
from simulator.layout import Book, total_cell
from simulator.mistakes import awards, ledgers, villages
from simulator.mistakes.kinds import Context, Kind
from simulator.render import Cell
from simulator.rows import Row

KINDS: dict[str, tuple[Kind, ...]] = {
    "household_awards": awards.KINDS,
    "village_base": villages.VILLAGE_BASE,
    "village_income": villages.VILLAGE_INCOME,
    "cooperatives": ledgers.COOPERATIVES,
    "fund_projects": ledgers.FUND_PROJECTS,
    "sales_channels": ledgers.SALES_CHANNELS,
}
MAX_REFUSED_SHARE = 0.25
"""Of one file's rows: half of them refused would refuse the file, and this is not that mistake."""
_TRIES = 120


class Planner:
    """Holds, over all counties, whose turn it is and what share of a mistake is still owed."""

    def __init__(self, seed: int, rate: float) -> None:
        self.rate = rate
        self._turns: dict[str, deque[Kind]] = {}
        self._owed: Counter[str] = Counter()
        for form, kinds in KINDS.items():
            # One of each kind first, so that few mistakes still mean many kinds; then the frequent ones again.
            rounds = [list(kinds)]
            for level in range(2, max(kind.share for kind in kinds) + 1):
                rounds.append([kind for kind in kinds if kind.share >= level])
            for number, kinds_of_round in enumerate(rounds):
                stream(seed, "mistakes", form, number).shuffle(kinds_of_round)
            self._turns[form] = deque(kind for kinds_of_round in rounds for kind in kinds_of_round)
        self._fractions: dict[str, float] = dict.fromkeys(KINDS, 0.0)

    def inject(self, context: Context) -> None:
        """Put the form's share of mistakes into its rows."""
        form = context.form.name
        due = len(context.rows) * self.rate + self._fractions[form]
        count = int(due)
        self._fractions[form] = due - count
        sizes = Counter(self._file_of(context, row) for row in context.rows)
        refused: Counter[str] = Counter()
        for _ in range(count):
            if not self._one(context, sizes, refused):
                break

    def _file_of(self, context: Context, row: Row) -> str:
        return row.part if context.style.split == "townships" else ""

    def _one(self, context: Context, sizes: Counter[str], refused: Counter[str]) -> bool:
        turns = self._turns[context.form.name]
        for place in range(len(turns)):
            kind = turns[place]
            row = self._row_for(kind, context, sizes, refused)
            if row is None:
                continue
            kind.do(context, row)
            if kind.refuses != "none":
                refused[self._file_of(context, row)] += self._cost(kind, context, row)
            del turns[place]
            turns.append(kind)
            return True
        return False

    @staticmethod
    def _cost(kind: Kind, context: Context, row: Row) -> int:
        return len(context.household(row)) if kind.refuses == "household" else 1

    def _row_for(self, kind: Kind, context: Context, sizes: Counter[str], refused: Counter[str]) -> Row | None:
        """A row without mistakes, of a household without mistakes, that the kind fits."""
        if not set(kind.needs) <= context.fields:
            return None
        for _ in range(_TRIES):
            row = context.rng.choice(context.rows)
            if any(other.is_touched for other in context.household(row)) or not kind.fits(context, row):
                continue
            if kind.refuses != "none":
                file = self._file_of(context, row)
                if refused[file] + self._cost(kind, context, row) > sizes[file] * MAX_REFUSED_SHARE:
                    continue
            return row
        return None


def spoil_totals(book: Book, context: Context) -> list[tuple[int, int, int, str]]:
    """Change as many stated totals as the plan asks for; returns (sheet, row, column, field) of each.

    Totals that other totals repeat (a single 小计 beside its 合计) are changed alone: each is compared with its rows.
    """
    changed = []
    candidates = [total for total in book.totals if total.value > 0]
    for total in context.rng.sample(candidates, min(context.wrong_totals, len(candidates))):
        step = 1000 if total.field.endswith("_yuan") else 1
        wrong = total.value + max(step, int(total.value) // 10 // step * step)
        column = context.style.columns[total.column]
        cell: Cell = total_cell(column, context.style, wrong)
        book.sheets[total.sheet].grid[total.row][total.column] = cell
        changed.append((total.sheet, total.row, total.column, total.field))
    return changed
