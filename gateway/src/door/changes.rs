//! Types of the members of a change: what is absent, or of a type that says nothing, stays as it is.

use serde::{Deserialize, Deserializer, de::Error};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::{json::has_nul, query::truthy};

/// A text in the place of the old one.
#[derive(Clone, Debug, Default, PartialEq, Eq, ToSchema)]
#[schema(value_type = Option<String>)]
pub struct NewText(pub Option<String>);

/// `true`, `false`, or a word or number for one of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ToSchema)]
#[schema(value_type = Option<bool>)]
pub struct NewFlag(pub Option<bool>);

/// An object in the place of the old one: members that it lacks are empty then.
#[derive(Clone, Debug, Default, PartialEq, Eq, ToSchema)]
#[schema(value_type = Option<Object>)]
pub struct NewParts(pub Option<Map<String, Value>>);

impl NewParts {
    /// Two members as texts; numbers and flags are written out.
    pub fn pair(self, names: [&str; 2]) -> Option<[String; 2]> {
        let parts = self.0?;
        Some(names.map(|name| match parts.get(name) {
            Some(Value::String(text)) => text.clone(),
            Some(scalar @ (Value::Number(_) | Value::Bool(_))) => scalar.to_string(),
            _ => String::new(),
        }))
    }
}

fn value<'de, D: Deserializer<'de>>(member: D) -> Result<Value, D::Error> {
    let value = Option::<Value>::deserialize(member)?.unwrap_or_default();
    if has_nul(&value) { Err(D::Error::custom("NUL in a text")) } else { Ok(value) }
}

impl<'de> Deserialize<'de> for NewText {
    fn deserialize<D: Deserializer<'de>>(member: D) -> Result<Self, D::Error> {
        Ok(Self(if let Value::String(text) = value(member)? { Some(text) } else { None }))
    }
}

impl<'de> Deserialize<'de> for NewFlag {
    fn deserialize<D: Deserializer<'de>>(member: D) -> Result<Self, D::Error> {
        Ok(Self(match value(member)? {
            Value::Bool(flag) => Some(flag),
            Value::String(text) => Some(truthy(&text)),
            Value::Number(number) => number.as_i64().filter(|number| [0, 1].contains(number)).map(|number| number == 1),
            _ => None,
        }))
    }
}

impl<'de> Deserialize<'de> for NewParts {
    fn deserialize<D: Deserializer<'de>>(member: D) -> Result<Self, D::Error> {
        Ok(Self(if let Value::Object(parts) = value(member)? { Some(parts) } else { None }))
    }
}

#[cfg(test)]
mod tests {
    use serde::de::DeserializeOwned;
    use serde_json::{from_value, json};

    use super::*;

    fn read<T: DeserializeOwned>(value: Value) -> T {
        from_value(value).expect("every value has a reading")
    }

    #[test]
    fn only_what_says_something_changes_anything() {
        assert_eq!(read::<NewText>(json!("")).0, Some(String::new()));
        for other in [json!(null), json!(5), json!(["x"])] {
            assert_eq!(read::<NewText>(other.clone()).0, None);
            assert_eq!(read::<NewParts>(other).0, None);
        }
        for (value, flag) in [
            (json!(true), Some(true)),
            (json!(0), Some(false)),
            (json!("on"), Some(true)),
            (json!("maybe"), Some(false)),
            (json!(2), None),
            (json!(null), None),
            (json!({}), None),
        ] {
            assert_eq!(read::<NewFlag>(value.clone()).0, flag, "{value}");
        }
    }

    #[test]
    fn parts_that_are_missing_are_empty() {
        let parts = read::<NewParts>(json!({ "title": 7, "other": "x" }));
        assert_eq!(parts.pair(["title", "artist"]), Some(["7".to_owned(), String::new()]));
        assert_eq!(read::<NewParts>(json!({})).pair(["title", "artist"]), Some([String::new(), String::new()]));
    }
}
