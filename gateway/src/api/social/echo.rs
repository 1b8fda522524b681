//! `POST` and `DELETE /api/post/{id}/echo`.

use platform::side;
use proto::social::v1::{EchoRequest, Echoing, UnechoRequest, echoes_client::EchoesClient};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    api::{Ctx, common::Side},
    door::{Answer, Door, Json, Query, door, fields::Word, ok},
    error::Refused,
};

pub const POST: Door = door!(
    post,
    "Passes a public post on into one Side, once.",
    ["400 invalid_side", "403 echo_forbidden_private", "404 not_found"]
);
pub const DELETE: Door = door!(
    delete,
    "Takes that back; none at all is no error, and quotes stay.",
    ["400 invalid_side", "403 echo_forbidden_private", "404 not_found"]
);

#[derive(Deserialize, ToSchema)]
struct Body {
    /// `public` (if absent), `friends`, `close` or `work`.
    side: Option<Word>,
}

#[derive(Deserialize, ToSchema)]
struct Params {
    /// As in the body, which counts before it.
    side: Option<Word>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct EchoChange {
    ok: bool,
    /// With a text of one's own or without.
    echoed: bool,
    /// What is counted: of an echo without a text, what it echoes.
    post_id: String,
    side: Side,
    /// In that side, as far as the caller may see.
    echo_count: i64,
}

impl EchoChange {
    fn of(echoing: Option<Echoing>) -> Result<Self, Refused> {
        let echoing = echoing.ok_or_else(Refused::server_error)?;
        let side = side::from_proto(echoing.side()).ok_or_else(Refused::server_error)?;
        Ok(Self {
            ok: true,
            echoed: echoing.echoed,
            post_id: echoing.post,
            side: side.into(),
            echo_count: echoing.echo_count,
        })
    }
}

fn into_side(body: Body, params: Params) -> Option<String> {
    body.side.or(params.side).map(|side| side.0)
}

async fn post(ctx: Ctx, Json(body): Json<Body>, Query(params): Query<Params>) -> Answer<EchoChange> {
    let message = EchoRequest { post: ctx.param.clone(), side: into_side(body, params) };
    let answer = ctx.ask(EchoesClient::new(ctx.social()).echo(message)).await?;
    ok(&EchoChange::of(answer.echoing)?)
}

async fn delete(ctx: Ctx, Json(body): Json<Body>, Query(params): Query<Params>) -> Answer<EchoChange> {
    let message = UnechoRequest { post: ctx.param.clone(), side: into_side(body, params) };
    let answer = ctx.ask(EchoesClient::new(ctx.social()).unecho(message)).await?;
    ok(&EchoChange::of(answer.echoing)?)
}
