-- Where a security event came from, and which request it belongs to. Kept for 90 days; the network for 30.

alter table auth.security_event
    -- The /24 or /48, never the address.
    add column network cidr,
    add column request_id text check (char_length(request_id) <= 64);
-- What is still to be blanked.
create index security_event_network on auth.security_event (at) where network is not null;
