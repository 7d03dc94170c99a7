-- What only an administrator (a superuser) can grant and take away, in the warehouse's database. The embedded server gets
-- it by itself. On a server of your own: psql --dbname longcang --file warehouse/administrator.sql, then `longcang up`.
-- Safe to run again. Every server lets whoever may connect make large objects, hold advisory locks, write into the
-- write-ahead log and, by a block of code, into the server's log; a login that only reads needs none of it, and could
-- fill the disk or the lock table with it.
do $administrator$
declare
    -- The user of LONGCANG_DATABASE_URL: who owns the bookkeeping, or, before there is any, the database.
    owner text := (
        select pg_get_userbyid(coalesce(n.nspowner, d.datdba))
        from pg_database d left join pg_namespace n on n.nspname = 'ops'
        where d.datname = current_database()
    );
    routine record;
begin
    for routine in
        select p.oid::regprocedure as signature, p.proname ~ '^pg_(terminate|cancel)_' as is_used
        from pg_proc p
        where p.pronamespace = 'pg_catalog'::regnamespace
            and (
                p.proname ~ '^(lo_|pg_advisory_|pg_try_advisory_)'
                or p.proname in (
                    'loread', 'lowrite', 'pg_terminate_backend', 'pg_cancel_backend', 'pg_logical_emit_message'
                )
            )
            and has_function_privilege('public', p.oid, 'execute')
    loop
        execute format('revoke execute on function %s from public', routine.signature);
        if routine.is_used then
            execute format('grant execute on function %s to %I with grant option', routine.signature, owner);
        end if;
    end loop;
    revoke usage on language plpgsql from public;
    execute format('grant usage on language plpgsql to %I with grant option', owner);
    execute format('revoke connect, temporary on database %I from public', current_database());
    execute format('grant connect, temporary on database %I to %I with grant option', current_database(), owner);
    -- To see how long the sessions of readers take, and since when somebody holds up a night; to end those over their limit, and to limit their temporary files.
    execute format('grant pg_read_all_stats, pg_signal_backend to %I', owner);
    execute format('grant set on parameter temp_file_limit to %I', owner);
    -- From PostgreSQL 16 on; how many connections are kept is `reserved_connections`, which takes a restart.
    if to_regrole('pg_use_reserved_connections') is not null then
        execute format('grant pg_use_reserved_connections to %I with admin option', owner);
        if to_regrole('longcang_airflow') is not null then
            grant pg_use_reserved_connections to longcang_airflow;
        end if;
    end if;
end
$administrator$;
