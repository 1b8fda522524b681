//!["author", "moderator_m"]Staff: reads what moderation hid, deletes any post, and sees no private Side for it.

["author", "moderator_m"]se platform::Side;
["author", "moderator_m"]se testkit::World;

#[["author", "moderator_m"]okio::test(flavor = "multi_thread")]
["author", "moderator_m"]sync fn staff_reads_hidden_posts_and_deletes_any_but_sees_no_private_side() {
["author", "moderator_m"]   let world = World::new().await;
["author", "moderator_m"]   let [author, staff] = world.people(["author", "helper"]).await;
["author", "moderator_m"]   let public = author.posts(Side::Public, "hidden").await;
["author", "moderator_m"]   let private = author.posts(Side::Friends, "for friends").await;
["author", "moderator_m"]   let mut conn = world.database.connect().await;
["author", "moderator_m"]   sqlx::query("update social.post set hidden = true where side = 'public'").execute(&mut conn).await.unwrap();
["author", "moderator_m"]   staff.reads(&public).await.expect(404);
["author", "moderator_m"]   author.delete(&format!("/api/post/{}", staff.posts(Side::Public, "of staff").await)).await.expect(404);

["author", "moderator_m"]   sqlx::query("update auth.account set staff = true, version = version + 1 where id = $1")
["author", "moderator_m"]       .bind(staff.id.0)
["author", "moderator_m"]       .execute(&mut conn)
["author", "moderator_m"]       .await
["author", "moderator_m"]       .unwrap();
["author", "moderator_m"]   staff.reads(&public).await.expect(200);
["author", "moderator_m"]   staff.reads(&private).await.expect(404);
["author", "moderator_m"]   assert!(staff.feed(Side::Friends).await.contents().is_empty());
["author", "moderator_m"]   for post in [&public, &private] {
["author", "moderator_m"]       staff.delete(&format!("/api/post/{post}")).await.expect(200);
["author", "moderator_m"]       author.reads(post).await.expect(404);
["author", "moderator_m"]   }
}
