-- The journal: one line for each change of the store, in order, each line's link over its own fields and the link of
-- the line before. What a line covers lies beside it: a batch's revisions, the rows of an import, the codes of an issue.
-- A store that was filled before this migration gets its lines from the program, which can compute hashes: the roll as
-- it was found becomes line 0.
create table journal (
    number integer primary key,
    time_unix_s integer not null,
    kind text not null,
    actor text not null,
    channel text not null,
    first integer not null check (first >= 0),
    count integer not null check (count >= 0),
    digest blob not null check (length(digest) = 32),
    link blob not null check (length(link) = 32)
) strict;

-- A person who is taken off the roll has neither birth date nor district.
create table roll_changes (
    line integer not null,
    place integer not null,
    person blob not null check (length(person) = 32),
    born text check (length(born) = 10),
    district text check ((district is null) = (born is null)),
    primary key (line, place)
) strict, without rowid;

create table code_changes (
    line integer not null,
    place integer not null,
    person blob not null check (length(person) = 32),
    code_hash blob not null check (length(code_hash) = 32),
    codes_issued integer not null check (codes_issued > 0),
    primary key (line, place)
) strict, without rowid;

create trigger journal_is_consecutive before insert on journal
when new.number <> (select coalesce(max(number) + 1, 0) from journal)
begin
    select raise(abort, 'journal line is not the next');
end;

create trigger journal_is_never_changed before update on journal
begin
    select raise(abort, 'the journal is append-only');
end;

create trigger journal_is_never_deleted before delete on journal
begin
    select raise(abort, 'the journal is append-only');
end;

create trigger roll_changes_are_never_changed before update on roll_changes
begin
    select raise(abort, 'the journal is append-only');
end;

create trigger roll_changes_are_never_deleted before delete on roll_changes
begin
    select raise(abort, 'the journal is append-only');
end;

create trigger code_changes_are_never_changed before update on code_changes
begin
    select raise(abort, 'the journal is append-only');
end;

create trigger code_changes_are_never_deleted before delete on code_changes
begin
    select raise(abort, 'the journal is append-only');
end;
