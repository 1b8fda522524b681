//! Staff: reads what moderation hid, deletes any post, and sees no private Side for it.

use platform::Side;
use testkit::World;

#[tokio::test(flavor = "multi_thread")]
async fn staff_reads_hidden_posts_and_deletes_any_but_sees_no_private_side() {
    let world = World::new().await;
    let [author, helper] = world.people(["author", "helper"]).await;
    let public = author.posts(Side::Public, "hidden").await;
    let private = author.posts(Side::Friends, "for friends").await;
    let mut conn = world.database.connect().await;
    sqlx::query("update social.post set hidden = true where side = 'public'").execute(&mut conn).await.unwrap();
    helper.reads(&public).await.expect(404);

    sqlx::query("update auth.account set staff = true, version = version + 1 where id = $1")
        .bind(helper.id.0)
        .execute(&mut conn)
        .await
        .unwrap();
    helper.reads(&public).await.expect(200);
    helper.reads(&private).await.expect(404);
    assert!(helper.feed(Side::Friends).await.contents().is_empty());
    for post in [&public, &private] {
        helper.delete(&format!("/api/post/{post}")).await.expect(200);
        author.reads(post).await.expect(404);
    }
}
