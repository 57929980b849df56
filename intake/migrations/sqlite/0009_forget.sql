-- Contacts, some hundred in one sheet, encrypted so that only the officials can read them. A sheet that was deleted
-- leaves its digest, which the journal covers.
create table contact_sheets (
    line integer not null,
    place integer not null,
    contacts integer not null check (contacts > 0),
    digest blob not null check (length(digest) = 32),
    sheet blob,
    primary key (line, place)
) strict;

-- What lies beside a line goes in one way only: in the transaction that writes the line which says so.
drop trigger roll_changes_are_never_deleted;
create trigger roll_changes_go_when_forgotten before delete on roll_changes
when (select kind from journal order by number desc limit 1) is not 'forget'
begin
    select raise(abort, 'the journal is append-only');
end;

drop trigger code_changes_are_never_deleted;
create trigger code_changes_go_when_forgotten before delete on code_changes
when (select kind from journal order by number desc limit 1) is not 'forget'
begin
    select raise(abort, 'the journal is append-only');
end;

create trigger contact_sheets_are_only_emptied before update on contact_sheets
when (select kind from journal order by number desc limit 1) not in ('forget', 'undo') or new.sheet is not null
    or new.line <> old.line or new.place <> old.place or new.contacts <> old.contacts or new.digest <> old.digest
begin
    select raise(abort, 'the journal is append-only');
end;

create trigger contact_sheets_are_never_deleted before delete on contact_sheets
begin
    select raise(abort, 'the journal is append-only');
end;

-- Entries outlive the roll. So what the foreign key said is said by triggers: nobody registers who is not on the roll,
-- and who registered stays on it until it is forgotten.
create table kept_entries (
    person blob primary key check (length(person) = 32),
    ticket blob not null check (length(ticket) = 12),
    cohort integer not null,
    status integer not null check (status between 0 and 3),
    revision integer not null
) strict, without rowid;

insert into kept_entries select person, ticket, cohort, status, revision from entries order by person;
drop trigger entries_are_never_deleted;
drop table entries;
alter table kept_entries rename to entries;

create trigger entries_are_never_deleted before delete on entries
begin
    select raise(abort, 'entries are never deleted');
end;

create trigger entries_keep_their_ticket before update on entries
when new.ticket <> old.ticket or new.person <> old.person or new.revision <= old.revision
begin
    select raise(abort, 'one person has one ticket, whose revisions go on');
end;

create trigger entries_are_of_people_on_the_roll before insert on entries
when not exists (select 1 from roll where person = new.person)
begin
    select raise(abort, 'an entry of somebody who is not on the roll');
end;

create trigger roll_keeps_who_registered before delete on roll
when (select kind from journal order by number desc limit 1) is not 'forget'
    and exists (select 1 from entries where person = old.person)
begin
    select raise(abort, 'somebody who registered stays on the roll');
end;
