-- Which reading speaks for its submission, from when on. A row comes with each reading that lands, and another one when
-- a night finds that an earlier reading's fingerprint is in force again (a setting, contract or alias was set back).
create table ops.readings_in_force (
    change_no bigint generated always as identity primary key,
    submission_id bigint not null references ops.submissions,
    reading_id bigint not null references ops.readings,
    since timestamptz not null default clock_timestamp(),
    is_return boolean not null default false,
    run_id text
);
create index on ops.readings_in_force (submission_id, change_no);
create index on ops.readings_in_force (reading_id);
create index on ops.readings_in_force (since);
create index on ops.readings_in_force (run_id) where is_return;
comment on table ops.readings_in_force is '每份提交自何时起以哪次读取为准；规则改动后又改回的，从前的读取重新生效';
comment on column ops.readings_in_force.is_return is '从前的读取重新生效，没有重读文件';

insert into ops.readings_in_force (submission_id, reading_id, since, run_id)
select submission_id, reading_id, known_at, run_id from ops.readings order by reading_id;

-- By a trigger, so that no reading can land without it.
create function ops.reading_comes_into_force() returns trigger language plpgsql as $$
begin
    insert into ops.readings_in_force (submission_id, reading_id, since, run_id)
    values (new.submission_id, new.reading_id, new.known_at, new.run_id);
    return null;
end
$$;
create trigger reading_comes_into_force after insert on ops.readings
for each row execute function ops.reading_comes_into_force();

-- The reading of each submission that is in force now.
create view ops.readings_now as
select distinct on (f.submission_id) f.submission_id, f.reading_id, f.since
from ops.readings_in_force f
order by f.submission_id, f.change_no desc;

-- The one that was in force when the publication that the session sees was formed.
create view ops.visible_readings as
select distinct on (f.submission_id) f.submission_id, f.reading_id, f.since
from ops.readings_in_force f
where f.since <= (select v.known_until from ops.visible v)
order by f.submission_id, f.change_no desc;

comment on view ops.readings_now is '每份提交现在以哪次读取为准';
comment on view ops.visible_readings is '当前会话所见的发布组成时，每份提交以哪次读取为准';

-- A gate that is changed and set back holds what it held; a restatement is formed under the gate of its night. A
-- restatement may hold for itself what a night held before it.
alter table ops.publications add column gate_digest text;
comment on column ops.publications.gate_digest is '组成时校验规则的摘要';
alter table ops.gate_holds drop constraint gate_holds_pkey;
alter table ops.gate_holds add primary key (reading_id, gate_digest, rule_id, publication_id);

-- Where a proposed spelling was met: by reading, so that it counts as long as its reading is in force.
alter table ops.alias_sightings add column reading_id bigint references ops.readings;
update ops.alias_sightings a set reading_id = n.reading_id from ops.readings_now n where n.submission_id = a.submission_id;
alter table ops.alias_sightings drop constraint alias_sightings_pkey;
alter table ops.alias_sightings alter column reading_id set not null;
alter table ops.alias_sightings add primary key (proposal_id, reading_id);
alter table ops.alias_sightings drop column submission_id;
comment on table ops.alias_sightings is '每项提议出现在哪些读取中，各涉及多少行';

-- A run whose process was killed is told from one that goes on.
alter table ops.runs drop constraint runs_state_check;
alter table ops.runs add constraint runs_state_check
check (state in ('running', 'done', 'held', 'held_by_person', 'failed', 'interrupted'));
comment on column ops.runs.state is
'running 运行中；done 完成；held 被拦下；held_by_person 运行期间有人指定了现行发布；failed 出错；interrupted 被中断，进程已不在';
