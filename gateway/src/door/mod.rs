//! A door of the API: a handler, and what the document says of it. What it takes and answers is read from its types.

pub mod changes;
pub mod fields;
mod input;
mod shape;
mod told;

use axum::response::Response;
use futures::future::BoxFuture;
use utoipa::ToSchema;

pub use self::{
    input::{Input, Json, Query},
    shape::Shape,
    told::{Answer, Told, ok, with_cookie},
};
use crate::{api::Ctx, error::Refused};

/// One handler with its description: what a row of the router's table names.
#[derive(Clone, Copy)]
pub struct Door {
    /// The module that the handler stands in.
    pub module: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// What it refuses, as `409 limit_reached`, besides what the layers before it do.
    pub errors: &'static [&'static str],
    pub call: fn(Ctx) -> Handled,
    pub shape: fn() -> Shape,
}

pub type Handled = BoxFuture<'static, Result<Response, Refused>>;

/// Describes a handler of this module: its name, what it does in one sentence, and the codes it may answer.
macro_rules! door {
    ($handler:ident, $summary:literal, [$($error:literal),* $(,)?]) => {
        $crate::door::Door {
            module: module_path!(),
            summary: $summary,
            errors: &[$($error),*],
            call: |ctx| $crate::door::Handler::call($handler, ctx),
            shape: || $crate::door::Handler::shape($handler),
        }
    };
}
pub(crate) use door;

/// An async function of a context and at most two inputs.
pub trait Handler<Inputs>: Sized {
    fn call(self, ctx: Ctx) -> Handled;
    fn shape(self) -> Shape;
}

macro_rules! handler {
    ($($input:ident $value:ident)*) => {
        impl<F, Told, T, const STATUS: u16, const OTHER: u16, $($input),*> Handler<($($input,)*)> for F
        where
            F: FnOnce(Ctx, $($input),*) -> Told + Send + 'static,
            Told: Future<Output = Answer<T, STATUS, OTHER>> + Send + 'static,
            T: ToSchema,
            $($input: Input + Send,)*
        {
            fn call(self, ctx: Ctx) -> Handled {
                Box::pin(async move {
                    $(let $value = $input::read(&ctx)?;)*
                    Ok(self(ctx, $($value),*).await?.into_response())
                })
            }

            fn shape(self) -> Shape {
                Shape::answering::<T>([STATUS, OTHER]).with(&[$($input::describe),*])
            }
        }
    };
}
handler!();
handler!(A a);
handler!(A a B b);

impl Door {
    /// The folder below `api` that the handler stands in, else its file: `safety`, `health`.
    pub fn area(&self) -> &'static str {
        self.module.split("::").nth(2).unwrap_or_default()
    }
}
