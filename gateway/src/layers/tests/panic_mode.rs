//! Panic mode stops writes, but not those that protect people.

use super::{Gate, JSON};

#[tokio::test]
async fn writes_are_refused_by_whole_segments_of_the_allowlist() {
    let gate = Gate::new(&[("SIDDES_PANIC_MODE", "1")]);
    for path in [
        "/api/post",
        "/api/side",
        "/api/nowhere",
        "/api/blocksfoo",
        "/api/authx",
        // Below /api/auth/, and no way to make or rename an account all the same.
        "/api/auth/signup",
        "/api/auth/username/set",
    ] {
        for method in ["POST", "PUT", "PATCH", "DELETE"] {
            let told = gate.call(method, path, &[JSON], "{}").await;
            let body = told.refused(503, "panic_mode");
            assert_eq!(told.header("retry-after"), "60");
            assert!(body["message"].is_string() && body["request_id"] == body["requestId"], "{body}");
        }
    }
    let gate = Gate::knowing(None, &[("SIDDES_PANIC_MODE", "1")]);
    for (path, status) in [
        ("/api/auth/login", 400),
        ("/api/auth/logout", 200),
        ("/api/blocks", 401),
        ("/api/blocks/%40ann", 401),
        ("/api/mutes", 401),
        ("/api/reports", 401),
        ("/api/appeals", 401),
        ("/api/hidden-posts", 401),
        ("/api/moderation/users/state", 401),
    ] {
        assert_eq!(gate.call("POST", path, &[JSON], "{}").await.status, status, "{path}");
    }
}

#[tokio::test]
async fn reads_go_on() {
    let gate = Gate::new(&[("SIDDES_PANIC_MODE", "1")]);
    for (method, path, status) in
        [("GET", "/api/auth/me", 200), ("HEAD", "/api/auth/me", 200), ("OPTIONS", "/api/post", 204)]
    {
        assert_eq!(gate.call(method, path, &[], "").await.status, status, "{method}");
    }
    let ready: serde_json::Value = serde_json::from_slice(&gate.get("/readyz").await.bytes).expect("JSON");
    assert_eq!(ready["panic_mode"], true);
    let calm: serde_json::Value = serde_json::from_slice(&Gate::new(&[]).get("/readyz").await.bytes).expect("JSON");
    assert_eq!(calm["panic_mode"], false);
}
