"""What a county's forms say together once mistakes have taken rows and cells out of them.

A refused row of one form can put the county out of bounds in another: nobody wrote that mistake on purpose, and the gate
is right to tell it. A form's ``counts`` (see ``simulator.targets``) give for these rules:

    F01  R05_awards_fen     awards in fen
    F02A R05_shares_fen     share money in fen
    F06  R25_poor_villages  codes of the villages that the income ledger calls poor
    F16  R25_villages       codes of the villages of the base register
"""

from __future__ import annotations

from simulator.rows import Counts

RULES = frozenset({"R05", "R25"})


def of_county(counts: Counts) -> list[dict[str, str]]:
    """The violations of a county as form, rule and note; of two forms only where both were sent."""
    found = []
    awards, shares = counts.get("R05_awards_fen"), counts.get("R05_shares_fen")
    if isinstance(awards, int) and isinstance(shares, int) and shares > awards:
        found.append({"form": "household_shares", "rule": "R05", "note": "入股资金多于到户奖补"})
    poor, villages = counts.get("R25_poor_villages"), counts.get("R25_villages")
    if isinstance(poor, list) and isinstance(villages, list) and poor and villages and poor != villages:
        found.append({"form": "village_income", "rule": "R25", "note": "收入台账的贫困村与基础台账不一致"})
    return found
