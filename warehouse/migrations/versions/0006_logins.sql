-- Who may see what, by the login that opened the session. `current_user` is what a session sets with `set role`;
-- `session_user` is what the password was asked for, and only a superuser can change it.
create table ops.logins (
    login text primary key,
    scope text not null check (scope in ('province', 'counties')),
    listed_by text not null default session_user,
    listed_at timestamptz not null default clock_timestamp()
);
comment on table ops.logins is '账号可看的范围；不在表中的账号什么也看不到';
comment on column ops.logins.scope is 'province 可看全省，counties 只看 ops.login_counties 中列出的县';

-- What was restricted stays so, the warehouse's own logins see the province. Others that saw it because no row spoke of
-- them see nothing until somebody lists them: `longcang logins list` names them.
insert into ops.logins (login, scope)
select distinct l.login, 'counties' from ops.login_counties l;
insert into ops.logins (login, scope)
select o.login, 'province'
from (values (session_user::text), ('longcang_build'), ('bi_reader'), ('longcang_auditor')) as o (login)
on conflict (login) do nothing;

alter table ops.login_counties add foreign key (login) references ops.logins on delete cascade;
comment on table ops.login_counties is '只看部分县的账号可看的县';

-- A misspelt name or code would be a limit that holds for nobody, or for nothing.
create function ops.refuse_unknown_login() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if not exists (select from pg_roles r where r.rolname = new.login and r.rolcanlogin) then
        raise foreign_key_violation using message = format('there is no login %L on this server', new.login),
            hint = 'longcang logins add makes a login and lists it';
    end if;
    return new;
end
$$;
create trigger refuse_unknown_login before insert or update on ops.logins
for each row execute function ops.refuse_unknown_login();

create function ops.refuse_unknown_county() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if not exists (
        select from reference.regions r where r.region_code = new.county_code and r.region_level = 'county'
    ) then
        raise foreign_key_violation using message = format('there is no county with the code %L', new.county_code),
            hint = 'reference/counties.csv lists them';
    end if;
    return new;
end
$$;
create trigger refuse_unknown_county before insert or update on ops.login_counties
for each row execute function ops.refuse_unknown_county();

-- A login that is not listed sees no publication, and so no row of any published view. Otherwise as before.
create or replace function ops.resolve_publication(who name) returns bigint
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    setting text := nullif(current_setting('longcang.publication', true), '');
    found_id bigint;
begin
    if not exists (select from ops.logins l where l.login = who) then
        return null;
    end if;
    if who = 'longcang_build' then
        if setting is null then
            raise exception 'longcang.publication is not set in this session'
                using hint = 'Start the build through longcang, or: set longcang.publication = <id>';
        end if;
        select publication_id into found_id from ops.publications
        where publication_id = setting::bigint and purged_at is null;
        if found_id is null then
            raise exception 'publication % is gone or never existed', setting
                using hint = 'longcang restate forms it anew';
        end if;
        return found_id;
    end if;
    -- 'usage' is a membership that gives its rights: PostgreSQL 16 makes whoever creates a role its member without them.
    if setting is not null and pg_has_role(who, 'longcang_auditor', 'usage') then
        select publication_id into found_id from ops.publications
        where publication_id = setting::bigint and state in ('published', 'retired') and purged_at is null;
        if found_id is null then
            raise exception 'publication % is not published or retired, or is gone', setting
                using hint = 'longcang publications lists them; longcang restate forms one anew';
        end if;
        return found_id;
    end if;
    return (select publication_id from ops.pointer);
end
$$;

-- The sub-selects stand alone, so that each is asked once a statement and not once a row.
create or replace view ops.visible as
select
    p.publication_id,
    p.as_of_date,
    p.reference_version,
    p.published_at,
    (select l.scope <> 'province' from ops.logins l where l.login = session_user) as is_restricted,
    p.known_until
from ops.publications p
where p.publication_id = (select ops.resolve_publication(session_user));

create or replace view ops.visible_counties as
select c.county_code from ops.login_counties c where c.login = session_user;

-- What a login of `longcang logins add` may read comes from this group, which nobody can log in as.
grant usage on schema marts to longcang_readers;
grant select on all tables in schema marts to longcang_readers;

-- On the rare night that changes a view or adds a column, whoever has the old one open would hold it up. The build asks
-- for an instant at a time for a minute; at its end it has those who only read put out. Logins of others are left.
create function ops.end_readers_of(relation regclass) returns bigint
language sql security definer set search_path = pg_catalog, pg_temp as $$
    select count(*) filter (where pg_terminate_backend(a.pid))
    from pg_stat_activity a
    join ops.logins l on l.login = a.usename and l.login not in (current_user, session_user, 'longcang_build')
    where a.pid in (
        select k.pid from pg_locks k
        where k.relation = end_readers_of.relation and k.granted
            and k.database = (select d.oid from pg_database d where d.datname = current_database())
    )
$$;
revoke execute on function ops.end_readers_of(regclass) from public;
grant execute on function ops.end_readers_of(regclass) to longcang_build;
