-- Locks that only the owner can take, who is in the way, and publications that a person's move of the pointer
-- holds back.

-- Made by warehouse/locks.py, since set-up and migration take locks before any migration has run.
create table if not exists ops.locks (name text primary key);
comment on table ops.locks is '进程之间的锁，一种一行；谁持有以行锁为准，行内无状态';

alter table ops.publications drop constraint publications_state_check;
alter table ops.publications add constraint publications_state_check
check (state in ('candidate', 'published', 'held', 'held_by_person', 'retired'));
comment on table ops.publications is
'每次发布一行：candidate 待校验；published 现行；held 被校验拦下；held_by_person 运行期间有人指定了现行发布，待人发布；retired 已退役';

alter table ops.runs drop constraint runs_state_check;
alter table ops.runs add constraint runs_state_check
check (state in ('running', 'done', 'held', 'held_by_person', 'failed'));

-- Who is in the way of a build, in words: the other sessions that use a relation (a reader's open transaction), or the
-- one that builds it, which holds the relation's row of ops.view_definitions. With the owner's rights, since the server
-- shows a session's times to its own login and to pg_read_all_stats only.
create function ops.sessions_using(relation regclass, is_building boolean) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    with pids as (
        select l.pid from pg_locks l
        where not is_building and l.locktype = 'relation' and l.granted and l.relation = sessions_using.relation
          and l.database = (select d.oid from pg_database d where d.datname = current_database())
        union
        select l.pid from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        join ops.view_definitions v on v.schema_name = n.nspname and v.view_name = c.relname
        join pg_locks l on l.locktype = 'transactionid' and l.granted and l.transactionid = v.xmax
        where is_building and c.oid = sessions_using.relation
    )
    select coalesce(string_agg(
        format('"%s" (login %s, server process %s%s)', a.application_name, a.usename, a.pid,
               ', since ' || to_char(a.xact_start, 'YYYY-MM-DD HH24:MI:SS')),
        ' and ' order by a.xact_start, a.pid), 'a session that has just ended')
    from pids join pg_stat_activity a using (pid) where a.pid <> pg_backend_pid()
$$;
revoke all on function ops.sessions_using(regclass, boolean) from public;
grant execute on function ops.sessions_using(regclass, boolean) to longcang_build;
