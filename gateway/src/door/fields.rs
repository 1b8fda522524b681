//! Types of the members of bodies and queries. Each takes what it can use; what is absent or of another type is empty.

use std::collections::HashSet;

use serde::{Deserialize, Deserializer, de::Error};
use serde_json::Value;
use utoipa::ToSchema;

use crate::{json::has_nul, query::truthy};

/// A text, else "".
#[derive(Clone, Debug, Default, PartialEq, Eq, ToSchema)]
pub struct Text(pub String);

/// A text by which somebody is looked for. One with NUL in it is no error here: it names nobody.
#[derive(Clone, Debug, Default, PartialEq, Eq, ToSchema)]
pub struct Name(pub String);

/// A choice among words, judged by the service; what is no text is a word that nobody knows.
#[derive(Clone, Debug, Default, PartialEq, Eq, ToSchema)]
pub struct Word(pub String);

/// JSON's `true`, and nothing else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ToSchema)]
pub struct Flag(pub bool);

/// `true`, or a word for it as text or number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ToSchema)]
pub struct Yes(pub bool);

/// A list of texts, or one text with commas: trimmed, without blanks and repetitions.
#[derive(Clone, Debug, Default, PartialEq, Eq, ToSchema)]
pub struct Texts(pub Vec<String>);

/// The first of several spellings that holds a text that is not blank.
pub fn first<T: Into<String>, const N: usize>(texts: [Option<T>; N]) -> String {
    texts.into_iter().flatten().map(Into::into).find(|text| !text.trim().is_empty()).unwrap_or_default()
}

/// The value of a member, null where there is none. The text that it is holds no NUL.
fn value<'de, D: Deserializer<'de>>(member: D) -> Result<Value, D::Error> {
    let value = Option::<Value>::deserialize(member)?.unwrap_or_default();
    if has_nul(&value) { Err(D::Error::custom("NUL in a text")) } else { Ok(value) }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(member: D) -> Result<Self, D::Error> {
        Ok(Self(text(value(member)?)))
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(member: D) -> Result<Self, D::Error> {
        let value = Option::<Value>::deserialize(member)?.unwrap_or_default();
        Ok(Self(text(value).replace('\0', "\u{fffd}")))
    }
}

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(member: D) -> Result<Self, D::Error> {
        Ok(Self(match value(member)? {
            Value::Null => String::new(),
            Value::String(text) => text,
            _ => "\u{fffd}".to_owned(),
        }))
    }
}

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(member: D) -> Result<Self, D::Error> {
        Ok(Self(value(member)? == Value::Bool(true)))
    }
}

impl<'de> Deserialize<'de> for Yes {
    fn deserialize<D: Deserializer<'de>>(member: D) -> Result<Self, D::Error> {
        Ok(Self(match value(member)? {
            Value::Bool(value) => value,
            Value::String(text) => truthy(&text),
            Value::Number(number) => number.as_i64() == Some(1),
            _ => false,
        }))
    }
}

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(member: D) -> Result<Self, D::Error> {
        let value = value(member)?;
        let items: Vec<&str> = match &value {
            Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
            Value::String(text) => text.split(',').collect(),
            _ => Vec::new(),
        };
        let mut known = HashSet::new();
        let items = items.into_iter().map(str::trim).filter(|item| !item.is_empty());
        Ok(Self(items.filter(|item| known.insert(*item)).map(str::to_owned).collect()))
    }
}

fn text(value: Value) -> String {
    if let Value::String(text) = value { text } else { String::new() }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.0
    }
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        name.0
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
    fn texts_are_texts_and_flags_are_true() {
        for other in [json!(5), json!(true), json!(["x"]), json!({}), json!(null)] {
            assert_eq!(read::<Text>(other.clone()).0, "", "{other}");
            assert_eq!(read::<Name>(other).0, "");
        }
        assert!(read::<Flag>(json!(true)).0);
        for other in [json!("true"), json!(1), json!(false), json!(null), json!([])] {
            assert!(!read::<Flag>(other.clone()).0, "{other}");
        }
        for yes in [json!(true), json!("YES"), json!("1"), json!(1)] {
            assert!(read::<Yes>(yes.clone()).0, "{yes}");
        }
        for no in [json!(false), json!("no"), json!(2), json!(null), json!([1])] {
            assert!(!read::<Yes>(no.clone()).0, "{no}");
        }
    }

    #[test]
    fn a_word_that_is_no_text_is_one_that_nobody_knows() {
        assert_eq!(read::<Option<Word>>(json!(null)), None);
        assert_eq!(read::<Option<Word>>(json!("Work ")), Some(Word("Work ".to_owned())));
        assert_eq!(read::<Option<Word>>(json!(5)), Some(Word("\u{fffd}".to_owned())));
    }

    #[test]
    fn lists_of_texts_come_in_two_forms() {
        assert_eq!(read::<Texts>(json!(["x", " y ", "x", "", 5])).0, ["x", "y"]);
        assert_eq!(read::<Texts>(json!("p, q,,p")).0, ["p", "q"]);
        assert!(read::<Texts>(json!(5)).0.is_empty());
    }

    #[test]
    fn the_first_spelling_that_says_something_counts() {
        let text = |text: &str| Some(Text(text.to_owned()));
        assert_eq!(first([text(" "), None, text("b"), text("c")]), "b");
        assert_eq!(first([None::<Text>, text("")]), "");
    }
}
