"""What the pure reader needs beside the bytes: contracts, names of places, standards, thresholds and the token key."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from ingest import contracts as contract_files
from ingest import places
from ingest.contracts import Contract
from ingest.personal import TokenMaker
from ingest.text import header_key
from warehouse import reference_files
from warehouse.reference_files import folder as reference_folder

__all__ = ["Context", "Standard", "reference_folder"]


@dataclass(frozen=True)
class Standard:
    """What a county published for one product and kind of household: yuan per unit, and the household's cap."""

    amount: Decimal
    household_cap: Decimal | None


@dataclass(frozen=True)
class Context:
    """One version of everything that decides what a file is read as.

    `needs_county`: a file whose county cannot be told is refused (landing); where it is False that is an issue and
    the rows are read without codes of places (`longcang check`). `reads_hidden_rows`, `reads_hidden_sheets`: whether what
    is hidden in a workbook counts (either way it is said). `parameters` are numbers, `choices` the parameters
    that are words, both by name and county ('' for the province).
    """

    contracts: dict[str, Contract]
    places: places.Gazetteer
    standards: dict[tuple[str, int, str, str], Standard]
    parameters: dict[tuple[str, str], Decimal]
    tokens: TokenMaker = field(repr=False)
    refused_share_limit: float = 0.5
    needs_county: bool = True
    reads_hidden_rows: bool = True
    reads_hidden_sheets: bool = False
    choices: dict[tuple[str, str], str] = field(default_factory=dict)

    @classmethod
    def load(
        cls,
        token_key: bytes,
        *,
        reference: Path | None = None,
        local_reference: Path | None = None,
        contracts: Path | None = None,
        refused_share_limit: float = 0.5,
        needs_county: bool = True,
        reads_hidden_rows: bool = True,
        reads_hidden_sheets: bool = False,
    ) -> Context:
        """Read contracts and reference files (folders default to the project's own, without rows from elsewhere)."""
        folder = reference or reference_folder()
        return cls(
            contracts=contract_files.load_all(contracts or contract_files.FOLDER),
            places=places.load(folder, local_reference),
            standards=_standards(folder, local_reference),
            parameters={k: Decimal(value) for k, value in _parameters(folder, local_reference, "value").items()},
            choices=_parameters(folder, local_reference, "text_value"),
            tokens=TokenMaker(token_key),
            refused_share_limit=refused_share_limit,
            needs_county=needs_county,
            reads_hidden_rows=reads_hidden_rows,
            reads_hidden_sheets=reads_hidden_sheets,
        )

    def packed(self) -> bytes:
        """All but the tokens' key, for another process of this program."""
        return pickle.dumps({name: getattr(self, name) for name in self.__dataclass_fields__ if name != "tokens"})

    @classmethod
    def unpacked(cls, data: bytes, token_key: bytes) -> Context:
        """What `packed` gave, with the key; a fraction of the time that `load` takes."""
        return cls(**pickle.loads(data), tokens=TokenMaker(token_key))

    def limit(self, threshold: Any, county_code: str | None) -> Decimal:
        """A threshold of a check: a number, or a parameter by county, then by province, then its default."""
        if not isinstance(threshold, dict):
            return Decimal(str(threshold))
        name = threshold["parameter"]
        for code in (county_code or "", ""):
            if (name, code) in self.parameters:
                return self.parameters[(name, code)]
        return Decimal(str(threshold["default"]))

    def choice(self, condition: dict[str, Any], county_code: str | None) -> str:
        """The word that a parameter has, by county, then by province, then the condition's default."""
        name = condition["parameter"]
        for code in (county_code or "", ""):
            if (name, code) in self.choices:
                return self.choices[(name, code)]
        return str(condition["default"])

    def standard(self, county_code: str | None, year: int | None, product: str, beneficiary: str) -> Standard | None:
        """The county's published standard for a product as written; None where it published none."""
        if county_code is None or year is None:
            return None
        return self.standards.get((county_code, year, header_key(product), beneficiary))

    def household_cap(self, county_code: str | None, year: int | None, beneficiary: str) -> Decimal | None:
        """The greatest cap per household among the county's standards of a year."""
        caps = [
            s.household_cap
            for (code, y, _, who), s in self.standards.items()
            if code == county_code and y == year and who == beneficiary and s.household_cap is not None
        ]
        return max(caps, default=None)


def _standards(folder: Path, local: Path | None) -> dict[tuple[str, int, str, str], Standard]:
    found = {}
    for row in reference_files.rows("award_standards", folder, local):
        cap = row["household_cap_yuan"]
        key = (row["county_code"], int(row["year"]), header_key(row["product_name"]), row["beneficiary"])
        found[key] = Standard(Decimal(row["amount_yuan"]), Decimal(cap) if cap else None)
    return found


def _parameters(folder: Path, local: Path | None, column: str) -> dict[tuple[str, str], str]:
    return {
        (row["parameter"], row["county_code"] or ""): row[column]
        for row in reference_files.rows("parameters", folder, local)
        if row[column]
    }
