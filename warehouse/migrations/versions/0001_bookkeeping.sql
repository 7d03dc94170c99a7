-- Schemas and bookkeeping of the warehouse. Run by the owner role; the roles named here exist already (see roles.py).

-- Alembic keeps its version table in it, so it stands already.
create schema if not exists ops;
create schema reference;
create schema raw;
create schema staging authorization longcang_build;
create schema core authorization longcang_build;
create schema metrics authorization longcang_build;
create schema marts authorization longcang_build;

comment on schema ops is '运行台账：提交、读取、问题、发布、校验结果';
comment on schema reference is '参照数据：区划、别名、目标、标准，按版本保存';
comment on schema raw is '各表单落地后的原始行（已定型）';
comment on schema staging is '按表单整理的视图';
comment on schema core is '星型模型：观测只追加，维度按发布生成';
comment on schema metrics is '指标行，按发布保存';
comment on schema marts is '对外发布的视图，BI 只读这里';

------------------------------------------------------------------------------------------------------------- runs
create table ops.runs (
    run_id text primary key,
    kind text not null check (kind in ('nightly', 'restate', 'housekeeping')),
    as_of_date date not null,
    state text not null default 'running' check (state in ('running', 'done', 'held', 'failed')),
    started_at timestamptz not null default clock_timestamp(),
    finished_at timestamptz,
    report jsonb
);
comment on table ops.runs is '每次夜间运行一行';

-- Progress and outcome of each step of a run: what the command line shows while a run is under way.
create table ops.steps (
    run_id text not null,
    step text not null,
    done bigint not null default 0,
    total bigint,
    unit text,
    state text not null default 'running' check (state in ('running', 'done', 'failed')),
    message text,
    pid integer,
    started_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    primary key (run_id, step)
);
comment on table ops.steps is '一次运行中每个步骤的进度';

------------------------------------------------------------------------------------------- landing, submissions, readings
-- What was last seen at each path of a landing folder. A path whose bytes changed (or that came back after it was
-- gone) is a new submission, even where the same bytes were submitted earlier.
create table ops.landing_files (
    landing text not null,
    path text not null,
    sha256 text not null,
    size_bytes bigint not null,
    submission_id bigint,
    first_seen_at timestamptz not null default clock_timestamp(),
    last_seen_at timestamptz not null default clock_timestamp(),
    gone_at timestamptz,
    primary key (landing, path)
);
create index on ops.landing_files (submission_id);
comment on table ops.landing_files is '落地目录中每个路径最近一次看到的内容';

-- One row per sending of one file. Never changed. Its number is the order in which files were received: a submission
-- supersedes those of its scope with smaller numbers, whenever it is read.
create table ops.submissions (
    submission_id bigint generated always as identity primary key,
    path text not null,
    sha256 text not null,
    size_bytes bigint not null,
    folder_county_code text,
    run_id text,
    received_at timestamptz not null default clock_timestamp()
);
create index on ops.submissions (sha256);
comment on table ops.submissions is '每次收到的文件一行，先后次序以编号为准';

-- One row per (submission, digest of contract + reader + aliases). Never changed.
create table ops.readings (
    reading_id bigint generated always as identity primary key,
    submission_id bigint not null references ops.submissions,
    digest text not null,
    form text,
    county_code text,
    scope_code text,
    period text,
    period_start date,
    period_end date,
    outcome text not null check (outcome in ('loaded', 'partly', 'refused', 'unchanged')),
    refusal_code text,
    refusal text,
    rows_read integer not null default 0,
    rows_accepted integer not null default 0,
    rows_refused integer not null default 0,
    layout jsonb,
    totals jsonb,
    seconds numeric(10, 3),
    run_id text,
    known_at timestamptz not null default clock_timestamp(),
    unique (submission_id, digest),
    check (outcome in ('refused', 'unchanged') or (form is not null and county_code is not null
           and scope_code is not null and period_end is not null))
);
create index on ops.readings (form, county_code, known_at);
comment on table ops.readings is '每次读取一行：一份提交在一版表单约定与别名下读出的结果';
comment on column ops.readings.outcome is 'loaded 全部读入；partly 部分行被退回；refused 整份退回；unchanged 与现行内容相同，未重复计入';
comment on column ops.readings.layout is '工作表、表头行、列与单元格的对应关系，供追溯';
comment on column ops.readings.totals is '表内写明的小计、合计及核对结果';

