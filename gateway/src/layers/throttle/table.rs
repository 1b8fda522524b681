//! Every throttle scope with its numbers, as data. `SIDDES_THROTTLE_<SCOPE>` and `…_ANON` replace them.

/// Rates, comma-separated; all of them hold.
pub type Numbers = &'static str;

/// What a scope counts by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// The account, or the client's address where there is no session.
    Caller,
    /// The client's address, signed in or not.
    Address,
    /// What the body names, as typed; checked once the body is parsed.
    Identifier,
}

/// One limit.
#[derive(Clone, Copy, Debug)]
pub struct Scope {
    pub name: &'static str,
    pub key: Key,
    /// Per account, or per identifier.
    pub numbers: Numbers,
    /// Per address without a session: sized for the whole web client, whose server is one address. "" = the same.
    pub anonymous: Numbers,
}

impl Scope {
    /// Whether callers without a session have numbers of their own.
    pub fn counts_addresses(&self) -> bool {
        self.key == Key::Caller && self.name != GLOBAL
    }
}

const fn caller(name: &'static str, numbers: Numbers, anonymous: Numbers) -> Scope {
    Scope { name, key: Key::Caller, numbers, anonymous }
}

const fn identifier(name: &'static str, numbers: Numbers) -> Scope {
    Scope { name, key: Key::Identifier, numbers, anonymous: "" }
}

/// The brake over all scopes, for a signed-in account.
pub const GLOBAL: &str = "global";

pub static SCOPES: &[Scope] = &[
    caller(GLOBAL, "1200/min", ""),
    // auth
    caller("auth_login", "20/min", "600/min"),
    identifier("auth_login_ident", "10/min,50/hour"),
    caller("auth_signup", "10/hour", "600/hour"),
    identifier("auth_signup_ident", "3/day"),
    caller("auth_google", "30/min", "300/min"),
    caller("auth_apple", "30/min", "300/min"),
    caller("auth_magic_request", "10/hour", "600/hour"),
    identifier("auth_magic_ident", "5/hour"),
    caller("auth_pw_reset_request", "5/hour", "600/hour"),
    identifier("auth_pw_reset_ident", "5/hour"),
    caller("auth_magic_consume", "30/min", "600/min"),
    caller("auth_pw_reset_confirm", "30/min", "600/min"),
    caller("auth_verify_confirm", "30/min", "600/min"),
    caller("auth_email_change_confirm", "30/min", "600/min"),
    caller("auth_account_delete_confirm", "30/min", "600/min"),
    caller("auth_pw_change", "10/min", ""),
    caller("auth_verify_resend", "10/hour", ""),
    caller("auth_sessions_list", "60/min", ""),
    caller("auth_sessions_revoke", "30/min", ""),
    caller("auth_sessions_logout_all", "5/min", ""),
    caller("auth_email_change_request", "10/hour", ""),
    identifier("auth_email_change_ident", "3/day"),
    caller("auth_account_deactivate", "5/hour", ""),
    caller("auth_account_delete_request", "5/hour", ""),
    caller("auth_export", "5/hour", ""),
    caller("auth_username_set", "10/day", ""),
    caller("auth_region", "30/min", ""),
    caller("auth_age_gate", "30/min", ""),
    caller("auth_me", "600/min", "12000/min"),
    caller("auth_connected", "60/min", ""),
    caller("auth_onboarding", "30/min", ""),
    caller("auth_logout", "60/min", "1200/min"),
    // contacts, invites, circles
    caller("contacts_match", "10/min", ""),
    caller("contacts_suggestions", "120/min", ""),
    caller("invites_list", "120/min", ""),
    caller("invites_create", "20/min", ""),
    caller("invites_detail", "240/min", ""),
    caller("invites_action", "30/min", ""),
    caller("invites_links", "60/min", ""),
    caller("invites_links_revoke", "60/min", ""),
    caller("invites_links_accept", "30/min", ""),
    caller("invites_links_public", "240/min", "3000/min"),
    caller("circles_read", "300/min", ""),
    caller("circles_write", "60/min", ""),
    // posts
    caller("post_create", "30/min", ""),
    caller("post_reply_create", "60/min", ""),
    caller("post_like", "240/min", ""),
    caller("post_echo", "60/min", ""),
    caller("post_quote", "30/min", ""),
    caller("post_edit", "30/min", ""),
    caller("post_delete", "10/min", ""),
    caller("post_read", "600/min", "6000/min"),
    caller("feed", "240/min", "6000/min"),
    caller("search_users", "120/min", ""),
    caller("search_posts", "60/min", ""),
    caller("slate_public", "60/min", "6000/min"),
    // prism
    caller("prism_read", "300/min", ""),
    caller("prism_write", "60/min", ""),
    caller("profile_read", "240/min", "3000/min"),
    caller("side_write", "240/min", ""),
    caller("follow_write", "60/min", ""),
    caller("ledger_read", "120/min", ""),
    caller("access_request", "20/hour", ""),
    caller("access_respond", "120/min", ""),
    // inbox
    caller("inbox_threads", "120/min", ""),
    caller("inbox_thread", "240/min", ""),
    caller("inbox_send", "60/min", ""),
    caller("inbox_typing", "600/min", ""),
    caller("notifications", "240/min", ""),
    caller("push_write", "60/min", ""),
    caller("broadcasts_read", "240/min", ""),
    caller("broadcasts_write", "60/min", ""),
    caller("broadcasts_create", "10/day", ""),
    // media
    caller("media_sign", "60/min", ""),
    caller("media_commit", "60/min", ""),
    caller("media_url", "600/min", "6000/min"),
    // safety
    caller("safety_block", "30/min", ""),
    caller("safety_mute", "60/min", ""),
    caller("safety_hide", "120/min", ""),
    caller("safety_read", "120/min", ""),
    caller("safety_report", "20/min", ""),
    caller("safety_appeal", "10/hour", ""),
    caller("moderation_post", "60/min", ""),
    caller("moderation_user_state", "60/min", ""),
    caller("moderation_audit", "120/min", ""),
    caller("moderation_export", "30/min", ""),
    caller("moderation_review", "120/min", ""),
    // rituals
    caller("ritual_list", "240/min", ""),
    caller("ritual_detail", "240/min", ""),
    caller("ritual_responses", "240/min", ""),
    caller("ritual_create", "20/min", ""),
    caller("ritual_ignite", "120/min", ""),
    caller("ritual_respond", "60/min", ""),
    caller("ritual_public_answer", "20/min", ""),
    // other
    caller("suggestions", "60/min", ""),
    caller("telemetry", "120/min", ""),
    caller("telemetry_summary", "60/min", ""),
    Scope { name: "health", key: Key::Address, numbers: "120/min", anonymous: "" },
];

pub fn scope(name: &str) -> Option<&'static Scope> {
    SCOPES.iter().find(|scope| scope.name == name)
}
