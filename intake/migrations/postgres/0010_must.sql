-- A batch is one statement, which is a transaction of its own; so what must hold is asked inside it, or nothing stands.
create or replace function must(hold boolean, message text) returns void language plpgsql as $$
begin
    if hold is not true then
        raise exception '%', message using errcode = 'integrity_constraint_violation';
    end if;
end $$;
