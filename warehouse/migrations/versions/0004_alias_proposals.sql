-- What a place's name that no list knows may mean: proposed by the reader, decided by people.

create table ops.alias_proposals (
    proposal_id bigint generated always as identity primary key,
    region_level text not null check (region_level in ('township', 'village')),
    county_code text not null,
    within_code text not null,
    variant text not null,
    region_code text not null,
    region_name text not null,
    score numeric(4, 3) not null check (score between 0 and 1),
    state text not null default 'proposed' check (state in ('proposed', 'accepted', 'rejected')),
    decided_by text,
    decided_at timestamptz,
    first_reading_id bigint not null references ops.readings,
    last_reading_id bigint not null references ops.readings,
    unique (region_level, within_code, variant, region_code),
    check ((state = 'proposed') = (decided_by is null) and (state = 'proposed') = (decided_at is null))
);
create index on ops.alias_proposals (county_code, state);
comment on table ops.alias_proposals is '名录中查不到的地名可能指的地方：由读取程序提出，由人认定或否定';
comment on column ops.alias_proposals.within_code is '在哪个范围内成立：乡镇的为县代码，村的为乡镇代码';
comment on column ops.alias_proposals.variant is '报表中的写法（半角、去空格，个人号码已隐去）';
comment on column ops.alias_proposals.region_code is '提议对应的区划代码';
comment on column ops.alias_proposals.score is '相似程度（0 至 1）';
comment on column ops.alias_proposals.decided_by is '由谁认定或否定';

-- Where a proposal was met: one row per submission, with what its newest reading says.
create table ops.alias_sightings (
    proposal_id bigint not null references ops.alias_proposals,
    submission_id bigint not null references ops.submissions,
    n_rows integer not null check (n_rows > 0),
    primary key (proposal_id, submission_id)
);
comment on table ops.alias_sightings is '每项提议出现在哪些报送中，各涉及多少行';
