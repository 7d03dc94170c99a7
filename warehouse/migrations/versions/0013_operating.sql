-- What a failed rule says of each county and form, and the limits that it was held against at that time.
alter table ops.gate_violations
add column sentence text,
add column limits jsonb not null default '[]';
comment on column ops.gate_violations.sentence is '给人看的说法；此前的校验没有记下，为空';
comment on column ops.gate_violations.limits is '校验时所用的界限：参数、值、单位、含义';

-- Those who keep the warehouse running look at its bookkeeping and at what is published; the bookkeeping
-- holds no row of a county's file, and no token.
grant usage on schema ops, marts to longcang_operator;
grant select on all tables in schema ops to longcang_operator;
alter default privileges in schema ops grant select on tables to longcang_operator;
grant select on all tables in schema marts to longcang_operator;
insert into ops.logins (login, scope) values ('longcang_operator', 'province') on conflict (login) do nothing;
