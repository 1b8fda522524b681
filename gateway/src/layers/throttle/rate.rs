//! Rates: how many in how long, as an operator writes them.

use std::{collections::HashMap, time::Duration};

use platform::config::Source;

use super::table::{Numbers, SCOPES};

/// At most `hits` accepted in any `period`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub hits: u32,
    pub period: Duration,
}

impl Rate {
    /// Reads `<n>/<unit>`: 1 to 7 digits; s, sec, second, m, min, minute, h, hour, d, day.
    pub fn parse(text: &str) -> Option<Self> {
        let (digits, unit) = text.split_once('/')?;
        let plain = (1..=7).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        let seconds = match unit {
            "s" | "sec" | "second" => 1,
            "m" | "min" | "minute" => 60,
            "h" | "hour" => 3_600,
            "d" | "day" => 86_400,
            _ => return None,
        };
        let hits = digits.parse().ok().filter(|_| plain)?;
        Some(Self { hits, period: Duration::from_secs(seconds) })
    }
}

/// The rates of one scope: for an account or identifier, and for callers without a session, by address.
/// No rate = no limit.
#[derive(Clone, Debug, Default)]
struct ScopeRates {
    own: Vec<Rate>,
    anonymous: Vec<Rate>,
}

/// The rates of all scopes, as set.
#[derive(Clone, Debug, Default)]
pub struct Rates(HashMap<&'static str, ScopeRates>);

impl Rates {
    /// `SIDDES_THROTTLE_<SCOPE>` and `…_ANON` replace the table's numbers: rates with commas between them, as there;
    /// `off` = no limit, `0/…` = always refused.
    pub fn read(source: &mut Source) -> Self {
        let mut rates = HashMap::new();
        for scope in SCOPES {
            let name = format!("SIDDES_THROTTLE_{}", scope.name.to_uppercase());
            let own = read_one(source, &name, scope.numbers);
            let anonymous_name = format!("{name}_ANON");
            let anonymous = if !scope.counts_addresses() {
                own.clone()
            } else if scope.anonymous.is_empty() && source.optional(&anonymous_name).is_none() {
                // One number serves both where nothing says otherwise.
                own.clone()
            } else {
                read_one(source, &anonymous_name, scope.anonymous)
            };
            rates.insert(scope.name, ScopeRates { own, anonymous });
        }
        Self(rates)
    }

    pub fn of(&self, scope: &str, signed_in: bool) -> &[Rate] {
        let rates = self.0.get(scope);
        rates.map_or(&[], |rates| if signed_in { &rates.own } else { &rates.anonymous })
    }
}

fn read_one(source: &mut Source, name: &str, default: Numbers) -> Vec<Rate> {
    let text = source.text(name, default);
    if text == "off" {
        return Vec::new();
    }
    let rates = |text: &str| text.split(',').map(|rate| Rate::parse(rate.trim())).collect::<Option<Vec<_>>>();
    rates(&text).unwrap_or_else(|| {
        source.refuse("RATE_INVALID", name, "is a rate such as 60/min, several with commas between them, or off");
        rates(default).unwrap_or_default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_a_number_and_a_unit() {
        let minute = Some(Rate { hits: 20, period: Duration::from_mins(1) });
        for text in ["20/m", "20/min", "20/minute", "0000020/min"] {
            assert_eq!(Rate::parse(text), minute, "{text}");
        }
        for text in
            ["", "20", "/min", "20/", "20/minutes", "20/M", "-1/min", "+1/min", "12345678/min", " 20/min", "2x/s"]
        {
            assert_eq!(Rate::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn every_scope_of_the_table_has_numbers_that_parse() {
        for scope in SCOPES {
            for numbers in [scope.numbers, scope.anonymous].into_iter().filter(|numbers| !numbers.is_empty()) {
                assert!(numbers.split(',').all(|text| Rate::parse(text).is_some()), "{}", scope.name);
            }
        }
    }

    #[test]
    fn an_operator_replaces_numbers_and_switches_limits_off() {
        let vars =
            [("SIDDES_ENV", "development"), ("SIDDES_THROTTLE_FEED", "3/min"), ("SIDDES_THROTTLE_FEED_ANON", "off")];
        let mut source = Source::from_vars(vars.map(|(name, value)| (name.to_owned(), value.to_owned())));
        let rates = Rates::read(&mut source);
        assert_eq!(rates.of("feed", true), [Rate { hits: 3, period: Duration::from_mins(1) }]);
        assert!(rates.of("feed", false).is_empty());
        assert_eq!(rates.of("auth_login_ident", true).len(), 2);
    }

    #[test]
    fn several_rates_are_written_as_the_table_writes_them_and_a_bad_one_is_a_problem() {
        let read = |name: &str, value: &str| {
            let mut source = Source::from_vars([(name.to_owned(), value.to_owned())]);
            let rates = Rates::read(&mut source);
            (rates, source.problems().iter().map(|problem| problem.code).collect::<Vec<_>>())
        };
        let (rates, problems) = read("SIDDES_THROTTLE_AUTH_LOGIN_IDENT", "5/min, 0/hour");
        assert_eq!(rates.of("auth_login_ident", true).iter().map(|rate| rate.hits).collect::<Vec<_>>(), [5, 0]);
        assert!(problems.is_empty());
        for value in ["many/min", "5/min,", "5/min;6/hour"] {
            assert_eq!(read("SIDDES_THROTTLE_FEED", value).1, ["RATE_INVALID"], "{value}");
        }
    }
}
