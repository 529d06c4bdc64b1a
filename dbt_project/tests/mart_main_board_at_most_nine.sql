select count(*) as tiles
from {{ ref('main_board') }}
having count(*) > 9 or min(rank) < 1 or max(rank) > 9
