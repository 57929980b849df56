-- Revisions become durable in batches, each under one signed Merkle root. revisions holds every revision there ever
-- was, with the request that made it, so that a repeated request gets the same answer; position is batch × 65,536 +
-- place in the batch. entries names the last revision of each person's ticket.
--
-- Every index with a random key costs as much as the row itself, so each has to earn its keep. A person's requests are
-- found through the person, since a request's key contains the person. One ticket, one person: a second person's first
-- revision under a ticket would be the ticket's revision 1 again.
create table batches (
    number bigint primary key,
    leaves bigint not null check (leaves > 0),
    time_unix_s bigint not null,
    root bytea not null check (length(root) = 32),
    note text not null
);

create table revisions (
    position bigint primary key,
    ticket bytea not null check (length(ticket) = 12),
    revision integer not null check (revision between 1 and 256),
    status integer not null check (status between 0 and 3),
    blinding bytea not null check (length(blinding) = 32),
    body bytea not null,
    leaf bytea not null check (length(leaf) = 50),
    request bytea not null check (length(request) = 32),
    content bytea not null check (length(content) = 32),
    actor text,
    unique (ticket, revision)
);

-- Room in each page, so that another revision rewrites the row beside itself and no index.
create table entries (
    person bytea primary key check (length(person) = 32),
    ticket bytea not null check (length(ticket) = 12),
    cohort integer not null,
    status integer not null check (status between 0 and 3),
    revision integer not null
) with (fillfactor = 85);

-- Instead of a foreign key, which would lock, and so rewrite, a row of the roll for each registration: the new people
-- of a statement are looked up together. Somebody may have been taken off the roll since the code was looked at.
create function entries_are_of_people_on_the_roll() returns trigger language plpgsql as $$
begin
    if exists (select 1 from added where not exists (select 1 from roll where roll.person = added.person)) then
        raise exception 'an entry of somebody who is not on the roll' using errcode = 'foreign_key_violation';
    end if;
    return null;
end $$;

create trigger entries_are_of_people_on_the_roll after insert on entries
referencing new table as added for each statement execute function entries_are_of_people_on_the_roll();

create function roll_keeps_who_registered() returns trigger language plpgsql as $$
begin
    if exists (select 1 from removed where exists (select 1 from entries where entries.person = removed.person)) then
        raise exception 'somebody who registered stays on the roll' using errcode = 'foreign_key_violation';
    end if;
    return null;
end $$;

create trigger roll_keeps_who_registered after delete on roll
referencing old table as removed for each statement execute function roll_keeps_who_registered();
