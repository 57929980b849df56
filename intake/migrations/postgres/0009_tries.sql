-- Wrong birth dates under a code, since the first of them: who has somebody's letter does not get to try all dates. A count
-- is of no use after a day and is deleted. No change of the draw, so the journal has nothing of it.
create table if not exists tries (
    code_hash bytea primary key check (length(code_hash) = 32),
    since_unix_s bigint not null,
    dates bigint not null check (dates > 0)
);
