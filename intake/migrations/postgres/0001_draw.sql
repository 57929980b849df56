-- A database belongs to one programme for good: entries name cohorts, sites and sessions by their place in it.
-- frozen_at_unix_s is set once, when the register is taken; nothing is acknowledged afterwards. Whoever changes the
-- store locks this row first and holds it until the commit, so that changes have one order, whoever makes them.
create table draw (
    only_row integer primary key check (only_row = 1),
    programme_hash bytea not null check (length(programme_hash) = 32),
    frozen_at_unix_s bigint
);
