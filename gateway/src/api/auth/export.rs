//! `GET /api/auth/export` and `/api/auth/export/file`: everything about an account, to take away.

use http::{HeaderValue, header::CONTENT_DISPOSITION};
use proto::auth::v1::{GetExportRequest, OpenExportFileRequest, ReadExportPieceRequest, export_client::ExportClient};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    api::Ctx,
    door::{Answer, Door, Query, Told, door, fields::Name},
    error::Refused,
};

pub const GET: Door = door!(get, "Gives everything about the account; a service that is away is 503.", []);
pub const FILE: Door = door!(file, "Gives the file that a mailed link leads to.", ["404 not_found"]);

/// Everything about an account, by section.
#[derive(ToSchema)]
#[schema(value_type = Object)]
struct Exported(());

async fn get(ctx: Ctx) -> Answer<Exported> {
    let account = ctx.signed_in.as_ref().map_or(0, |signed_in| signed_in.viewer.person.id.0);
    let answer = ctx.ask(ExportClient::new(ctx.auth()).get(GetExportRequest {})).await?;
    let mut told = Told::written("application/json", answer.json);
    told.headers().extend(attachment(account, "json"));
    Ok(told)
}

#[derive(Deserialize, ToSchema)]
struct Params {
    /// Of the link.
    t: Option<Name>,
}

#[derive(ToSchema)]
#[schema(value_type = String, content_media_type = "application/zip")]
struct Archive(());

async fn file(ctx: Ctx, Query(params): Query<Params>) -> Answer<Archive> {
    let token = params.t.unwrap_or_default().0;
    if token.trim().is_empty() {
        return Err(Refused::not_found());
    }
    let mut client = ExportClient::new(ctx.auth());
    let opened = ctx.ask(client.open_file(OpenExportFileRequest { token: token.clone() })).await?;
    let mut whole = Vec::new();
    for number in 0..opened.pieces {
        let message = ReadExportPieceRequest { token: token.clone(), number };
        whole.extend(ctx.ask(client.read_piece(message)).await?.bytes);
    }
    let mut told = Told::written("application/zip", whole);
    told.headers().extend(attachment(opened.account_id, "zip"));
    Ok(told)
}

/// A browser saves it under this name.
fn attachment(account: i64, kind: &str) -> Option<(http::HeaderName, HeaderValue)> {
    let value = format!("attachment; filename=\"siddes_export_user_{account}.{kind}\"");
    Some((CONTENT_DISPOSITION, HeaderValue::try_from(value).ok()?))
}
