//! `/api/auth/*`: accounts, signing in and out, onboarding.

mod account;
pub mod age;
pub mod apple;
pub mod connected;
pub mod csrf;
pub mod deactivate;
pub mod delete_confirm;
pub mod delete_request;
pub mod email_change;
pub mod export;
pub mod google;
pub mod login;
pub mod logout;
pub mod logout_all;
pub mod magic;
pub mod me;
pub mod onboarding;
pub mod password_change;
pub mod password_reset;
pub mod phone;
pub mod region;
pub mod sessions;
pub mod signup;
pub mod username;
pub mod verify;
