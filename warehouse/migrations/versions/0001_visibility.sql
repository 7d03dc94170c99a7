-- Who sees which publication, and who may do what. Run after 0001_bookkeeping.sql in the same migration.

------------------------------------------------------------------------------------------------- who sees what
-- The publication that a role sees: the build role its session's setting (unset is an error), an auditor the setting
-- where it has one (published or retired only), everyone else the current pointer, whatever they set.
create function ops.resolve_publication(who name) returns bigint
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    setting text := nullif(current_setting('longcang.publication', true), '');
    found_id bigint;
begin
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

create view ops.visible as
select
    p.publication_id,
    p.as_of_date,
    p.reference_version,
    p.published_at,
    exists (select from ops.login_counties l where l.login = current_user) as is_restricted,
    p.known_until
from ops.publications p
where p.publication_id = (select ops.resolve_publication(current_user));

create view ops.visible_counties as
select county_code from ops.login_counties where login = current_user;

-- The (reading, part) pairs of the publication that the session sees: what the published facts join to.
create view ops.visible_parts as
select pp.publication_id, pp.form, pp.county_code, pp.period, pp.period_end, pp.part_code, pp.reading_id,
       pp.is_latest_period
from ops.publication_parts pp
where pp.publication_id = (select publication_id from ops.visible);

comment on view ops.visible is '当前会话所见的发布';

-- What a publication is compared with, and whose readings count as the last good ones: for a nightly one the
-- publication that is current, for a restatement the one that was current at the time it restates.
create function ops.baseline_publication(candidate bigint) returns bigint
language sql stable as $$
    select case when p.kind = 'nightly' then (select publication_id from ops.pointer)
        else (select b.publication_id from ops.publications b
              where b.kind = 'nightly' and b.published_at < p.known_until and b.purged_at is null
                and b.publication_id <> p.publication_id
              order by b.published_at desc limit 1) end
    from ops.publications p where p.publication_id = candidate
$$;

------------------------------------------------------------------------------------------------------------ grants
grant usage on schema ops, reference, raw to longcang_build;
grant select on all tables in schema ops, reference to longcang_build;
grant insert, delete, update on ops.core_loads, ops.view_definitions to longcang_build;
-- For what later migrations and contracts add.
alter default privileges in schema ops grant select on tables to longcang_build;
alter default privileges in schema reference grant select on tables to longcang_build;
alter default privileges in schema raw grant select on tables to longcang_build;
grant usage on schema staging, core, metrics, marts to current_user;
grant usage on schema marts to bi_reader, longcang_auditor;
