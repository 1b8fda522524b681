//! `GET /api/auth/connected`: by what the viewer can sign in.

use proto::auth::v1::{ConnectedRequest, credentials_client::CredentialsClient};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    api::Ctx,
    door::{Answer, Door, door, ok},
};

pub const GET: Door = door!(get, "Lists by what the viewer can sign in.", []);

#[derive(Serialize, ToSchema)]
struct Connected {
    ok: bool,
    authenticated: bool,
    methods: Methods,
}

#[derive(Serialize, ToSchema)]
#[schema(as = SignInMethods)]
#[serde(rename_all = "camelCase")]
struct Methods {
    password: Enabled,
    email: Address,
    /// There is an address that a link can be sent to.
    magic_link: Enabled,
    passkeys: Passkeys,
    google: Linked,
    apple: Linked,
    phone: Phone,
}

#[derive(Serialize, ToSchema)]
#[schema(as = EnabledMethod)]
struct Enabled {
    enabled: bool,
}

#[derive(Serialize, ToSchema)]
#[schema(as = AddressMethod)]
struct Address {
    exists: bool,
    verified: bool,
    /// Two characters of the address, and its domain.
    hint: String,
}

/// There are none.
#[derive(Serialize, ToSchema)]
struct Passkeys {
    count: u32,
}

#[derive(Serialize, ToSchema)]
#[schema(as = LinkedMethod)]
struct Linked {
    connected: bool,
}

/// Nobody signs in by phone.
#[derive(Serialize, ToSchema)]
#[schema(as = PhoneMethod)]
struct Phone {
    connected: bool,
    hint: String,
}

async fn get(ctx: Ctx) -> Answer<Connected> {
    let known = ctx.ask(CredentialsClient::new(ctx.auth()).connected(ConnectedRequest {})).await?;
    ok(&Connected {
        ok: true,
        authenticated: true,
        methods: Methods {
            password: Enabled { enabled: known.password },
            magic_link: Enabled { enabled: known.email },
            email: Address { exists: known.email, verified: known.email_verified, hint: known.email_hint },
            passkeys: Passkeys { count: 0 },
            google: Linked { connected: known.google },
            apple: Linked { connected: known.apple },
            phone: Phone { connected: false, hint: String::new() },
        },
    })
}
