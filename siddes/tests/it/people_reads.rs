//! Reading writes nothing, whoever reads what (prism law 16, circle law 14).

use sqlx::AssertSqlSafe;
use testkit::World;

use crate::{people_scene::Scene, people_surfaces::surfaces};

/// Every row of social with the transaction that wrote it, so that a rewriting of the same counts too.
async fn rows(world: &World) -> Vec<(String, String)> {
    let mut conn = world.social.connect().await;
    let tables: Vec<String> = sqlx::query_scalar(
        "select table_name::text from information_schema.tables
         where table_schema = 'social' and table_type = 'BASE TABLE' order by 1",
    )
    .fetch_all(&mut conn)
    .await
    .unwrap();
    assert!(tables.len() > 10, "{tables:?}");
    let mut rows = Vec::new();
    for table in tables {
        let sql = format!(
            "select coalesce(md5(string_agg(t.xmin::text || t::text, ' ' order by t::text)), '') from social.{table} t"
        );
        let print: String = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut conn).await.unwrap();
        rows.push((table, print));
    }
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_everything_as_everybody_writes_nothing() {
    let scene = Box::pin(Scene::new()).await;
    let before = rows(&scene.world).await;
    let mut read = 0;
    for (_, person) in &scene.people {
        for surface in surfaces(&scene.target) {
            read += usize::from(person.get(&surface.path(&scene.target)).await.status == 200);
        }
    }
    scene.world.jobs_done().await;
    assert!(read > 200, "{read} answers");
    assert_eq!(rows(&scene.world).await, before);
}
