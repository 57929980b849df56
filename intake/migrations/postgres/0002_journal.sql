-- The journal: one line for each change of the store, in order, each line's link over its own fields and the link of
-- the line before. What a line covers lies beside it: a batch's revisions, the rows of an import, the codes of an issue.
create table journal (
    number bigint primary key,
    time_unix_s bigint not null,
    kind text not null,
    actor text not null,
    channel text not null,
    first bigint not null check (first >= 0),
    count bigint not null check (count >= 0),
    digest bytea not null check (length(digest) = 32),
    link bytea not null check (length(link) = 32)
);

-- A person who is taken off the roll has neither birth date nor district.
create table roll_changes (
    line bigint not null,
    place bigint not null,
    person bytea not null check (length(person) = 32),
    born text check (length(born) = 10),
    district text check ((district is null) = (born is null)),
    primary key (line, place)
);

create table code_changes (
    line bigint not null,
    place bigint not null,
    person bytea not null check (length(person) = 32),
    code_hash bytea not null check (length(code_hash) = 32),
    codes_issued bigint not null check (codes_issued > 0),
    primary key (line, place)
);