-- The parts of its scope that a reading speaks for: each township of the county and the county itself ('rest') for a
-- county's file; one township for a township's file. n_rows may be 0: the county says there is nothing there.
create table ops.reading_parts (
    reading_id bigint not null references ops.readings,
    part_code text not null,
    n_rows integer not null default 0,
    primary key (reading_id, part_code)
);
comment on table ops.reading_parts is '一次读取所覆盖的范围（县或乡镇）';

create table ops.issues (
    issue_id bigint generated always as identity primary key,
    reading_id bigint not null references ops.readings,
    rule_id text not null,
    severity text not null check (severity in ('error', 'warn', 'info')),
    effect text not null check (effect in ('none', 'cell_emptied', 'row_refused', 'file_refused')),
    form text,
    county_code text,
    sheet text,
    cell text,
    row_no integer,
    field text,
    header text,
    value_shown text,
    message text not null
);
create index on ops.issues (reading_id);
create index on ops.issues (county_code, form, rule_id);
comment on table ops.issues is '退回各县的问题，一个单元格一条';
comment on column ops.issues.value_shown is '原值；涉及个人信息的只留掩码';

----------------------------------------------------------------------------------------------------- reference data
create table reference.versions (
    version integer primary key,
    digest text not null,
    loaded_at timestamptz not null default clock_timestamp()
);
comment on table reference.versions is '参照数据的版本；一次发布只认一个版本';

create table reference.regions (
    region_code text not null,
    region_level text not null check (region_level in ('province', 'prefecture', 'county', 'township')),
    region_name text not null,
    short_name text,
    prefecture_code text,
    prefecture_name text,
    county_code text,
    county_name text,
    region_type text,
    is_poor_county boolean,
    poor_county_type text,
    contiguous_area text,
    exit_batch_year integer,
    is_unexited_at_2020_start boolean,
    is_liangzhou_yixian boolean,
    is_deep_poverty_verified boolean,
    paired_city text,
    longitude numeric(9, 6),
    latitude numeric(9, 6),
    poor_villages_published integer,
    version_from integer not null,
    version_to integer,
    primary key (region_code, version_from)
);
create table reference.villages (
    village_code text not null,
    village_name text not null,
    village_full_name text not null,
    village_kind text,
    township_code text not null,
    county_code text not null,
    version_from integer not null,
    version_to integer,
    primary key (village_code, version_from)
);
create table reference.aliases (
    region_level text not null check (region_level in ('prefecture', 'county', 'township', 'village')),
    within_code text not null,
    variant text not null,
    region_code text not null,
    kind text,
    source text,
    version_from integer not null,
    version_to integer,
    primary key (region_level, within_code, variant, version_from)
);
create table reference.programme_targets (
    target_code text not null,
    target_name text not null,
    definition text not null,
    numerator text,
    denominator text,
    unit text not null,
    comparison text not null check (comparison in ('=', '>=', '~')),
    province_value numeric(20, 4) not null,
    deadline_date date not null,
    plan_clause text not null,
    forms text not null,
    version_from integer not null,
    version_to integer,
    primary key (target_code, version_from)
);
create table reference.products (
    product_code text not null,
    product_name text not null,
    product_class text not null,
    is_livestock boolean not null,
    sort_order integer not null,
    version_from integer not null,
    version_to integer,
    primary key (product_code, version_from)
);
create table reference.award_standards (
    county_code text not null,
    year integer not null,
    product_name text not null,
    beneficiary text not null,
    unit text not null,
    amount_yuan numeric(18, 4) not null,
    household_cap_yuan numeric(18, 4),
    condition_text text,
    origin text not null,
    version_from integer not null,
    version_to integer,
    primary key (county_code, year, product_name, beneficiary, version_from)
);
create table reference.parameters (
    parameter text not null,
    county_code text not null,
    value numeric(20, 6),
    text_value text,
    unit text,
    meaning text not null,
    origin text not null,
    since_date date,
    version_from integer not null,
    version_to integer,
    primary key (parameter, county_code, version_from)
);
comment on table reference.regions is '行政区划：省、市州、县、乡镇';
comment on table reference.villages is '行政村名录（2020 年 6 月统计用区划）';
comment on table reference.aliases is '地名别称、简称、旧称';
comment on table reference.programme_targets is '2020 年产业扶贫专项行动方案的目标';
comment on table reference.products is '产业类别';
comment on table reference.award_standards is '各县公布的奖补标准';
comment on table reference.parameters is '规则所用的界限值，注明出处';

