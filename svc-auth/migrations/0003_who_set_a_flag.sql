-- Who turned a switch, for the others who operate the system.

alter table auth.runtime_flag add column set_by text not null default '' check (char_length(set_by) <= 64);
