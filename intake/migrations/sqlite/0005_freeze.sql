-- The register may be taken by another process than the one that serves. Whichever transaction comes first wins: a
-- batch is in the register, or it is refused.
create trigger no_batch_after_the_freeze before insert on batches
when (select frozen_at_unix_s from draw) is not null
begin
    select raise(abort, 'the register is frozen');
end;

create trigger the_freeze_is_final before update on draw
when old.frozen_at_unix_s is not null or new.programme_hash <> old.programme_hash
begin
    select raise(abort, 'the draw row is final');
end;
