-- A warehouse that was filled with the simulator's made-up province, which it stays. One that was filled so before this
-- table was there cannot be recognised, and has no row.
create table ops.demonstration (
    only_row boolean primary key default true check (only_row),
    landing text not null,
    since timestamptz not null default clock_timestamp()
);
comment on table ops.demonstration is '有一行即为演示库：数字出自程序造的假想省份；不能撤销，只能删库重建';

create table ops.demonstration_files (path text primary key);
comment on table ops.demonstration_files is '造数程序写下的文件在报送目录下的路径；演示库只收这些文件和它们的更正件';

create trigger only_added_to before update or delete on ops.demonstration
for each statement execute function ops.refuse_change();
create trigger only_added_to before update or delete on ops.demonstration_files
for each statement execute function ops.refuse_change();

-- What a night could not look at. None of it counts as taken away.
create table ops.landing_troubles (
    run_id text not null,
    path text not null,
    kind text not null check (kind in ('unreadable', 'emptied')),
    problem text,
    n_files integer not null default 0,
    primary key (run_id, path)
);
comment on table ops.landing_troubles is '一夜没有看成的文件和目录，其中的文件不算撤走';
comment on column ops.landing_troubles.kind is 'unreadable 读不了；emptied 原有的文件一下子全不见了，多半是没有挂载';
comment on column ops.landing_troubles.n_files is '其中原有的文件数';

alter table ops.decisions drop constraint decisions_kind_check;
alter table ops.decisions add constraint decisions_kind_check check (kind in ('reread', 'lost', 'accept_missing'));
comment on column ops.decisions.kind is 'reread 重新读取；lost 原件已丢失，不再读取；accept_missing 报送目录里少了的文件按撤走处理';

-- A workbook stays due wherever the bytes that it goes back for lie.
create index on ops.landing_files (sha256);
