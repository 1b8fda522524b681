//! What must be shown, and whether it was.

use crate::{
    dataset::{POSTS, TENFOLD},
    report::{self, Report},
    rounds::Contestant,
};

/// One thing to be shown.
pub struct Aim {
    pub what: String,
    pub found: String,
    /// `None` = not measured.
    pub met: Option<bool>,
}

/// R: our requests for each of pgbench's scripts.
const R: f64 = 0.50;
const OF_BY_HAND: f64 = 0.75;
const BESIDE_SQL_MS: f64 = 1.0;
const APP_CPU_MS: f64 = 0.5;
const TENFOLD_SLOWER: f64 = 1.2;
/// Two measurements of the same thing differ by this much.
const EQUAL: f64 = 0.95;

pub fn judge(report: &Report) -> Vec<Aim> {
    let mut aims = Vec::new();
    for scenario in report.scenarios() {
        let Some(ours) = report.middle(scenario, Contestant::Ours, false) else { continue };
        let feed = ["feed-public", "feed-friends"].contains(&scenario);
        if let Some(limit) = report.middle(scenario, Contestant::Pgbench, false) {
            let r = ours.rate / limit.rate;
            let tcp = report.middle(scenario, Contestant::PgbenchTcp, false);
            let tcp = tcp.map(|tcp| format!(", {:.2} of pgbench over TCP", ours.rate / tcp.rate)).unwrap_or_default();
            let by_cpu = limit.cpu_ms() / ours.cpu_ms();
            aims.push(Aim {
                what: format!("{scenario}: R, ours by pgbench, at least {R:.2} (0.70)"),
                found: format!("{r:.2} ({by_cpu:.2} by CPU time{tcp})"),
                met: feed.then_some(r >= R),
            });
        }
        if let Some(by_hand) = report.middle(scenario, Contestant::ByHand, false) {
            let share = ours.rate / by_hand.rate;
            let by_cpu = by_hand.cpu_ms() / ours.cpu_ms();
            aims.push(Aim {
                what: format!("{scenario}: ours by the hand-written handler, at least {OF_BY_HAND:.2}"),
                found: format!("{share:.2} ({by_cpu:.2} by CPU time)"),
                met: feed.then_some(share >= OF_BY_HAND),
            });
        }
        aims.push(Aim {
            what: format!("{scenario}: the app's CPU a request, at most {APP_CPU_MS} ms"),
            found: format!("{:.2} ms", ours.app_ms),
            met: Some(ours.app_ms <= APP_CPU_MS),
        });
        aims.extend(latency(report, scenario));
    }
    aims.extend(nobody(report));
    aims.extend(tenfold(report));
    aims
}

fn latency(report: &Report, scenario: &str) -> Option<Aim> {
    let ours = report.middle(scenario, Contestant::Ours, true)?;
    let sql = report.middle(scenario, Contestant::Pgbench, true)?;
    let more = ours.p50_ms - sql.p50_ms;
    Some(Aim {
        what: format!("{scenario}: p50 alone, at most {BESIDE_SQL_MS} ms over its SQL"),
        found: format!("{:.2} ms = {:.2} ms of SQL + {more:.2} ms", ours.p50_ms, sql.p50_ms),
        met: Some(more <= BESIDE_SQL_MS),
    })
}

fn nobody(report: &Report) -> Option<Aim> {
    let empty = report.middle("feed-friends-nobody", Contestant::Ours, false)?;
    let full = report.middle("feed-friends", Contestant::Ours, false)?;
    Some(Aim {
        what: "an empty friends feed is as fast as a full page".to_owned(),
        found: format!("{:.0}/s beside {:.0}/s", empty.rate, full.rate),
        met: Some(empty.rate >= full.rate * EQUAL),
    })
}

/// Of the last reports on both datasets.
fn tenfold(report: &Report) -> Vec<Aim> {
    let other = if report.posts == TENFOLD { POSTS } else { TENFOLD };
    let Ok(other) = report::latest(other).and_then(|file| report::read(&file)) else { return Vec::new() };
    let (small, large) = if report.posts == TENFOLD { (&other, report) } else { (report, &other) };
    let compare = |scenario: &str| {
        let before = small.middle(scenario, Contestant::Ours, true)?.p50_ms;
        let after = large.middle(scenario, Contestant::Ours, true)?.p50_ms;
        Some(Aim {
            what: format!("{scenario}: p50 alone at ten times the posts, at most {TENFOLD_SLOWER} times"),
            found: format!("{:.2} ({before:.2} ms, {after:.2} ms)", after / before),
            met: Some(after / before <= TENFOLD_SLOWER),
        })
    };
    report.scenarios().into_iter().filter_map(compare).collect()
}
