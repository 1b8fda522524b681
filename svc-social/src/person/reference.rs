//! People as a caller names them, and whom auth finds under these names.

use std::{collections::HashSet, fmt};

use platform::{AccountId, Error, ids, person::Person};
use proto::auth::v1::{AccountsRequest, ResolveHandlesRequest};

use crate::Service;

/// Longer than any name that an account of this backend or of the one before it can have.
const NAME: usize = 150;
/// Names that auth takes in one call.
const BATCH: usize = 500;

/// `@name` and `name`, in lower case, or `me_<id>`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Reference {
    Name(String),
    Account(AccountId),
}

impl Reference {
    /// Trimmed, one leading `@` dropped, any case. `None` for what can be nobody's name.
    pub fn parse(text: &str) -> Option<Self> {
        let name = ids::handle(text);
        if let Some(account) = AccountId::parse_token(&name) {
            return Some(Self::Account(account));
        }
        let plain = !name.is_empty()
            && name.chars().nth(NAME).is_none()
            && !name.chars().any(|letter| letter.is_whitespace() || letter.is_control() || letter == '@');
        plain.then_some(Self::Name(name))
    }

    /// Each once, in order; what is nobody's name is dropped.
    pub fn read(texts: &[String]) -> Vec<Self> {
        let mut known = HashSet::new();
        texts.iter().filter_map(|text| Self::parse(text)).filter(|reference| known.insert(reference.clone())).collect()
    }

    /// Whether it is this person's.
    pub fn names(&self, person: &Person) -> bool {
        match self {
            Self::Name(name) => *name == person.username.to_lowercase(),
            Self::Account(account) => *account == person.id,
        }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => write!(f, "@{name}"),
            Self::Account(account) => account.fmt(f),
        }
    }
}

impl Service {
    /// The people behind these names, from auth, before any connection is held. Unknown names are left out.
    ///
    /// # Errors
    /// Auth out of reach.
    pub async fn persons_named<'a>(
        &self,
        references: impl IntoIterator<Item = &'a Reference>,
    ) -> Result<Vec<Person>, Error> {
        let (mut handles, mut ids) = (Vec::new(), Vec::new());
        for reference in references {
            match reference {
                Reference::Name(name) => handles.push(name.clone()),
                Reference::Account(account) => ids.push(account.0),
            }
        }
        let mut found = Vec::new();
        for handles in handles.chunks(BATCH) {
            let request = ResolveHandlesRequest { handles: handles.to_vec() };
            found.extend(self.directory().resolve_handles(request).await?.into_inner().persons);
        }
        for ids in ids.chunks(BATCH) {
            let request = AccountsRequest { ids: ids.to_vec() };
            found.extend(self.directory().accounts(request).await?.into_inner().persons);
        }
        found.into_iter().map(Person::from_proto).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_forms_name_a_person_and_each_counts_once() {
        let texts = ["@ben", "cara", " @BEN ", "me_3", "@me_3", "", "@", "bad handle", "@@dan", "a\0b", "me_x"];
        let read = Reference::read(&texts.map(str::to_owned));
        let shown: Vec<String> = read.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["@ben", "@cara", "me_3", "@me_x"]);
        assert_eq!(Reference::parse(&"a".repeat(151)), None);
    }
}
