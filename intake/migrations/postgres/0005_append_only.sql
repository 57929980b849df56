-- What was acknowledged is never rewritten, not even by a mistake in the program.
create function refuse() returns trigger language plpgsql as $$
begin
    raise exception '%', tg_argv[0] using errcode = 'check_violation';
end $$;

create trigger revisions_are_append_only before update or delete or truncate on revisions
for each statement execute function refuse('revisions are append-only');
create trigger batches_are_append_only before update or delete or truncate on batches
for each statement execute function refuse('batches are append-only');
create trigger journal_is_append_only before update or delete or truncate on journal
for each statement execute function refuse('the journal is append-only');
create trigger roll_changes_are_append_only before update or delete or truncate on roll_changes
for each statement execute function refuse('the journal is append-only');
create trigger code_changes_are_append_only before update or delete or truncate on code_changes
for each statement execute function refuse('the journal is append-only');
create trigger entries_are_never_deleted before delete or truncate on entries
for each statement execute function refuse('entries are never deleted');
create trigger entries_keep_their_ticket before update on entries
for each row when (new.ticket <> old.ticket or new.person <> old.person or new.revision <= old.revision)
execute function refuse('one person has one ticket, whose revisions go on');

-- A batch has the next number, and the register may be taken by another process than the one that serves: whichever
-- transaction comes first wins, a batch is in the register or it is refused. The row lock waits for a freeze under way.
create function batch_fits() returns trigger language plpgsql as $$
begin
    perform 1 from draw where frozen_at_unix_s is null for share;
    if not found then
        raise exception 'the register is frozen' using errcode = 'check_violation';
    end if;
    if new.number <> (select coalesce(max(number) + 1, 0) from batches) then
        raise exception 'batch number is not the next' using errcode = 'check_violation';
    end if;
    return new;
end $$;

create trigger batch_fits before insert on batches for each row execute function batch_fits();

create function line_fits() returns trigger language plpgsql as $$
begin
    if new.number <> (select coalesce(max(number) + 1, 0) from journal) then
        raise exception 'journal line is not the next' using errcode = 'check_violation';
    end if;
    return new;
end $$;

create trigger line_fits before insert on journal for each row execute function line_fits();

create trigger the_freeze_is_final before update on draw
for each row when (old.frozen_at_unix_s is not null or new.programme_hash <> old.programme_hash)
execute function refuse('the draw row is final');
