//! The roles as processes of their own, with nothing between them but gRPC over the network.

use platform::Side;
use testkit::{Http, Person};

use crate::processes::{Process, environment, free_port, with};

#[tokio::test(flavor = "multi_thread")]
async fn five_processes_are_one_system_and_a_lost_one_comes_back() {
    let port = free_port();
    let env = with(&environment().await, &[("PORT", &port.to_string())]);
    let _auth = Process::serve(&["auth", "worker"], &env);
    let _safety = Process::serve(&["safety", "worker"], &env);
    let _inbox = Process::serve(&["inbox", "worker"], &env);
    let social = Process::serve(&["social"], &env);
    let _gateway = Process::serve(&["gateway"], &env);
    let http = Http::new(format!("http://127.0.0.1:{port}"));
    let ann = Person::sign_up(http.clone(), "ann").await;
    let ben = Person::sign_up(http, "ben").await;
    ann.places(&ben, Side::Friends).await;
    let post = ann.posts(Side::Friends, "over the network").await;
    let read = ben.reads(&post).await.expect(200);
    assert_eq!(read.statements(), 2, "counted across processes");
    assert_eq!(ben.feed(Side::Friends).await.contents(), ["over the network"]);

    drop(social);
    ben.reads(&post).await.refused(503, "unavailable");
    let _social = Process::serve(&["social"], &env);
    ann.blocks(&ben).await;
    ben.reads(&post).await.refused(404, "not_found");
}
