//! A whole export as a file: made by a job, fetched by a mailed link for a day, three times at most.

use platform::{AccountId, Error, jobs::Job};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use time::Duration;

use super::{
    gather,
    room::Room,
    store::{self, NewFile, Opened},
    zip,
};
use crate::{Service, letters, refused::Refused};

/// How long a link leads to its file.
const LASTS: Duration = Duration::hours(24);
const USES: i32 = 3;
/// One message between services carries a piece.
const PIECE: usize = 1 << 20;
/// What a gateway holds for one download. Larger ones are an operator's to hand out.
const LARGEST: usize = 64 << 20;

/// Makes the file of an account.
#[derive(Debug, Serialize, Deserialize)]
pub struct MakeFile {
    account: i64,
    /// No link is mailed: an operator waits for it.
    by_operator: bool,
}

impl MakeFile {
    pub const fn for_owner(account: AccountId) -> Self {
        Self { account: account.0, by_operator: false }
    }

    pub const fn for_operator(account: AccountId) -> Self {
        Self { account: account.0, by_operator: true }
    }
}

impl Job for MakeFile {
    const TASK: &'static str = "auth.export.make";
    type State = Service;

    fn key(&self) -> Option<String> {
        Some(format!("{}/{}", self.account, self.by_operator))
    }

    async fn run(self, service: Service) -> Result<(), Error> {
        let account = AccountId(self.account);
        let document = match gather(&service, account, &Room::of_a_file()).await {
            // The account ended meanwhile: there is nobody to give it to.
            Err(Error::Refused(_)) => return Ok(()),
            gathered => gathered?,
        };
        let file = zip::stored(&document.to_files()?);
        let base = service.settings().public_api_base.clone().filter(|_| !self.by_operator);
        if !self.by_operator && (base.is_none() || file.len() > LARGEST) {
            tracing::warn!(account = account.0, bytes = file.len(), "an export that no link can carry");
            return Ok(());
        }
        let token = service.ambient().random.token();
        let token_hash = base.as_ref().map(|_| hash(&token));
        let now = service.now();
        let new = NewFile { account, token_hash: token_hash.as_deref(), now, expires_at: now + LASTS, uses: USES };
        let pieces: Vec<&[u8]> = file.chunks(PIECE).collect();
        let mut tx = service.db().begin().await?;
        if !store::hold(&mut tx, account, self.by_operator).await? {
            return Ok(());
        }
        store::insert(&mut tx, &new, &pieces).await?;
        if let Some(base) = base {
            let link = letters::seal(&service, &format!("{base}/api/auth/export/file?t={token}"))?;
            letters::export_ready(&mut tx, account, link).await?;
        }
        Ok(tx.commit().await?)
    }
}

/// Spends a use of a link.
///
/// # Errors
/// 404 `not_found`: unknown, over, or used up.
pub async fn open_file(service: &Service, token: &str) -> Result<Opened, Error> {
    let mut conn = service.db().conn().await?;
    Ok(store::open(&mut conn, &hash(token), service.now()).await?.ok_or(Refused::UnknownFile)?)
}

/// A piece of a link's file, counted from 0.
///
/// # Errors
/// 404 `not_found`.
pub async fn read_piece(service: &Service, token: &str, number: i32) -> Result<Vec<u8>, Error> {
    let mut conn = service.db().conn().await?;
    Ok(store::piece(&mut conn, &hash(token), number, service.now()).await?.ok_or(Refused::UnknownFile)?)
}

fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.trim().as_bytes()).to_vec()
}
