-- Decisions of people, which are only ever added to, and the submissions that each is about.
create table ops.decisions (
    decision_id bigint generated always as identity primary key,
    kind text not null check (kind in ('reread', 'lost')),
    subject jsonb not null,
    decided_by text not null check (decided_by <> ''),
    reason text not null check (reason <> ''),
    decided_at timestamptz not null default clock_timestamp()
);
comment on table ops.decisions is '人作出的决定，只增不改';
comment on column ops.decisions.kind is 'reread 重新读取；lost 原件已丢失，不再读取';
comment on column ops.decisions.subject is '决定时所指的范围：县、表单、提交号，或疑因机器故障退回的报送';

create table ops.decision_submissions (
    decision_id bigint not null references ops.decisions,
    submission_id bigint not null references ops.submissions,
    primary key (decision_id, submission_id)
);
create index on ops.decision_submissions (submission_id);
comment on table ops.decision_submissions is '每个决定涉及的报送';

create function ops.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is only ever added to', tg_table_name;
end
$$;
create trigger only_added_to before update or delete on ops.decisions
for each statement execute function ops.refuse_change();
create trigger only_added_to before update or delete on ops.decision_submissions
for each statement execute function ops.refuse_change();

-- A reading that a decision asked for is a reading of its own, though it is made under the digest of the one before.
alter table ops.readings add column decision_id bigint references ops.decisions;
alter table ops.readings drop constraint readings_submission_id_digest_key;
alter table ops.readings add unique nulls not distinct (submission_id, digest, decision_id);
comment on column ops.readings.decision_id is '按哪个决定重新读取；不是因决定而读的为空';

-- Files that a night has left for a later one, since their county sent more than a night takes in.
create table ops.waiting_files (
    landing text not null,
    path text not null,
    county_code text,
    first_seen_at timestamptz not null default clock_timestamp(),
    run_id text not null,
    primary key (landing, path)
);
comment on table ops.waiting_files is '超过每县每夜上限、留待下一夜读取的文件';
comment on column ops.waiting_files.first_seen_at is '首次排队的时间；先排先读';
comment on column ops.waiting_files.run_id is '最近一次让它等待的运行';

comment on column ops.submissions.sha256 is '原件的 SHA-256，也是其在档案库中的位置；超过大小上限的文件不存档，为其开头部分与大小的摘要';
