"""Households: the register of persons, awards."""

from __future__ import annotations

from tests.gate.landed import ID_18, again, case, put, put_all

CASES = [
    case("a person without a number", "registered_persons", "GL07", put(person_id_token=None)),
    case("a person twice", "registered_persons", "GL30", again(household_code="621121999999")),
    case("no village", "household_awards", "GL07 GL09", put(village_code=None)),
    case("an award twice", "household_awards", "GL11", again(award_amount_yuan=100, unit_award_yuan=100)),
    case("a second award of another product is none", "household_awards", "",
         again(product_code="羊", award_amount_yuan=100, unit_award_yuan=100)),
    case("a negative award", "household_awards", "GL17", put(award_amount_yuan=-1)),
    case("an award beyond any cap", "household_awards", "GL18 R03", put(award_amount_yuan=30001)),
    case("a household beyond its cap over all files", "household_awards", "R03", put(prior_amount_yuan=16000)),
    case("a mean too low", "household_awards", "R04", put_all(prior_amount_yuan=0, award_amount_yuan=900)),
    case("a mean too high", "household_awards", "R04 R03", put_all(prior_amount_yuan=22000)),
    case("an ID number in a remark", "household_awards", "GL20", put(remark=f"本人{ID_18}已签字")),
    case("a mask that hides nothing", "household_awards", "GL21", put(head_name_masked="王小明")),
    case("a plain number for a token", "household_awards", "GL20 GL22", put(head_id_token=ID_18)),
    case("an account for a token", "household_awards", "GL22", put(bank_account_token="000000000001")),
]  # fmt: skip
