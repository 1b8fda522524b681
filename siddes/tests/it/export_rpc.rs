//! What an account takes with it: its own words, and none that others wrote or keep from it.

use std::fmt::Write as _;

use platform::{Role, Side};
use proto::social::v1::{ExportRequest, ExportResponse, ExportSection, account_client::AccountClient};
use testkit::{Person, World};
use tonic::Code;

use crate::export_purge::live;

const SECTIONS: [ExportSection; 15] = [
    ExportSection::Facets,
    ExportSection::Placements,
    ExportSection::Follows,
    ExportSection::Requests,
    ExportSection::Circles,
    ExportSection::Memberships,
    ExportSection::Invites,
    ExportSection::Posts,
    ExportSection::Replies,
    ExportSection::Likes,
    ExportSection::HiddenPosts,
    ExportSection::PlacedBy,
    ExportSection::Asked,
    ExportSection::Echoes,
    ExportSection::Followers,
];

/// All pages of a section.
async fn export(world: &World, person: &Person, section: ExportSection) -> Vec<ExportResponse> {
    let mut client = AccountClient::new(world.channel(Role::Auth, Role::Social));
    let mut pages = Vec::new();
    let mut after = String::new();
    loop {
        let request = ExportRequest { account: person.id.0, section: section.into(), after: after.clone() };
        let page = client.export(request).await.expect("a page").into_inner();
        after.clone_from(&page.next);
        pages.push(page);
        if after.is_empty() {
            return pages;
        }
    }
}

async fn everything(world: &World, person: &Person) -> String {
    let mut told = String::new();
    for section in SECTIONS {
        for page in export(world, person, section).await {
            writeln!(told, "{page:?}").unwrap();
        }
    }
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_holds_what_is_the_persons_own_and_nothing_of_others() {
    let world = World::new().await;
    let [person, host, fan] = world.people(["leaver", "host_person", "fan"]).await;
    live(&person, &host, &fan).await;
    let told = everything(&world, &person).await;
    for own in ["own_headline", "own_wish", "own_circle", "own_post", "own_public_post", "host_person", "Walks"] {
        assert!(told.contains(own), "{own} in {told}");
    }
    // A wish for one of his Sides is his to answer, so it is told; and that somebody follows him, but not who.
    assert_eq!(told.matches("other_wish").count(), 1, "{told}");
    assert!(told.contains("followers: 1"), "{told}");
    // Tokens of links, what others wrote elsewhere, how a wish was answered.
    for foreign in ["il_", "other_headline", "other_post", "Rejected", "rejected"] {
        assert!(!told.contains(foreign), "{foreign} in {told}");
    }
    let page = export(&world, &person, ExportSection::Placements).await.remove(0);
    let placed: Vec<&str> = page.placements.iter().map(|placement| placement.member.as_str()).collect();
    assert_eq!(placed, ["host_person"]);
    let page = export(&world, &person, ExportSection::Follows).await.remove(0);
    assert_eq!(page.follows.iter().map(|follow| follow.target.as_str()).collect::<Vec<_>>(), ["host_person"]);
    assert_eq!(export(&world, &person, ExportSection::Memberships).await[0].memberships.len(), 2);

    // Whoever cuts himself off is in it no more.
    host.blocks(&person).await;
    let told = everything(&world, &person).await;
    assert!(!told.contains("host_person") && !told.contains("own_wish"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_follow_one_another_until_all_is_told() {
    let world = World::new().await;
    let [person, other] = world.people(["person", "other"]).await;
    let sql = "insert into social.post (id, author, side, body, created_at)
               select 'p_' || (1000 + n), $1, 'close', 'x', now() from generate_series(1, 250) n";
    let mut conn = world.database.connect().await;
    sqlx::query(sql).bind(person.id.0).execute(&mut conn).await.unwrap();
    other.posts(Side::Public, "not his").await;
    let pages = export(&world, &person, ExportSection::Posts).await;
    assert_eq!(pages.iter().map(|page| page.posts.len()).collect::<Vec<_>>(), [100, 100, 50]);
    let ids: Vec<&String> = pages.iter().flat_map(|page| &page.posts).map(|post| &post.id).collect();
    assert!(ids.is_sorted_by(|one, next| one > next), "newest first, each once");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_but_auth_takes_an_account_or_ends_it() {
    let world = World::new().await;
    let [person] = world.people(["person"]).await;
    for caller in [Role::Gateway, Role::Social, Role::Safety, Role::Inbox] {
        let mut client = AccountClient::new(world.channel(caller, Role::Social));
        let section = ExportSection::Posts.into();
        let request = ExportRequest { account: person.id.0, section, after: String::new() };
        let code = client.export(request).await.expect_err("refused").code();
        assert_eq!(code, Code::PermissionDenied, "{caller}");
        let request = proto::social::v1::PurgeRequest { account: person.id.0 };
        assert_eq!(client.purge(request).await.expect_err("refused").code(), Code::PermissionDenied, "{caller}");
    }
}
