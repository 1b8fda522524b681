//! `/api/auth/*`: accounts, signing in and out, onboarding.

mod account;
pub mod age;
pub mod csrf;
pub mod email_change;
pub mod login;
pub mod logout;
pub mod magic;
pub mod me;
pub mod onboarding;
pub mod password_reset;
pub mod region;
pub mod signup;
pub mod username;
pub mod verify;
