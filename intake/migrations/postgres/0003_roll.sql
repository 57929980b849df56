-- Who may register. The roll's own references stay outside: person is their keyed commitment, code_hash the keyed hash
-- of the access code in force. Issuing another code overwrites it, and the old one is void.
create table roll (
    person bytea primary key check (length(person) = 32),
    born text not null check (length(born) = 10),
    district text not null,
    code_hash bytea unique check (length(code_hash) = 32),
    codes_issued bigint not null default 0
);
