//! Whom a request means: a token or a name as it was sent, and the account behind it, if there is one.

use std::str::FromStr;

use platform::{
    AccountId, Error,
    person::{AccountState, Person},
};
use proto::auth::v1::{AccountsRequest, ResolveHandlesRequest};

use crate::{Service, refused::Refused};

/// A target of the right form; whether it exists is another question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// `me_` and 1 to 19 digits, as sent.
    Account { id: AccountId, token: String },
    /// 1 to 64 of `[a-z0-9_.-]`, without `@`.
    Name(String),
}

impl FromStr for Target {
    type Err = Refused;

    /// `me_<id>`, `@name` or `name`; blanks around it and the case of a name do not matter.
    fn from_str(text: &str) -> Result<Self, Refused> {
        let text = text.trim();
        if let Some(id) = AccountId::parse_token(text) {
            return Ok(Self::Account { id, token: text.to_owned() });
        }
        let name = text.strip_prefix('@').unwrap_or(text).to_ascii_lowercase();
        let plain = (1..=64).contains(&name.len())
            && !name.starts_with("me_")
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte));
        if plain { Ok(Self::Name(name)) } else { Err(Refused::InvalidTarget) }
    }
}

/// A target after auth was asked.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// The form sent: `@name` in lower case, or `me_<id>`.
    pub label: String,
    /// Nobody, or nobody any more: what is written about him is inert.
    pub person: Option<Person>,
}

impl Resolved {
    pub fn account(&self) -> Option<AccountId> {
        self.person.as_ref().map(|person| person.id)
    }
}

impl Service {
    /// Asks auth who is meant. A name is its present holder's. To be called before a connection is taken.
    ///
    /// # Errors
    /// 400 `invalid_target`, 503 `unavailable`.
    pub(crate) async fn resolve(&self, text: &str) -> Result<Resolved, Error> {
        let (label, persons) = match text.parse()? {
            Target::Account { id, token } => {
                let answer = self.directory().accounts(AccountsRequest { ids: vec![id.0] }).await?;
                (token, answer.into_inner().persons)
            }
            Target::Name(name) => {
                let label = format!("@{name}");
                let answer = self.directory().resolve_handles(ResolveHandlesRequest { handles: vec![name] }).await?;
                (label, answer.into_inner().persons)
            }
        };
        let person = persons.into_iter().next().map(Person::from_proto).transpose()?;
        Ok(Resolved { label, person: person.filter(|person| person.state != AccountState::Deleted) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Target {
        Target::Name(text.to_owned())
    }

    #[test]
    fn a_name_comes_with_or_without_at_and_in_any_case() {
        for text in ["jonas_k", "@jonas_k", "  @Jonas_K ", "JONAS_K"] {
            assert_eq!(text.parse(), Ok(name("jonas_k")), "{text:?}");
        }
        assert_eq!("@a.b-c_9".parse(), Ok(name("a.b-c_9")));
        assert_eq!("me".parse(), Ok(name("me")));
    }

    #[test]
    fn a_token_stays_as_it_was_sent() {
        let account = |id, token: &str| Ok(Target::Account { id: AccountId(id), token: token.to_owned() });
        assert_eq!(" me_42 ".parse::<Target>(), account(42, "me_42"));
        assert_eq!("me_007".parse::<Target>(), account(7, "me_007"));
        // Nobody's, but of the right form.
        assert_eq!("me_9999999999999999999".parse::<Target>(), account(i64::MAX, "me_9999999999999999999"));
    }

    #[test]
    fn a_name_has_1_to_64_characters() {
        assert!("a".repeat(64).parse::<Target>().is_ok());
        assert!(format!("@{}", "a".repeat(64)).parse::<Target>().is_ok());
        assert_eq!("a".repeat(65).parse::<Target>(), Err(Refused::InvalidTarget));
    }

    #[test]
    fn anything_else_is_no_target() {
        for text in [
            "",
            " ",
            "@",
            "@@maya_o",
            "@ maya",
            "a b c",
            "@über",
            "a/b",
            "maya\0",
            "maya@example.org",
            "me_",
            "me_abc",
            "me_-1",
            "@me_1",
            "ME_1",
            "me_99999999999999999999",
        ] {
            assert_eq!(text.parse::<Target>(), Err(Refused::InvalidTarget), "{text:?}");
        }
    }
}
