-- Revisions become durable in batches, each under one signed Merkle root. revisions is the journal: every revision
-- there ever was, with the request that made it, so that a repeated request gets the same answer. entries names the
-- last revision of each ticket; its two constraints are the promises "one person, one ticket" and "one ticket, one
-- person" even against a second writer.
create table batches (
    number integer primary key,
    leaves integer not null check (leaves > 0),
    time_unix_s integer not null,
    root blob not null check (length(root) = 32),
    note text not null
) strict;

create table revisions (
    ticket blob not null check (length(ticket) = 12),
    revision integer not null check (revision between 1 and 256),
    status integer not null check (status between 0 and 3),
    blinding blob not null check (length(blinding) = 32),
    body blob not null,
    leaf blob not null check (length(leaf) = 50),
    batch integer not null references batches (number),
    place integer not null,
    request blob not null unique check (length(request) = 32),
    content blob not null check (length(content) = 32),
    unique (ticket, revision),
    unique (batch, place)
) strict;

create table entries (
    ticket blob not null unique check (length(ticket) = 12),
    person blob not null unique references roll (person),
    cohort integer not null,
    status integer not null check (status between 0 and 3),
    revision integer not null,
    foreign key (ticket, revision) references revisions (ticket, revision)
) strict;
