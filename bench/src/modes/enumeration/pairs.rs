//! What is asked about somebody who has an account, and about somebody who has none.

use http::StatusCode;
use serde_json::{Value, json};

use crate::modes::seekers::{self, PASSWORD};

/// Good enough for a form, and nobody's.
const WRONG: &str = "Quartz-Wolf#78";

/// Whom one call is about. Names and addresses of both kinds are equally long, and each is asked about once a pair.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    pub known: bool,
    pub number: usize,
}

/// Seekers that cases of so many numbers need.
pub const fn seekers_for(numbers: usize) -> usize {
    2 * numbers
}

impl Case {
    fn person(self) -> i64 {
        seekers::person(2 * self.number)
    }

    fn name(self) -> String {
        if self.known { seekers::name(self.person()) } else { format!("nobody_{}", self.person()) }
    }

    fn address(self) -> String {
        if self.known { seekers::address(self.person()) } else { format!("{}@example.test", self.name()) }
    }

    /// Who asks for another address: never the one who has it.
    fn asker(self) -> i64 {
        if self.known { seekers::person(2 * self.number + 1) } else { self.person() }
    }
}

/// One request.
pub struct Call {
    pub path: &'static str,
    pub asker: Option<i64>,
    pub body: Value,
}

/// Two questions whose answers must be one.
pub struct Pair {
    pub name: &'static str,
    pub status: StatusCode,
    pub call: fn(Case) -> Call,
    /// The answer is about a new account.
    pub new_account: bool,
}

pub const PAIRS: [Pair; 6] = [
    Pair {
        name: "log-in by username, wrong password",
        status: StatusCode::UNAUTHORIZED,
        call: |case| signed_out("/api/auth/login", json!({ "identifier": case.name(), "password": WRONG })),
        new_account: false,
    },
    Pair {
        name: "log-in by e-mail, wrong password",
        status: StatusCode::UNAUTHORIZED,
        call: |case| signed_out("/api/auth/login", json!({ "identifier": case.address(), "password": WRONG })),
        new_account: false,
    },
    Pair {
        name: "magic/request",
        status: StatusCode::OK,
        call: |case| signed_out("/api/auth/magic/request", json!({ "email": case.address() })),
        new_account: false,
    },
    Pair {
        name: "password/reset/request",
        status: StatusCode::OK,
        call: |case| signed_out("/api/auth/password/reset/request", json!({ "identifier": case.address() })),
        new_account: false,
    },
    Pair {
        name: "email/change/request, address taken or free",
        status: StatusCode::OK,
        call: |case| Call {
            path: "/api/auth/email/change/request",
            asker: Some(case.asker()),
            body: json!({ "newEmail": case.address(), "password": PASSWORD }),
        },
        new_account: false,
    },
    // The last one, since it leaves claims of the addresses that the others ask about.
    Pair { name: "sign-up, address taken or free", status: StatusCode::OK, call: sign_up, new_account: true },
];

fn signed_out(path: &'static str, body: Value) -> Call {
    Call { path, asker: None, body }
}

fn sign_up(case: Case) -> Call {
    let word = if case.known { "fresh" } else { "newer" };
    let username = format!("{word}_{}", case.person());
    let form = json!({ "email": case.address(), "username": username, "password": PASSWORD, "ageConfirmed": true });
    signed_out("/api/auth/signup", form)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_cases_are_equally_long_and_nobody_asks_twice() {
        for number in 0..3 {
            let [known, unknown] = [true, false].map(|known| Case { known, number });
            for pair in PAIRS {
                let [one, other] = [known, unknown].map(|case| (pair.call)(case).body.to_string());
                assert_eq!(one.len(), other.len(), "{}", pair.name);
                assert_ne!(one, other, "{}", pair.name);
            }
            assert_ne!(known.asker(), unknown.asker());
            assert_ne!(known.asker(), known.person());
            assert!([known, unknown].iter().all(|case| case.asker() < seekers::person(seekers_for(number + 1))));
        }
    }
}
