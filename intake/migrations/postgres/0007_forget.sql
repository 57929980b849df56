-- Contacts, some hundred in one sheet, encrypted so that only the officials can read them. A sheet that was deleted
-- leaves its digest, which the journal covers.
create table contact_sheets (
    line bigint not null,
    place bigint not null,
    contacts bigint not null check (contacts > 0),
    digest bytea not null check (length(digest) = 32),
    sheet bytea,
    primary key (line, place)
);

-- What lies beside a line goes in one way only: in the transaction that writes the line which says so.
create function goes_with_its_line() returns trigger language plpgsql as $$
begin
    if (select kind from journal order by number desc limit 1) = any (tg_argv) then
        return null;
    end if;
    raise exception 'the journal is append-only' using errcode = 'check_violation';
end $$;

drop trigger roll_changes_are_append_only on roll_changes;
drop trigger code_changes_are_append_only on code_changes;
create trigger roll_changes_are_append_only before update on roll_changes
for each statement execute function refuse('the journal is append-only');
create trigger code_changes_are_append_only before update on code_changes
for each statement execute function refuse('the journal is append-only');
create trigger roll_changes_go_when_forgotten before delete or truncate on roll_changes
for each statement execute function goes_with_its_line('forget');
create trigger code_changes_go_when_forgotten before delete or truncate on code_changes
for each statement execute function goes_with_its_line('forget');

create trigger contact_sheets_go_when_said before update on contact_sheets
for each statement execute function goes_with_its_line('forget', 'undo');
create trigger contact_sheets_keep_their_digests before delete or truncate on contact_sheets
for each statement execute function refuse('the journal is append-only');
create trigger contact_sheets_are_only_emptied before update on contact_sheets
for each row when (new.sheet is not null or new.line <> old.line or new.place <> old.place
    or new.contacts <> old.contacts or new.digest <> old.digest)
execute function refuse('the journal is append-only');
