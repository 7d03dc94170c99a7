"""What a person has withdrawn is no loss of rows, and the reading that speaks in its place is not held for it."""

from __future__ import annotations

from ingest import decisions
from tests.gate.province import Province
from tests.gate.test_verdict import BAD, fallen, judge, large, published

__all__ = ["published"]  # the fixture


def test_what_a_person_has_withdrawn_is_no_loss(province: Province, published: int) -> None:
    """Else the reading that speaks in its place would be held for it, and the county would have nothing."""
    number = province.publish_of(large(province, 1))
    assert fallen(judge(province, number)) == {(BAD, "sales_channels")}
    ((submission,),) = province.run(
        "select distinct r.submission_id from ops.publication_parts p join ops.readings r using (reading_id) "
        "where p.publication_id = %s and (p.form, p.county_code) = ('sales_channels', %s)",
        (published, BAD),
    )
    with province.connect() as conn:
        decisions.withdraw(conn, [submission], by="李工", reason="报错了表")
    later = province.publish_of(large(province, 1))
    assert judge(province, later).success
    assert fallen(judge(province, number)) == {(BAD, "sales_channels")}  # formed before it was withdrawn
