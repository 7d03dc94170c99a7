-- Reference data that came with the rest of the eighteen forms. Versioned as the other tables of the schema are.

create table reference.cross_checks (
    rule_id text not null,
    title text not null,
    severity text not null check (severity in ('error', 'warn', 'info')),
    forms text not null,
    sentence text not null,
    origin text not null,
    since_date date not null,
    trips text not null,
    version_from integer not null,
    version_to integer,
    primary key (rule_id, version_from)
);
create table reference.reporting_calendar (
    form text not null,
    form_code text not null,
    frequency text not null check (frequency in ('月', '季', '半年', '年')),
    due_days integer not null check (due_days > 0),
    origin text not null,
    since_date date not null,
    version_from integer not null,
    version_to integer,
    primary key (form, version_from)
);
create table reference.ganwei_directory (
    directory_year integer not null,
    entry_kind text not null check (entry_kind in ('产品', '企业', '区域公用品牌')),
    entry_name text not null,
    product_keyword text,
    origin text not null,
    version_from integer not null,
    version_to integer,
    primary key (directory_year, entry_kind, entry_name, version_from)
);
comment on table reference.cross_checks is '表与表之间的核对：编号、级别、说法、依据';
comment on column reference.cross_checks.forms is '所涉表号，空格分隔，先写被核对的一张';
comment on column reference.cross_checks.sentence is '不符时的说法，{this} 为被核对一方，{other} 为另一方';
comment on table reference.reporting_calendar is '各表的报送频次与期末后的报送期限';
comment on column reference.reporting_calendar.due_days is '报告期末之后多少天内应报送';
comment on table reference.ganwei_directory is '“甘味”品牌目录中已查到的名称，按目录年份';
comment on column reference.ganwei_directory.product_keyword is '产品名称中应出现的字样';
