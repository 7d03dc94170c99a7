-- Trials: nights that are formed, built, judged and reported, and not published.
alter table ops.runs drop constraint runs_kind_check;
alter table ops.runs add constraint runs_kind_check check (kind in ('nightly', 'trial', 'restate', 'housekeeping'));
alter table ops.publications drop constraint publications_kind_check;
alter table ops.publications add constraint publications_kind_check check (kind in ('nightly', 'trial', 'restatement'));
comment on column ops.runs.kind is 'nightly 夜间；trial 试运行，不发布；restate 重述；housekeeping 清理';
comment on column ops.publications.kind is 'nightly 夜间；trial 试运行，不发布，结束时撤回；restatement 重述';

-- What stood when a trial began to build, so that its changes of definitions can be taken back.
create table ops.trial_objects (
    publication_id bigint not null references ops.publications,
    schema_name text not null,
    object_name text not null,
    columns text[] not null,
    definition text,
    comments jsonb not null,
    primary key (publication_id, schema_name, object_name)
);
comment on table ops.trial_objects is '试运行开始建模前的表和视图；撤回以后清空';
comment on column ops.trial_objects.definition is '视图的定义；表为空';

-- A trial is compared with what is current, as a night is.
create or replace function ops.baseline_publication(candidate bigint) returns bigint
language sql stable as $$
    select case when p.kind <> 'restatement' then (select publication_id from ops.pointer)
        else (select b.publication_id from ops.publications b
              where b.kind = 'nightly' and b.published_at < p.known_until and b.purged_at is null
                and b.publication_id <> p.publication_id
              order by b.published_at desc limit 1) end
    from ops.publications p where p.publication_id = candidate
$$;
