-- Which batches already stand in the draw's log, as consecutive ranges from batch 0.
create table anchors (
    first integer primary key check (first >= 0),
    count integer not null check (count > 0)
) strict;

create trigger anchors_are_consecutive before insert on anchors
when new.first <> (select coalesce(max(first + count), 0) from anchors)
    or new.first + new.count > (select count(*) from batches)
begin
    select raise(abort, 'anchors cover batches in order, once');
end;
