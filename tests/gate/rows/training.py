"""Training: rosters of courses."""

from __future__ import annotations

from datetime import date

from tests.gate.rows import Row, clean, token


@clean("training_attendance")
def attendance(county: str, number: int) -> Row:
    """The head of the n-th household, as the register has it."""
    return {"person_name_masked": "王**", "sex": "男", "person_id_token": token("id", county, number),
            "person_id_mask": "****001X", "nation": "汉族", "education": "初中", "household_code": f"{county}{number:06d}",
            "is_poor": True, "product_code": "牛", "product_name": "肉牛", "course_type": "科技明白人",
            "course_no": "2020年第1期", "venue": "示范基地", "training_start_date": date(2020, 5, 6),
            "training_end_date": date(2020, 5, 12), "training_days": 7, "result": "合格", "was_trained_before": False,
            "phone_token": token("phone", county, number), "phone_mask": "154****0000"}  # fmt: skip
