//! What an account is told goes with it, into its export and at its end; nothing is kept of one that ends.

use platform::{Kind as Sort, Role, Side, error::refusal, person::AccountState};
use proto::inbox::v1::{Entry, ExportRequest, ExportResponse, Kind, PurgeRequest, account_client::AccountClient};
use sqlx::{AssertSqlSafe, PgConnection};
use testkit::{Person, World};
use time::Duration;
use tonic::Code;

use crate::notifications::{apply, news, of_side, post, write_posts};

/// Columns of inbox that hold numbers and no account. A new column that holds an account is erased, or the test fails.
const NO_ACCOUNTS: &[&str] = &[
    "block_seen.id",
    "blocked.block_id",
    "muted.version",
    "notification.version",
    // What stays: the id with its state.
    "person.id",
    "person.version",
];

async fn count(conn: &mut PgConnection, sql: String, person: &Person) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(sql)).bind(person.id.0).fetch_one(conn).await.expect("a count")
}

/// Where the account still stands.
async fn left(world: &World, person: &Person) -> Vec<String> {
    let mut conn = world.database.connect().await;
    let columns: Vec<(String, String)> = sqlx::query_as(
        "select table_name::text, column_name::text from information_schema.columns
         where table_schema = 'inbox' and data_type = 'bigint' and table_name not like '\\_%' order by 1, 2",
    )
    .fetch_all(&mut conn)
    .await
    .expect("columns");
    let mut found = Vec::new();
    for (table, column) in columns {
        let name = format!("{table}.{column}");
        let sql = format!("select count(*) from inbox.{table} where {column} = $1");
        if !NO_ACCOUNTS.contains(&name.as_str()) && count(&mut conn, sql, person).await > 0 {
            found.push(name);
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn when_an_account_ends_nothing_of_what_it_was_told_or_did_is_left() {
    let world = World::new().await;
    let [leaver, host, fan, foe] = world.people(["leaver", "host_person", "fan", "foe"]).await;
    world.jobs_done().await;
    write_posts(&world, &leaver, 1..=1).await;
    write_posts(&world, &host, 2..=2).await;
    let at = world.ambient.clock.now();
    let told = vec![
        news(&leaver, &fan, Kind::Like, &post(1), 1, at),
        news(&host, &leaver, Kind::Reply, &post(2), 1, at),
        news(&host, &fan, Kind::Reply, &post(2), 1, at),
    ];
    apply(&world, told.clone()).await;
    // More than one batch of each.
    let many =
        "insert into inbox.notification (id, receiver, side, kind, actor, post, version, at, glimpse, post_title)
                select 'n_a' || n, $1, 'public', 'like', 1000000 + n, 'p_1_a', 1, now(), '', ''
                from generate_series(1, 1500) n
                union all
                select 'n_b' || n, 1000000 + n, 'public', 'like', $1, 'p_1_a', 1, now(), '', ''
                from generate_series(1, 1500) n";
    sqlx::query(many).bind(leaver.id.0).execute(&mut world.database.connect().await).await.unwrap();
    leaver.blocks(&foe).await;
    fan.blocks(&leaver).await;
    leaver.mutes(&host).await;
    host.mutes(&leaver).await;
    assert_eq!(left(&world, &leaver).await.len(), 6, "everywhere");

    let mut client = AccountClient::new(world.channel(Role::Auth, Role::Inbox));
    let request = PurgeRequest { account: leaver.id.0 };
    let status = client.purge(request).await.expect_err("alive");
    let refused = refusal(&status).expect("a refusal");
    assert_eq!((refused.kind, refused.code.as_ref()), (Sort::Conflict, "not_deleting"));
    world.auth().set_state(leaver.id, AccountState::Deleting, None, None).await.expect("deleting");
    for _ in 0..2 {
        while !client.purge(request).await.expect("purged").into_inner().done {}
        assert!(left(&world, &leaver).await.is_empty());
        // What is still on its way is kept no more.
        apply(&world, told.iter().map(|entry| Entry { version: 9, ..entry.clone() }).collect()).await;
        assert!(left(&world, &leaver).await.is_empty());
    }
    assert_eq!(
        world.count("select count(*) from inbox.notification where removed_at is null").await,
        1,
        "the host's own"
    );
}

/// All pages.
async fn export(world: &World, person: &Person) -> Vec<ExportResponse> {
    let mut client = AccountClient::new(world.channel(Role::Auth, Role::Inbox));
    let mut pages = Vec::new();
    let mut after = String::new();
    loop {
        assert!(pages.len() < 50, "it does not end");
        let request = ExportRequest { account: person.id.0, after: after.clone() };
        let page = client.export(request).await.expect("a page").into_inner();
        after.clone_from(&page.next);
        pages.push(page);
        if after.is_empty() {
            return pages;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_tells_what_the_person_is_told_and_nothing_that_is_kept_from_him() {
    let world = World::new().await;
    let [ann, ben, cara] = world.people(["ann", "ben", "cara"]).await;
    world.jobs_done().await;
    write_posts(&world, &ann, 1..=150).await;
    let at = world.ambient.clock.now();
    let of = |number: i64| news(&ann, &ben, Kind::Like, &post(number), 1, at - Duration::seconds(number));
    apply(&world, (1..=150).map(of).collect()).await;
    apply(
        &world,
        vec![
            of_side(Side::Work, news(&ann, &ben, Kind::Reply, &post(1), 1, at)),
            // Of a post that is not there, of a muted one, and somebody else's.
            news(&ann, &ben, Kind::Like, "p_9_gone", 1, at),
            news(&ann, &cara, Kind::Echo, &post(1), 1, at),
            news(&ben, &cara, Kind::Echo, &post(1), 1, at),
        ],
    )
    .await;
    ann.mutes(&cara).await;
    let pages = export(&world, &ann).await;
    let rows: Vec<_> = pages.iter().flat_map(|page| &page.notifications).collect();
    let posts: Vec<&str> = rows.iter().map(|row| row.post.as_str()).collect();
    let expected: Vec<String> = (1..=150).chain([1]).map(post).collect();
    assert_eq!(posts, expected, "side by side, newest first, each once");
    assert!(rows.iter().all(|row| row.actor == "ben"));
    assert_eq!(export(&world, &ben).await.iter().map(|page| page.notifications.len()).sum::<usize>(), 1);

    for after in ["nowhere", "public/x/y", "a\0"] {
        let mut client = AccountClient::new(world.channel(Role::Auth, Role::Inbox));
        let request = ExportRequest { account: ann.id.0, after: after.to_owned() };
        let page = client.export(request).await.expect("a page").into_inner();
        assert!(page.notifications.is_empty() && page.next.is_empty(), "{after:?}");
    }
    for caller in [Role::Gateway, Role::Social, Role::Safety] {
        let mut client = AccountClient::new(world.channel(caller, Role::Inbox));
        let request = ExportRequest { account: ann.id.0, after: String::new() };
        assert_eq!(client.export(request).await.expect_err("refused").code(), Code::PermissionDenied, "{caller}");
    }
}
