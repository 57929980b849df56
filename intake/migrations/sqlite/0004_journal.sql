-- What was acknowledged is never rewritten, not even by a mistake in the program.
create trigger revisions_are_never_changed before update on revisions
begin
    select raise(abort, 'revisions are append-only');
end;

create trigger revisions_are_never_deleted before delete on revisions
begin
    select raise(abort, 'revisions are append-only');
end;

create trigger batches_are_never_changed before update on batches
begin
    select raise(abort, 'batches are append-only');
end;

create trigger batches_are_never_deleted before delete on batches
begin
    select raise(abort, 'batches are append-only');
end;

create trigger entries_are_never_deleted before delete on entries
begin
    select raise(abort, 'entries are never deleted');
end;

-- A batch has the next number: two writers on one database cannot both have it.
create trigger batches_are_consecutive before insert on batches
when new.number <> (select coalesce(max(number) + 1, 0) from batches)
begin
    select raise(abort, 'batch number is not the next');
end;
