//! People whom an owner names for a circle, sorted by what becomes of each.

use std::collections::{HashMap, HashSet};

use platform::{AccountId, Side, person::Person};

use super::{rule::Verdict, store::Standing};
use crate::person::Reference;

/// Whom auth found, by each name that he may be called by.
#[derive(Debug, Default)]
pub struct Found(HashMap<Reference, AccountId>);

impl Found {
    pub fn of(persons: &[Person]) -> Self {
        let names = persons.iter().flat_map(|person| {
            [Reference::Name(person.username.to_lowercase()), Reference::Account(person.id)]
                .map(|reference| (reference, person.id))
        });
        Self(names.collect())
    }

    pub fn account(&self, reference: &Reference) -> Option<AccountId> {
        self.0.get(reference).copied()
    }
}

/// What becomes of the named ones, each account once.
#[derive(Debug, Default)]
pub struct Sorted {
    /// Who are members already, or shall be.
    pub named: HashSet<AccountId>,
    /// New ones, in the order of their ids: they join at one moment.
    pub members: Vec<AccountId>,
    pub invitees: Vec<AccountId>,
    pub skipped: Vec<String>,
}

impl Sorted {
    pub fn of(names: &[Reference], found: &Found, standing: &Standing, side: Side) -> Self {
        let mut sorted = Self::default();
        for name in names {
            let person = found.account(name).and_then(|id| standing.person(id));
            let Some(person) = person else {
                // Unknown, or the owner himself.
                sorted.skipped.push(name.to_string());
                continue;
            };
            if !sorted.named.insert(person.id) || person.member {
                continue;
            }
            match person.verdict(standing.owner.id, side) {
                Verdict::Member => sorted.members.push(person.id),
                Verdict::Invite => sorted.invitees.push(person.id),
                Verdict::Skip => sorted.skipped.push(name.to_string()),
            }
        }
        sorted.members.sort();
        sorted
    }

    /// Of those who were to be asked some were not: they are skipped like everybody else, by the names they were given.
    pub fn told(self, asked: &[AccountId], names: &[Reference], found: &Found, standing: &Standing) -> Told {
        let mut told = Told { invited: Vec::new(), skipped: self.skipped };
        for id in self.invitees {
            if asked.contains(&id) {
                told.invited.extend(standing.person(id).map(|person| person.username.clone()));
            } else {
                let name = names.iter().find(|name| found.account(name) == Some(id));
                told.skipped.extend(name.map(ToString::to_string));
            }
        }
        // In the order of the request: why somebody is skipped cannot be told from his place.
        let places: HashMap<String, usize> =
            names.iter().enumerate().map(|(at, name)| (name.to_string(), at)).collect();
        told.skipped.sort_by_key(|name| places.get(name).copied());
        told
    }
}

/// What the owner is told of those who did not become members.
#[derive(Debug, Default)]
pub struct Told {
    pub invited: Vec<String>,
    pub skipped: Vec<String>,
}

impl Told {
    /// Of several circles at once: each name once.
    pub fn add(&mut self, other: Self) {
        for (mine, theirs) in [(&mut self.invited, other.invited), (&mut self.skipped, other.skipped)] {
            for name in theirs {
                if !mine.contains(&name) {
                    mine.push(name);
                }
            }
        }
    }
}
