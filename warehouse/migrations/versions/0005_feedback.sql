-- Workbooks that go back to the counties, and the numbers by which their corrected copies are recognised.
alter table ops.readings add column corrects_submission_id bigint references ops.submissions;
create index on ops.readings (corrects_submission_id) where corrects_submission_id is not null;
comment on column ops.readings.corrects_submission_id is '本次报送按退改编号更正的是哪份提交；不是更正件的为空';

-- The workbook that lies ready for a submission. A row says what was written last, or why nothing was.
create table ops.feedback (
    submission_id bigint primary key references ops.submissions,
    reading_id bigint not null references ops.readings,
    folder text not null,
    path text not null,
    sha256 text,
    order_digest text not null,
    n_findings integer not null,
    problem text,
    run_id text,
    written_at timestamptz not null default clock_timestamp()
);
create index on ops.feedback (run_id);
comment on table ops.feedback is '退回各县的批注工作簿，每份提交一行';
comment on column ops.feedback.path is '在退改目录下的路径';
comment on column ops.feedback.order_digest is '批注内容的摘要；内容不变就不重写';
comment on column ops.feedback.problem is '没有写成，或写出的只有退改说明时的原因';
