-- Two more things that people decide: that a submission speaks no more (or speaks again), and that the current publication
-- stays until it is unpinned.
alter table ops.decisions drop constraint decisions_kind_check;
alter table ops.decisions add constraint decisions_kind_check
check (kind in ('reread', 'lost', 'accept_missing', 'withdraw', 'reinstate', 'pin', 'unpin'));
comment on column ops.decisions.kind is
'reread 重新读取；lost 原件已丢失，不再读取；accept_missing 报送目录里少了的文件是有意拿走的；withdraw 撤回，不再计入；reinstate 恢复计入；pin 钉住现行发布；unpin 解除';
comment on column ops.decisions.subject is '决定时所指的范围：县、表单、提交号、疑因机器故障退回的报送，或钉住的发布';
comment on column ops.runs.state is
'running 运行中；done 完成；held 被拦下；held_by_person 有人指定或钉住了现行发布；failed 出错；interrupted 被中断，进程已不在';

-- From when until when a submission is withdrawn; until is null where it is so now.
create view ops.withdrawals as
select decision_id, submission_id, decided_by, reason, decided_at as since, until
from (
    select d.*, ds.submission_id,
           lead(d.decided_at) over (partition by ds.submission_id order by d.decision_id) as until
    from ops.decisions d join ops.decision_submissions ds using (decision_id)
    where d.kind in ('withdraw', 'reinstate')
) changes
where kind = 'withdraw';
comment on view ops.withdrawals is '报送何时撤回、由谁、为何；until 为恢复的时间，仍撤回的为空';

create or replace view ops.readings_now as
select distinct on (f.submission_id) f.submission_id, f.reading_id, f.since
from ops.readings_in_force f
where not exists (select from ops.withdrawals w where w.submission_id = f.submission_id and w.until is null)
order by f.submission_id, f.change_no desc;

create or replace view ops.visible_readings as
select distinct on (f.submission_id) f.submission_id, f.reading_id, f.since
from ops.readings_in_force f
where f.since <= (select v.known_until from ops.visible v)
  and not exists (select from ops.withdrawals w where w.submission_id = f.submission_id
                  and w.since <= (select v.known_until from ops.visible v)
                  and (w.until is null or w.until > (select v.known_until from ops.visible v)))
order by f.submission_id, f.change_no desc;

comment on view ops.readings_now is '每份提交现在以哪次读取为准；撤回的没有';
comment on view ops.visible_readings is '当前会话所见的发布组成时，每份提交以哪次读取为准；当时撤回的没有';

-- A reading that the gate held beside another one is judged anew once that one is withdrawn, or speaks again.
create function ops.choice_changed(of_form text, of_county text, after timestamptz, until timestamptz)
returns boolean language sql stable as $$
    select exists (
        select from ops.decisions d
        join ops.decision_submissions ds on ds.decision_id = d.decision_id
        join ops.readings r on r.submission_id = ds.submission_id
        where d.kind in ('withdraw', 'reinstate') and d.decided_at > after and d.decided_at <= until
          and (r.form, r.county_code) = (of_form, of_county))
$$;
comment on function ops.choice_changed is '某县某表在一段时间里是否有报送被撤回或恢复';
