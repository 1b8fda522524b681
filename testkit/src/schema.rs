//! A validator for the part of JSON Schema that our document uses, stricter in one thing: an object has no members
//! but those that its schema names. A keyword that it does not know fails, so that nothing is taken for checked.

use serde_json::{Map, Value};

/// Words that say nothing about a value that has to be checked.
const REMARKS: [&str; 4] = ["description", "format", "title", "contentMediaType"];

/// Is this value as the schema says? References lead into `document`.
///
/// # Errors
/// Where it is not, and why.
pub fn check(document: &Value, schema: &Value, value: &Value) -> Result<(), String> {
    Checker { document }.check(schema, value, "$")
}

struct Checker<'a> {
    document: &'a Value,
}

impl Checker<'_> {
    fn check(&self, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
        let schema = schema.as_object().unwrap_or_else(|| panic!("{at}: no schema: {schema}"));
        for (word, rule) in schema {
            match word.as_str() {
                "$ref" => self.check(self.named(rule, at), value, at)?,
                "oneOf" => self.one_of(rule, value, at)?,
                "type" if !has_type(rule, value) => return Err(format!("{at}: {value} is no {rule}")),
                "enum" if !list(rule).contains(value) => return Err(format!("{at}: {value} is not one of {rule}")),
                "minimum" if value.as_f64() < rule.as_f64() => return Err(format!("{at}: {value} is below {rule}")),
                "maximum" if value.as_f64() > rule.as_f64() => return Err(format!("{at}: {value} is above {rule}")),
                "required" => required(rule, value, at)?,
                "properties" => self.members(schema, value, at)?,
                "items" => {
                    for (index, item) in list(value).iter().enumerate() {
                        self.check(rule, item, &format!("{at}[{index}]"))?;
                    }
                }
                "type" | "enum" | "minimum" | "maximum" => {}
                // Looked at with the properties.
                "additionalProperties" if schema.contains_key("properties") => {}
                remark => assert!(REMARKS.contains(&remark), "{at}: the validator does not know the word {remark}"),
            }
        }
        Ok(())
    }

    fn named(&self, reference: &Value, at: &str) -> &Value {
        let pointer = reference.as_str().and_then(|text| text.strip_prefix('#')).unwrap_or_default();
        self.document.pointer(pointer).unwrap_or_else(|| panic!("{at}: {reference} leads nowhere"))
    }

    fn one_of(&self, choices: &Value, value: &Value, at: &str) -> Result<(), String> {
        let mut problems = Vec::new();
        for choice in list(choices) {
            match self.check(choice, value, at) {
                Ok(()) => return Ok(()),
                Err(problem) => problems.push(problem),
            }
        }
        Err(problems.join("; nor: "))
    }

    fn members(&self, schema: &Map<String, Value>, value: &Value, at: &str) -> Result<(), String> {
        for (name, member) in value.as_object().into_iter().flatten() {
            let at = format!("{at}.{name}");
            match schema["properties"].get(name).or_else(|| schema.get("additionalProperties")) {
                None | Some(Value::Bool(false)) => return Err(format!("{at} is not in the schema")),
                Some(Value::Bool(true)) => {}
                Some(schema) => self.check(schema, member, &at)?,
            }
        }
        Ok(())
    }
}

fn required(names: &Value, value: &Value, at: &str) -> Result<(), String> {
    let missing = list(names).iter().filter_map(Value::as_str).find(|name| value.get(name).is_none());
    missing.map_or(Ok(()), |name| Err(format!("{at}.{name} is missing")))
}

fn has_type(rule: &Value, value: &Value) -> bool {
    match rule {
        Value::Array(kinds) => kinds.iter().any(|kind| has_type(kind, value)),
        kind => match (kind.as_str().unwrap_or_default(), value) {
            ("null", Value::Null)
            | ("boolean", Value::Bool(_))
            | ("string", Value::String(_))
            | ("number", Value::Number(_))
            | ("array", Value::Array(_))
            | ("object", Value::Object(_)) => true,
            ("integer", Value::Number(number)) => !number.is_f64(),
            _ => false,
        },
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document() -> Value {
        json!({ "schemas": {
            "Side": { "type": "string", "enum": ["public", "work"] },
            "Post": {
                "type": "object",
                "required": ["id", "side"],
                "properties": {
                    "id": { "type": "integer", "format": "int64", "minimum": 1 },
                    "side": { "oneOf": [{ "type": "null" }, { "$ref": "#/schemas/Side" }] },
                    "tags": { "type": "array", "items": { "type": "string" }, "description": "Words." },
                },
            },
        } })
    }

    #[test]
    fn what_fits_fits() {
        for good in [
            json!({ "id": 1, "side": "work", "tags": ["a", "b"] }),
            json!({ "id": 9, "side": null }),
            json!({ "id": 9, "side": "public", "tags": [] }),
        ] {
            check(&document(), &json!({ "$ref": "#/schemas/Post" }), &good).expect("fits");
        }
    }

    #[test]
    fn what_does_not_is_named() {
        for (bad, place) in [
            (json!([]), "$"),
            (json!({ "id": 1 }), "$.side is missing"),
            (json!({ "id": "1", "side": null }), "$.id"),
            (json!({ "id": 1.5, "side": null }), "$.id"),
            (json!({ "id": 0, "side": null }), "$.id"),
            (json!({ "id": 1, "side": "friends" }), "$.side"),
            (json!({ "id": 1, "side": null, "tags": null }), "$.tags"),
            (json!({ "id": 1, "side": null, "tags": ["a", 5] }), "$.tags[1]"),
            (json!({ "id": 1, "side": null, "secret": 1 }), "$.secret is not in the schema"),
        ] {
            let problem = check(&document(), &json!({ "$ref": "#/schemas/Post" }), &bad).expect_err("does not fit");
            assert!(problem.starts_with(place), "{bad}: {problem}");
        }
    }

    #[test]
    #[should_panic(expected = "does not know the word pattern")]
    fn what_is_not_checked_is_not_accepted() {
        let _never = check(&document(), &json!({ "type": "string", "pattern": "^a$" }), &json!("a"));
    }
}
