-- Who muted an account is asked once, when the account ends.
create index muted_by on social.muted (muted, muter);
