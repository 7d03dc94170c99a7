"""Which mistake goes where: kinds come round in turn, rows by chance, and no file loses too many rows."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping

from simulator.chance import stream
from simulator.layout import Book, total_cell
from simulator.mistakes import collect
from simulator.mistakes.kinds import Context, Kind
from simulator.render import Cell
from simulator.rows import Row

MAX_REFUSED_SHARE = 0.25
"""Of one file's rows: half of them refused would refuse the file, and this is not that mistake."""
_TRIES = 120


class Planner:
    """Holds, over all counties, whose turn it is and what share of a mistake is still owed."""

    def __init__(self, seed: int, rate: float, county_defects: bool = False, least: int = 0,
                 kinds_of: Mapping[str, tuple[Kind, ...]] | None = None) -> None:  # fmt: skip
        self.rate, self.least = rate, least
        self._unseen: dict[str, int] = {}
        self._dealt: set[Kind] = set()
        self._turns: dict[str, deque[Kind]] = {}
        self._county_turns: dict[str, deque[Kind | None]] = {}
        all_kinds = collect() if kinds_of is None else kinds_of
        for form, of_form in all_kinds.items():
            if county_defects:
                self._county_turns[form] = _every_other([kind for kind in of_form if kind.scope == "county"])
            kinds = [kind for kind in of_form if kind.scope != "county"]
            # One of each kind first, so that few mistakes still mean many kinds; then the frequent ones again.
            rounds = [list(kinds)]
            for level in range(2, max((kind.share for kind in kinds), default=1) + 1):
                rounds.append([kind for kind in kinds if kind.share >= level])
            for number, kinds_of_round in enumerate(rounds):
                stream(seed, "mistakes", form, number).shuffle(kinds_of_round)
            self._turns[form] = deque(kind for kinds_of_round in rounds for kind in kinds_of_round)
            self._unseen[form] = len(kinds)
        self._fractions: dict[str, float] = dict.fromkeys(all_kinds, 0.0)

    def inject(self, context: Context) -> None:
        """Put the form's share of mistakes into its rows, after what is wrong with the form as a whole."""
        form = context.form.name
        if form not in self._turns:
            return
        self._violate(context)
        due = len(context.rows) * self.rate + self._fractions[form]
        count = int(due)
        self._fractions[form] = due - count
        # Short ledgers would never see some kinds: the first round is dealt faster.
        count = max(count, min(self.least, self._unseen[form]))
        sizes = Counter(self._file_of(context, row) for row in context.rows)
        refused: Counter[str] = Counter()
        for _ in range(count):
            if not self._one(context, sizes, refused):
                break
            self._unseen[form] -= self._unseen[form] > 0

    def _violate(self, context: Context) -> None:
        """The form's next violation of a whole county, if it is this county's turn."""
        turns = self._county_turns.get(context.form.name)
        if not turns:
            return
        kind = turns[0]
        turns.rotate(-1)
        row = self._row_for(kind, context, Counter(), Counter()) if kind else None
        if kind and row:
            kind.do(context, row)

    def _file_of(self, context: Context, row: Row) -> str:
        return row.part if context.style.split == "townships" else ""

    def _one(self, context: Context, sizes: Counter[str], refused: Counter[str]) -> bool:
        turns, here = self._turns[context.form.name], context.world.county.code
        for kind in sorted(turns, key=lambda kind: kind.county != here or kind in self._dealt):
            row = self._row_for(kind, context, sizes, refused)
            if row is None:
                continue
            kind.do(context, row)
            if kind.refuses != "none":
                refused[self._file_of(context, row)] += self._cost(kind, context, row)
            self._dealt.add(kind)
            turns.remove(kind)
            turns.append(kind)
            return True
        return False

    @staticmethod
    def _cost(kind: Kind, context: Context, row: Row) -> int:
        return len(context.household(row)) if kind.refuses == "household" else 1

    def _row_for(self, kind: Kind, context: Context, sizes: Counter[str], refused: Counter[str]) -> Row | None:
        """A row without mistakes, of a household without mistakes, that the kind fits."""
        if not set(kind.needs) <= context.fields or kind.county not in ("", context.world.county.code):
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


def _every_other(kinds: list[Kind]) -> deque[Kind | None]:
    """Kinds with a county that keeps the rules after each."""
    turns: deque[Kind | None] = deque()
    for kind in kinds:
        turns += [kind, None]
    return turns


def spoil_totals(book: Book, context: Context) -> list[tuple[int, int, int, str]]:
    """Change as many stated totals as the plan asks for; returns (sheet, row, column, field) of each.

    Totals that other totals repeat (a single 小计 beside its 合计) are changed alone: each is compared with its rows.
    """
    changed = []
    candidates = [total for total in book.totals if total.value > 0]
    for total in context.rng.sample(candidates, min(context.wrong_totals, len(candidates))):
        step = 1000 if total.field.endswith("_yuan") else 1
        wrong = total.value + max(step, int(total.value) // 10 // step * step)
        # A clerk's other sums are no mistake: where blocks are small, one of them may be what this one is changed to.
        while any(wrong == other.value for other in book.totals if other.field == total.field):
            wrong += step
        column = context.style.columns[total.column]
        cell: Cell = total_cell(column, context.style, wrong)
        book.sheets[total.sheet].grid[total.row][total.column] = cell
        changed.append((total.sheet, total.row, total.column, total.field))
    return changed
