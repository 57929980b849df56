-- Which batches already stand in the draw's log, as consecutive ranges from batch 0.
create table anchors (
    first bigint primary key check (first >= 0),
    count bigint not null check (count > 0)
);

create function anchor_fits() returns trigger language plpgsql as $$
begin
    if new.first <> (select coalesce(max(first + count), 0) from anchors)
        or new.first + new.count > (select coalesce(max(number) + 1, 0) from batches) then
        raise exception 'anchors cover batches in order, once' using errcode = 'check_violation';
    end if;
    return new;
end $$;

create trigger anchor_fits before insert on anchors for each row execute function anchor_fits();