------------------------------------------------------------------------------------------------------- publications
create table ops.publications (
    publication_id bigint generated always as identity primary key,
    run_id text unique,
    kind text not null check (kind in ('nightly', 'restatement')),
    state text not null default 'candidate' check (state in ('candidate', 'published', 'held', 'retired')),
    as_of_date date not null,
    known_until timestamptz not null,
    reference_version integer not null references reference.versions (version),
    code_digest text not null,
    formed_times integer not null default 1,
    verdict jsonb,
    note text,
    created_at timestamptz not null default clock_timestamp(),
    published_at timestamptz,
    retired_at timestamptz,
    purged_at timestamptz
);
comment on table ops.publications is '每次发布一行：candidate 待校验；published 现行；held 被拦下；retired 已退役';

-- Which reading speaks for which part of which county, form and period in a publication.
create table ops.publication_parts (
    publication_id bigint not null references ops.publications on delete cascade,
    form text not null,
    county_code text not null,
    period text not null,
    period_end date not null,
    part_code text not null,
    reading_id bigint not null references ops.readings,
    is_latest_period boolean not null,
    primary key (publication_id, form, county_code, period, part_code)
);
create index on ops.publication_parts (publication_id, reading_id, part_code);
comment on table ops.publication_parts is '一次发布由哪些读取、哪些范围组成';

create table ops.pointer (
    only_row boolean primary key default true check (only_row),
    publication_id bigint references ops.publications,
    moved_at timestamptz not null default clock_timestamp()
);
insert into ops.pointer (publication_id) values (null);
comment on table ops.pointer is '现行发布的指针，只有一行';

create table ops.pointer_moves (
    move_id bigint generated always as identity primary key,
    from_publication_id bigint,
    to_publication_id bigint not null,
    reason text not null,
    moved_by text not null default session_user,
    moved_at timestamptz not null default clock_timestamp()
);
comment on table ops.pointer_moves is '指针每次移动的记录';

-- What has been appended to core, written in the transaction of the append itself.
create table ops.core_loads (
    model text not null,
    reading_id bigint not null,
    publication_id bigint not null,
    loaded_at timestamptz not null default clock_timestamp(),
    primary key (model, reading_id)
);
comment on table ops.core_loads is '各观测表已追加过的读取';

------------------------------------------------------------------------------------------------------ gate and nodes
create table ops.gate_results (
    publication_id bigint not null,
    pass_no integer not null,
    suite text not null,
    rule_id text not null,
    severity text not null check (severity in ('critical', 'warning')),
    success boolean not null,
    violations bigint not null default 0,
    sentence text not null,
    origin text not null,
    message text,
    judged_at timestamptz not null default clock_timestamp(),
    primary key (publication_id, pass_no, suite, rule_id)
);
-- The counties and forms in which a failed rule was violated; county_code '' where the rule has no county.
create table ops.gate_violations (
    publication_id bigint not null,
    pass_no integer not null,
    suite text not null,
    rule_id text not null,
    severity text not null,
    county_code text not null,
    form text not null,
    violations bigint not null,
    primary key (publication_id, pass_no, suite, rule_id, county_code, form)
);
-- Readings that the gate kept out. One that is held stays out while the gate's digest is the same.
create table ops.gate_holds (
    reading_id bigint not null references ops.readings,
    gate_digest text not null,
    publication_id bigint not null,
    rule_id text not null,
    sentence text not null,
    held_at timestamptz not null default clock_timestamp(),
    primary key (reading_id, gate_digest, rule_id)
);
create table ops.node_results (
    run_id text not null,
    publication_id bigint,
    layer text not null,
    node text not null,
    status text not null,
    rows_affected bigint,
    seconds numeric(12, 3),
    message text,
    finished_at timestamptz not null default clock_timestamp()
);
create index on ops.node_results (run_id);
create table ops.view_definitions (
    schema_name text not null,
    view_name text not null,
    digest text not null,
    set_at timestamptz not null default clock_timestamp(),
    primary key (schema_name, view_name)
);
create table ops.login_counties (
    login text not null,
    county_code text not null,
    primary key (login, county_code)
);
comment on table ops.gate_results is '每条校验规则的结果';
comment on table ops.gate_violations is '未通过的规则涉及的县与表单';
comment on table ops.gate_holds is '被拦下的读取及原因';
comment on table ops.node_results is '每个模型、测试的运行结果';
comment on table ops.view_definitions is '已建视图的定义摘要，定义不变则不动视图';
comment on table ops.login_counties is '账号可看的县；没有记录的账号可看全省';

