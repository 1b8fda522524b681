//! What a handler takes besides its context: a body or a query as a type of its own, read before it is called.

use serde::{
    Deserializer,
    de::{DeserializeOwned, Error, IntoDeserializer, Visitor, value::MapDeserializer},
    forward_to_deserialize_any,
};
use serde_json::Value;
use utoipa::ToSchema;

use super::Shape;
use crate::{
    api::Ctx,
    error::Refused,
    json::{self, has_nul, invalid_text},
    query,
};

/// A parameter of a handler.
pub trait Input: Sized {
    fn read(ctx: &Ctx) -> Result<Self, Refused>;
    fn describe(shape: &mut Shape);
}

/// The body's members. What is no object has none.
pub struct Json<T>(pub T);

/// The query's pairs.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned + ToSchema> Input for Json<T> {
    fn read(ctx: &Ctx) -> Result<Self, Refused> {
        members(json::object(&ctx.headers, &ctx.body)?).map(Self)
    }

    fn describe(shape: &mut Shape) {
        shape.body = Some(shape.of::<T>());
    }
}

impl<T: DeserializeOwned> Query<T> {
    pub fn of(query: &query::Query) -> Result<Self, Refused> {
        members(query.pairs().map(|(name, value)| (name.clone(), Value::String(value.clone())))).map(Self)
    }
}

impl<T: DeserializeOwned + ToSchema> Input for Query<T> {
    fn read(ctx: &Ctx) -> Result<Self, Refused> {
        Self::of(&ctx.query)
    }

    fn describe(shape: &mut Shape) {
        shape.query = Some(shape.of::<T>());
    }
}

/// The fields of `T` never fail but for NUL: a wrong type is empty, and an unknown member is ignored.
fn members<T: DeserializeOwned>(members: impl IntoIterator<Item = (String, Value)>) -> Result<T, Refused> {
    let members = members.into_iter().map(|(name, value)| (name, Member(value)));
    T::deserialize(MapDeserializer::<_, serde_json::Error>::new(members)).map_err(|_| invalid_text())
}

/// A member on its way into its field. A text with NUL is for that field to judge; anywhere deeper, and in a member
/// that nobody reads, it is refused here.
struct Member(Value);

impl IntoDeserializer<'_, serde_json::Error> for Member {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Member {
    type Error = serde_json::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        if !self.0.is_string() && has_nul(&self.0) {
            return Err(Self::Error::custom("NUL in a text"));
        }
        self.0.deserialize_any(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        if has_nul(&self.0) { Err(Self::Error::custom("NUL in a text")) } else { visitor.visit_unit() }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;
    use crate::door::fields::{Flag, Name, Text, Texts, Word};

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Body {
        target: Name,
        text: Text,
        side: Option<Word>,
        media_keys: Option<Texts>,
        urgent: Option<Flag>,
    }

    fn read(body: Value) -> Result<Body, String> {
        let Value::Object(body) = body else { panic!("an object") };
        members(body).map_err(|refused| refused.code.into_owned())
    }

    #[test]
    fn what_is_missing_unknown_or_of_another_type_is_no_error() {
        assert_eq!(read(json!({})), Ok(Body::default()));
        assert_eq!(
            read(json!({ "target": null, "text": 5, "side": null, "unknown": { "a": [1] } })),
            Ok(Body::default())
        );
        let body = read(json!({ "target": "@ann", "mediaKeys": "a,b", "urgent": true })).expect("a body");
        assert_eq!((body.target.0.as_str(), body.urgent), ("@ann", Some(Flag(true))));
        assert_eq!(body.media_keys, Some(Texts(vec!["a".to_owned(), "b".to_owned()])));
    }

    #[test]
    fn nul_is_no_text_anywhere_but_in_a_name() {
        for body in [
            json!({ "text": "a\0" }),
            json!({ "side": "\0" }),
            json!({ "urgent": "\0" }),
            json!({ "mediaKeys": "a,\0" }),
            json!({ "mediaKeys": ["\0"] }),
            json!({ "target": ["\0"] }),
            json!({ "target": { "\0": 1 } }),
            json!({ "unknown": "\0" }),
            json!({ "unknown": [{ "b": "\0" }] }),
        ] {
            assert_eq!(read(body.clone()), Err("invalid_text".to_owned()), "{body}");
        }
        assert_eq!(read(json!({ "target": "a\0" })).expect("a name").target.0, "a\u{fffd}");
    }
}
