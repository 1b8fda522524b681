//! `/api/auth/*`: accounts, signing in and out, onboarding.

mod account;
pub mod age;
pub mod csrf;
pub mod login;
pub mod logout;
pub mod me;
pub mod onboarding;
pub mod region;
pub mod signup;
pub mod username;
