{{ config(severity='warn') }}
-- A family of one publication of which less than 99 % of the figures found a series: new words.
select
    c.source_file,
    c.family,
    count(*) filter (where c.status = 'unmapped') as unmapped
from {{ ref('statistic_cell') }} as c
where c.family is not null and c.status in ('mapped', 'unmapped')
group by c.source_file, c.family
having count(*) filter (where c.status = 'unmapped') > 0.01 * count(*)
