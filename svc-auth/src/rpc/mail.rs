//! `siddes.auth.v1.Mail`.

use platform::identity;
use proto::auth::v1 as pb;
use tonic::{Request, Response, Status, async_trait};

use super::{convert, counted};
use crate::{
    Service,
    address::{self, Change, Resent},
    email::Email,
    proof,
    refused::Refused,
    session::Presented,
    token::{self, Asked},
};

const MAX_NEXT: usize = 512;

pub struct Mail(pub Service);

#[async_trait]
impl pb::mail_server::Mail for Mail {
    async fn request_verification(
        &self,
        request: Request<pb::RequestVerificationRequest>,
    ) -> Result<Response<pb::RequestVerificationResponse>, Status> {
        let account = identity::viewer(&request)?.person.id;
        let resent = address::resend(&self.0, account).await?;
        Ok(Response::new(pb::RequestVerificationResponse {
            sent: resent == Resent::Sent,
            already_verified: resent == Resent::AlreadyVerified,
            cooldown_remaining_seconds: match resent {
                Resent::Wait(wait) => Some(wait.whole_seconds().max(1)),
                _ => None,
            },
        }))
    }

    async fn confirm_verification(
        &self,
        request: Request<pb::ConfirmVerificationRequest>,
    ) -> Result<Response<pb::ConfirmVerificationResponse>, Status> {
        let (token, onboarding) = address::confirm(&self.0, &request.into_inner().token).await?;
        Ok(Response::new(pb::ConfirmVerificationResponse {
            account_id: token.account.0,
            username: token.username,
            email: token.email,
            onboarding: Some(convert::onboarding(onboarding)),
        }))
    }

    async fn request_magic_link(
        &self,
        request: Request<pb::RequestMagicLinkRequest>,
    ) -> Result<Response<pb::RequestMagicLinkResponse>, Status> {
        let request = request.into_inner();
        let email = Email::parse(&request.email).ok_or(Refused::InvalidEmail).map_err(platform::Error::from)?;
        let next = Some(request.next.as_str()).filter(|path| is_own_path(path));
        token::ask(&self.0, Asked::Magic { email: &email, next }).await?;
        Ok(Response::new(pb::RequestMagicLinkResponse {}))
    }

    async fn consume_magic_link(
        &self,
        request: Request<pb::ConsumeMagicLinkRequest>,
    ) -> Result<Response<pb::SignedIn>, Status> {
        let request = request.into_inner();
        let (presented, client) = (Presented::new(request.session_tokens), convert::client(request.client));
        let outcome = proof::by_link(&self.0, &request.token, &presented, &client).await;
        Ok(Response::new(convert::signed_in(counted("magic", outcome)?, self.0.settings().min_age)))
    }

    async fn request_password_reset(
        &self,
        request: Request<pb::RequestPasswordResetRequest>,
    ) -> Result<Response<pb::RequestPasswordResetResponse>, Status> {
        let identifier = request.into_inner().identifier;
        if identifier.trim().is_empty() {
            return Err(platform::Error::from(Refused::MissingIdentifier).into());
        }
        token::ask(&self.0, Asked::Reset { identifier: &identifier }).await?;
        Ok(Response::new(pb::RequestPasswordResetResponse {}))
    }

    async fn confirm_password_reset(
        &self,
        request: Request<pb::ConfirmPasswordResetRequest>,
    ) -> Result<Response<pb::SignedIn>, Status> {
        let request = request.into_inner();
        let new = proof::New {
            token: request.token,
            password: request.password,
            presented: Presented::new(request.session_tokens),
            client: convert::client(request.client),
        };
        let outcome = proof::with_new_password(&self.0, new).await;
        Ok(Response::new(convert::signed_in(counted("reset", outcome)?, self.0.settings().min_age)))
    }

    async fn request_email_change(
        &self,
        request: Request<pb::RequestEmailChangeRequest>,
    ) -> Result<Response<pb::RequestEmailChangeResponse>, Status> {
        let viewer = identity::viewer(&request)?.clone();
        let request = request.into_inner();
        let change = Change {
            account: viewer.person.id,
            session: viewer.session_id,
            email: &request.email,
            password: request.password,
        };
        let sent = address::request_change(&self.0, change).await?;
        Ok(Response::new(pb::RequestEmailChangeResponse { no_change: !sent }))
    }

    async fn confirm_email_change(
        &self,
        request: Request<pb::ConfirmEmailChangeRequest>,
    ) -> Result<Response<pb::ConfirmEmailChangeResponse>, Status> {
        address::confirm_change(&self.0, &request.into_inner().token).await?;
        Ok(Response::new(pb::ConfirmEmailChangeResponse {}))
    }
}

/// A path of the web client: nothing that a browser could read as another site.
fn is_own_path(path: &str) -> bool {
    path.starts_with('/')
        && !path.starts_with("//")
        && path.chars().count() <= MAX_NEXT
        // The last one stands for NUL, which is no text.
        && !path.contains(['\\', '\r', '\n', '\0', '\u{fffd}'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_to_the_web_client_and_nowhere_else() {
        assert!(is_own_path("/u/ann?tab=posts"));
        for path in ["", "u/ann", "//evil.test", "/\\evil.test", "/a\r\nb", "https://evil.test", "/a\0"] {
            assert!(!is_own_path(path), "{path:?}");
        }
        assert!(!is_own_path(&format!("/{}", "a".repeat(512))));
    }
}
