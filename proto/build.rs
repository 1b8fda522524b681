//! Compiles the `.proto` files in pure Rust: no protoc to install.
use std::{env, error::Error, fs, path::PathBuf};

const FILES: &[&str] = &[
    "siddes/access/v1/access.proto",
    "siddes/common/v1/person.proto",
    "siddes/common/v1/refusal.proto",
    "siddes/common/v1/side.proto",
    "siddes/status/v1/status.proto",
    "siddes/auth/v1/accounts.proto",
    "siddes/auth/v1/credentials.proto",
    "siddes/auth/v1/directory.proto",
    "siddes/auth/v1/export.proto",
    "siddes/auth/v1/identities.proto",
    "siddes/auth/v1/leaving.proto",
    "siddes/auth/v1/mail.proto",
    "siddes/auth/v1/moderation.proto",
    "siddes/auth/v1/own_sessions.proto",
    "siddes/auth/v1/runtime.proto",
    "siddes/auth/v1/sessions.proto",
    "siddes/social/v1/access_requests.proto",
    "siddes/social/v1/account.proto",
    "siddes/social/v1/circles.proto",
    "siddes/social/v1/copies.proto",
    "siddes/social/v1/echoes.proto",
    "siddes/social/v1/feed.proto",
    "siddes/social/v1/follows.proto",
    "siddes/social/v1/hidden_posts.proto",
    "siddes/social/v1/invite_links.proto",
    "siddes/social/v1/invites.proto",
    "siddes/social/v1/likes.proto",
    "siddes/social/v1/placements.proto",
    "siddes/social/v1/posts.proto",
    "siddes/social/v1/prism.proto",
    "siddes/social/v1/profiles.proto",
    "siddes/social/v1/relations.proto",
    "siddes/social/v1/replies.proto",
    "siddes/inbox/v1/account.proto",
    "siddes/inbox/v1/copies.proto",
    "siddes/inbox/v1/notifications.proto",
    "siddes/social/v1/reports.proto",
    "siddes/social/v1/search.proto",
    "siddes/social/v1/slate.proto",
    "siddes/safety/v1/account.proto",
    "siddes/safety/v1/blocks.proto",
    "siddes/safety/v1/copies.proto",
    "siddes/safety/v1/mutes.proto",
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=siddes");
    let mut compiler = protox::Compiler::new(["."])?;
    compiler.include_imports(true).include_source_info(true).open_files(FILES)?;

    // Encoded by protox, not by prost: prost drops the access options, which it does not know.
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("no OUT_DIR")?);
    fs::write(out.join("descriptor.bin"), compiler.encode_file_descriptor_set())?;

    tonic_prost_build::configure().include_file("siddes.rs").compile_fds(compiler.file_descriptor_set())?;
    Ok(())
}
