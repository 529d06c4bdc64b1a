-- Every item of every reminder that was sent, as the log of decisions holds it: what an agency was
-- reminded of stands, whatever becomes of the agency and the item. A letter is one reminder, however
-- many items it names; one whose items were all withdrawn is none.
with said as (
    select
        i.*,
        {{ json_field('i.item', 'reminder_id') }} as reminder_id,
        {{ json_field('i.item', 'submission_id') }} as submission_id,
        {{ json_field('i.item', 'form_name') }} as form_name,
        {{ json_field('i.item', 'period_label') }} as period_label,
        cast({{ json_field('i.item', 'number') }} as integer) as number
    from {{ reminded_items() }} as i
),

settled as (
    select
        s.*,
        {{ local_day('s.decided_at') }} as reminded_on,
        case w.action
            when 'contest' then 'contested' when 'uphold' then 'upheld' when 'withdraw' then 'withdrawn'
            else 'sent'
        end as state,
        c.reason as contest_reason
    from said as s
    left join {{ last_decisions("'contest', 'uphold', 'withdraw'") }} as w on s.reminder_id = w.issue_id
    left join {{ last_decisions("'contest'") }} as c on s.reminder_id = c.issue_id
),

letters as (
    select
        s.letter_id,
        cast(row_number() over (
            partition by s.agency_code, {{ year_of('s.reminded_on') }} order by s.seq
        ) as integer) as number_in_year
    from (
        select distinct
            t.letter_id,
            t.agency_code,
            t.reminded_on,
            t.seq
        from settled as t
        where t.state <> 'withdrawn'
    ) as s
)

select
    cast(s.reminder_id as text) as reminder_id,
    cast(s.letter_id as text) as letter_id,
    cast(s.submission_id as text) as submission_id,
    cast(s.agency_code as text) as agency_code,
    cast(s.agency_name as text) as agency_name,
    cast(s.form_name as text) as form_name,
    cast(s.period_label as text) as period_label,
    s.number,
    cast(s.decided_at as timestamptz) as reminded_at,
    cast(s.reminded_on as date) as reminded_on,
    {{ year_of('s.reminded_on') }} as year,
    case when s.state <> 'withdrawn' then l.number_in_year end as number_in_year,
    cast(s.reminded_by as text) as reminded_by,
    cast(s.letter as text) as letter,
    cast(s.state as text) as state,
    cast(case s.state
        when 'sent' then 'Đã nhắc' when 'contested' then 'Đang có ý kiến'
        when 'upheld' then 'Giữ nguyên' else 'Đã rút'
    end as text) as state_name,
    s.state = 'contested' as is_contested,
    cast(s.contest_reason as text) as contest_reason,
    {{ is_simulated() }} as is_simulated,
    {{ publication_id() }} as publication_id
from settled as s
left join letters as l on s.letter_id = l.letter_id
