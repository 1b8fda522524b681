//! Refusals in the contract's words, and failures that are nobody's business: how both travel between services.

use std::borrow::Cow;

use prost::Message;
use proto::common::v1::Refusal as WireRefusal;
use serde_json::{Map, Number, Value};
use tonic::{Code, Status};
use tonic_types::pb;

/// What sort of answer a refusal is; the gateway's HTTP status follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 400
    BadRequest,
    /// 401
    Unauthenticated,
    /// 403
    Forbidden,
    /// 404
    NotFound,
    /// 409
    Conflict,
    /// 429
    TooMany,
    /// 503: something that decides this is out of reach
    Unavailable,
}

/// A request that was understood and refused: the contract's code, and the members that stand beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    pub kind: Kind,
    pub code: Cow<'static, str>,
    pub fields: Map<String, Value>,
}

impl Refusal {
    pub fn new(kind: Kind, code: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, code: code.into(), fields: Map::new() }
    }

    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.fields.insert(name.to_owned(), value.into());
        self
    }

    /// Not existing and not visible: one answer.
    pub fn not_found() -> Self {
        Self::new(Kind::NotFound, "not_found")
    }

    pub fn unavailable() -> Self {
        Self::new(Kind::Unavailable, "unavailable")
    }
}

/// Why an operation of a service did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("refused: {}", .0.code)]
    Refused(Refusal),
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    #[error("another service: {0}")]
    Upstream(Box<Status>),
    #[error("{0}")]
    Internal(&'static str),
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Status> for Error {
    fn from(status: Status) -> Self {
        Self::Upstream(Box::new(status))
    }
}

impl From<Error> for Status {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => refusal.into(),
            Error::Database(error) if crate::pg::is_unavailable(&error) => {
                tracing::warn!(error = %crate::pg::describe(&error), "database unavailable");
                Refusal::unavailable().into()
            }
            Error::Database(error) => {
                tracing::error!(error = %crate::pg::describe(&error), "database error");
                Self::internal("internal")
            }
            // What another service refused to us is not for our caller to read, but for its being out of reach.
            Error::Upstream(status) => match status.code() {
                Code::Internal | Code::Unimplemented | Code::InvalidArgument => {
                    tracing::error!(code = ?status.code(), "another service failed");
                    Self::internal("internal")
                }
                code => {
                    tracing::warn!(?code, "another service is out of reach");
                    Refusal::unavailable().into()
                }
            },
            Error::Internal(what) => {
                tracing::error!(what, "internal error");
                Self::internal("internal")
            }
        }
    }
}

impl From<Kind> for Code {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::BadRequest => Self::InvalidArgument,
            Kind::Unauthenticated => Self::Unauthenticated,
            Kind::Forbidden => Self::PermissionDenied,
            Kind::NotFound => Self::NotFound,
            Kind::Conflict => Self::AlreadyExists,
            Kind::TooMany => Self::ResourceExhausted,
            Kind::Unavailable => Self::Unavailable,
        }
    }
}

fn kind_of(code: Code) -> Option<Kind> {
    Some(match code {
        Code::InvalidArgument => Kind::BadRequest,
        Code::Unauthenticated => Kind::Unauthenticated,
        Code::PermissionDenied => Kind::Forbidden,
        Code::NotFound => Kind::NotFound,
        Code::AlreadyExists => Kind::Conflict,
        Code::ResourceExhausted => Kind::TooMany,
        Code::Unavailable => Kind::Unavailable,
        _ => return None,
    })
}

const REFUSAL_TYPE: &str = "type.googleapis.com/siddes.common.v1.Refusal";
const ERROR_INFO_TYPE: &str = "type.googleapis.com/google.rpc.ErrorInfo";

impl From<Refusal> for Status {
    fn from(refusal: Refusal) -> Self {
        let code = Code::from(refusal.kind);
        let info = pb::ErrorInfo {
            reason: refusal.code.to_uppercase(),
            domain: "siddes".to_owned(),
            metadata: std::collections::HashMap::new(),
        };
        let wire = WireRefusal { code: refusal.code.clone().into_owned(), fields: Some(to_struct(refusal.fields)) };
        let any = |type_url: &str, value: Vec<u8>| prost_types::Any { type_url: type_url.to_owned(), value };
        let details = pb::Status {
            code: code as i32,
            message: refusal.code.to_string(),
            details: vec![any(ERROR_INFO_TYPE, info.encode_to_vec()), any(REFUSAL_TYPE, wire.encode_to_vec())],
        };
        Self::with_details(code, refusal.code.into_owned(), details.encode_to_vec().into())
    }
}

/// The refusal that a service put into its status; `None` for every other failure.
pub fn refusal(status: &Status) -> Option<Refusal> {
    let kind = kind_of(status.code())?;
    let details = pb::Status::decode(status.details()).ok()?;
    let wire = details.details.iter().find(|any| any.type_url == REFUSAL_TYPE)?;
    let wire = WireRefusal::decode(wire.value.as_slice()).ok()?;
    Some(Refusal { kind, code: wire.code.into(), fields: from_struct(wire.fields.unwrap_or_default()) })
}

fn to_struct(fields: Map<String, Value>) -> prost_types::Struct {
    prost_types::Struct { fields: fields.into_iter().map(|(name, value)| (name, to_wire(value))).collect() }
}

fn to_wire(value: Value) -> prost_types::Value {
    use prost_types::value::Kind as Wire;
    let kind = match value {
        Value::Null => Wire::NullValue(0),
        Value::Bool(value) => Wire::BoolValue(value),
        Value::Number(value) => Wire::NumberValue(value.as_f64().unwrap_or_default()),
        Value::String(value) => Wire::StringValue(value),
        Value::Array(values) => {
            Wire::ListValue(prost_types::ListValue { values: values.into_iter().map(to_wire).collect() })
        }
        Value::Object(fields) => Wire::StructValue(to_struct(fields)),
    };
    prost_types::Value { kind: Some(kind) }
}

fn from_struct(fields: prost_types::Struct) -> Map<String, Value> {
    fields.fields.into_iter().map(|(name, value)| (name, from_wire(value))).collect()
}

fn from_wire(value: prost_types::Value) -> Value {
    use prost_types::value::Kind as Wire;
    match value.kind {
        None | Some(Wire::NullValue(_)) => Value::Null,
        Some(Wire::BoolValue(value)) => Value::Bool(value),
        Some(Wire::NumberValue(value)) => number(value),
        Some(Wire::StringValue(value)) => Value::String(value),
        Some(Wire::ListValue(list)) => Value::Array(list.values.into_iter().map(from_wire).collect()),
        Some(Wire::StructValue(fields)) => Value::Object(from_struct(fields)),
    }
}

/// Protobuf knows only doubles; the contract's numbers are whole.
fn number(value: f64) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "checked to be whole and far below 2^63")]
    if value.fract() == 0.0 && value.abs() < 9e15 {
        return Value::from(value as i64);
    }
    Number::from_f64(value).map_or(Value::Null, Value::Number)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_refusal_survives_the_wire_with_lists_nulls_and_objects() {
        let sent = Refusal::new(Kind::Forbidden, "account_restricted")
            .with("until", Value::Null)
            .with("handles", json!(["@a", "@b"]))
            .with("max", 800)
            .with("detail", json!({"state": "banned", "half": 0.5}));
        assert_eq!(refusal(&Status::from(sent.clone())), Some(sent));
    }

    #[test]
    fn a_failure_without_a_refusal_is_none() {
        assert_eq!(refusal(&Status::not_found("a tonic route that does not exist")), None);
        assert_eq!(refusal(&Status::internal("bug")), None);
    }
}
