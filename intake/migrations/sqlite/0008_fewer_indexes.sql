-- Every index with a random key costs as much as the row itself, so each has to earn its keep. A revision's place in
-- the store is one number, batch × 65,536 + place in the batch, and with it the row's own key. A person's requests are
-- found through the person, since a request's key contains the person. One ticket, one person: a second person's first
-- revision under a ticket would be the ticket's revision 1 again. Who acted, if it was not the applicant, is new.
create table placed_revisions (
    position integer primary key,
    ticket blob not null check (length(ticket) = 12),
    revision integer not null check (revision between 1 and 256),
    status integer not null check (status between 0 and 3),
    blinding blob not null check (length(blinding) = 32),
    body blob not null,
    leaf blob not null check (length(leaf) = 50),
    request blob not null check (length(request) = 32),
    content blob not null check (length(content) = 32),
    actor text,
    unique (ticket, revision)
) strict;

insert into placed_revisions
select batch * 65536 + place, ticket, revision, status, blinding, body, leaf, request, content, null
from revisions order by batch, place;

create table placed_entries (
    person blob primary key check (length(person) = 32) references roll (person),
    ticket blob not null check (length(ticket) = 12),
    cohort integer not null,
    status integer not null check (status between 0 and 3),
    revision integer not null
) strict, without rowid;

insert into placed_entries select person, ticket, cohort, status, revision from entries order by person;

drop table entries;
drop table revisions;
alter table placed_revisions rename to revisions;
alter table placed_entries rename to entries;

create trigger revisions_are_never_changed before update on revisions
begin
    select raise(abort, 'revisions are append-only');
end;

create trigger revisions_are_never_deleted before delete on revisions
begin
    select raise(abort, 'revisions are append-only');
end;

create trigger entries_are_never_deleted before delete on entries
begin
    select raise(abort, 'entries are never deleted');
end;

create trigger entries_keep_their_ticket before update on entries
when new.ticket <> old.ticket or new.person <> old.person or new.revision <= old.revision
begin
    select raise(abort, 'one person has one ticket, whose revisions go on');
end;
