-- The day that a snapshot stands for decides which of several is in force. A reading has it where its file states it or its
-- title names more than a year; without it the file stands for the day on which it was received, within its year.
alter table ops.readings add column snapshot_day date;
comment on column ops.readings.snapshot_day is '存量表所说的是哪一天的情况：表中写明的截止或填报日期，否则为报告期末；只写年度的为空，按收到之日计';

alter table ops.publication_parts add column snapshot_day date;
comment on column ops.publication_parts.snapshot_day is '按哪一天的情况计入；先后由它决定';

create or replace view ops.visible_parts as
select pp.publication_id, pp.form, pp.county_code, pp.period, pp.period_end, pp.part_code, pp.reading_id,
       pp.is_latest_period, coalesce(pp.snapshot_day, pp.period_end) as snapshot_day
from ops.publication_parts pp
where pp.publication_id = (select publication_id from ops.visible);
