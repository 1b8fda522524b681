//! Whose address counts: what a proxy of ours saw, and never what a caller says of himself.

use http::{HeaderMap, Method};
use testkit::{Answer, World};

use super::plain;

async fn feed(world: &World, lines: &[&str]) -> Answer {
    feed_with(world, lines.iter().map(|line| ("x-forwarded-for", *line))).await
}

async fn feed_with<'a>(world: &World, more: impl Iterator<Item = (&'static str, &'a str)>) -> Answer {
    let mut headers: HeaderMap = plain();
    for (name, value) in more {
        headers.append(name, value.parse().unwrap());
    }
    world.http.send(Method::GET, "/api/feed", headers, "").await
}

fn limited() -> testkit::WorldBuilder {
    World::builder().setting("SIDDES_THROTTLE_FEED_ANON", "1/hour")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_opens_no_new_account_of_hits_by_naming_addresses() {
    // Whoever connects is nobody's proxy.
    let world = limited().setting("SIDDES_TRUSTED_PROXIES", "192.0.2.0/24").build().await;
    feed(&world, &[]).await.expect(200);
    for number in 0..20 {
        feed(&world, &[&format!("203.0.113.{number}")]).await.refused(429, "rate_limited");
    }
    for (name, value) in [
        ("forwarded", "for=203.0.113.9"),
        ("x-real-ip", "203.0.113.9"),
        ("cf-connecting-ip", "203.0.113.9"),
        ("true-client-ip", "203.0.113.9"),
        ("x-forwarded-for", "192.0.2.1"),
    ] {
        feed_with(&world, [(name, value)].into_iter()).await.refused(429, "rate_limited");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_proxy_the_first_strange_address_from_the_right_counts() {
    // The test itself connects from a proxy's address: this machine's.
    let world = limited().build().await;
    feed(&world, &["203.0.113.1"]).await.expect(200);
    for forged in [
        &["6.6.6.6, 203.0.113.1"][..],
        &["1.1.1.1, 2.2.2.2, 203.0.113.1"],
        &["6.6.6.7", "203.0.113.1"],
        &["10.9.9.9, 203.0.113.1, 10.0.0.2"],
        &["junk, 203.0.113.1"],
        &["203.0.113.1:4711"],
        &["::ffff:203.0.113.1"],
    ] {
        feed(&world, forged).await.refused(429, "rate_limited");
    }
    feed(&world, &["203.0.113.1, 203.0.113.2"]).await.expect(200);
    feed(&world, &["203.0.113.2, 203.0.113.1"]).await.refused(429, "rate_limited");
    // What cannot be read ends the walk at the last good address: the proxy's own.
    feed(&world, &["203.0.113.77, junk"]).await.expect(200);
    feed(&world, &["203.0.113.78, junk"]).await.refused(429, "rate_limited");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ipv6_network_is_one_caller() {
    let world = limited().build().await;
    feed(&world, &["2001:db8:1:2::1"]).await.expect(200);
    for host in ["2001:db8:1:2::2", "2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:0DB8:1:2:0:0:0:3", "[2001:db8:1:2::4]:80"]
    {
        feed(&world, &[host]).await.refused(429, "rate_limited");
    }
    feed(&world, &["2001:db8:1:3::1"]).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_named_header_takes_the_place_of_the_list() {
    let world = limited().setting("SIDDES_CLIENT_IP_HEADER", "CF-Connecting-IP").build().await;
    let call = async |own: &str, listed: &str| {
        feed_with(&world, [("cf-connecting-ip", own), ("x-forwarded-for", listed)].into_iter()).await
    };
    call("203.0.113.1", "198.51.100.1").await.expect(200);
    call("203.0.113.1", "198.51.100.2").await.refused(429, "rate_limited");
    call("203.0.113.2", "198.51.100.1").await.expect(200);
}
