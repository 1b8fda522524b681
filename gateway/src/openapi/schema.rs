//! Schemas as the document writes them: only what has members or choices keeps a name, and null is said where it occurs.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::openapi::{RefOr, Schema};

const PREFIX: &str = "#/components/schemas/";

/// Every type of the API by its name, as it was derived.
pub struct Schemas(BTreeMap<String, Value>);

impl Schemas {
    pub fn of<'a>(parts: impl Iterator<Item = &'a (String, RefOr<Schema>)>) -> Self {
        Self(parts.map(|(name, schema)| (name.clone(), plain(schema))).collect())
    }

    /// Those that the document has under `components`.
    pub fn named(&self) -> Map<String, Value> {
        let named = self.0.iter().filter(|(_, schema)| has_name(schema));
        named.map(|(name, schema)| (name.clone(), self.written(schema.clone()))).collect()
    }

    pub fn tidy(&self, schema: &RefOr<Schema>) -> Value {
        self.written(plain(schema))
    }

    /// Names without a schema of their own worth naming are replaced by what they stand for, at every depth.
    fn written(&self, schema: Value) -> Value {
        let Value::Object(mut schema) = schema else { return schema };
        if let Some(meant) = self.meant(&schema) {
            let description = schema.remove("description");
            let Value::Object(mut meant) = self.written(meant.clone()) else { return Value::Null };
            meant.remove("description");
            meant.extend(description.map(|text| ("description".to_owned(), text)));
            return meant.into();
        }
        for name in ["items", "additionalProperties"] {
            if let Some(inner) = schema.get_mut(name) {
                *inner = self.written(inner.take());
            }
        }
        if let Some(Value::Array(choices)) = schema.get_mut("oneOf") {
            for choice in choices.iter_mut() {
                *choice = self.written(choice.take());
            }
            // A remark on a field that may be null is one on the field, not on the type that it has otherwise.
            if choices.contains(&json!({ "type": "null" })) {
                let mut remarks = choices.iter_mut().filter_map(|choice| choice.as_object_mut()?.remove("description"));
                let remark = remarks.next();
                schema.extend(remark.map(|remark| ("description".to_owned(), remark)));
            }
        }
        let required = schema.get("required").cloned().unwrap_or_default();
        let required = |name: &str| required.as_array().is_some_and(|names| names.iter().any(|own| own == name));
        if let Some(Value::Object(properties)) = schema.get_mut("properties") {
            for (name, property) in properties {
                let written = self.written(property.take());
                *property = if required(name) { written } else { without_null(written) };
            }
        }
        schema.into()
    }

    /// What a reference stands for, unless it is kept.
    fn meant(&self, schema: &Map<String, Value>) -> Option<&Value> {
        let name = schema.get("$ref")?.as_str()?.strip_prefix(PREFIX)?;
        self.0.get(name).filter(|meant| !has_name(meant))
    }
}

fn plain(schema: &impl Serialize) -> Value {
    serde_json::to_value(schema).unwrap_or_default()
}

fn has_name(schema: &Value) -> bool {
    ["properties", "oneOf", "enum"].iter().any(|word| schema.get(*word).is_some())
}

/// What may be absent is never null in an answer, and in a body null is the same as absent.
fn without_null(schema: Value) -> Value {
    let Value::Object(mut schema) = schema else { return schema };
    if let Some(Value::Array(kinds)) = schema.get_mut("type") {
        kinds.retain(|kind| kind != "null");
        if let [kind] = kinds.as_slice() {
            let kind = kind.clone();
            schema.insert("type".to_owned(), kind);
        }
    }
    if let Some(Value::Array(choices)) = schema.get_mut("oneOf") {
        choices.retain(|choice| choice.get("type") != Some(&"null".into()));
        if let [choice] = choices.as_mut_slice() {
            let choice = choice.take();
            schema.remove("oneOf");
            schema.extend(choice.as_object().cloned().unwrap_or_default());
        }
    }
    schema.into()
}

#[cfg(test)]
mod tests {
    use utoipa::ToSchema;

    use super::*;
    use crate::door::{Shape, fields::Text};

    #[derive(ToSchema)]
    #[expect(dead_code, reason = "only its schema matters")]
    struct Answer {
        /// Said of the field.
        #[schema(required)]
        always: Option<Inner>,
        #[serde(skip_serializing_if = "Option::is_none")]
        sometimes: Option<Inner>,
        name: Text,
        names: Option<Vec<Text>>,
    }

    /// Said of the type.
    #[derive(ToSchema)]
    #[expect(dead_code, reason = "only its schema matters")]
    struct Inner {
        #[schema(required)]
        until: Option<String>,
        reason: Option<String>,
    }

    #[test]
    fn null_is_where_it_occurs_and_only_what_has_members_has_a_name() {
        let shape = Shape::answering::<Answer>([200, 0]);
        let schemas = Schemas::of(shape.parts.iter());
        let inner = json!({ "$ref": "#/components/schemas/Inner" });
        assert_eq!(schemas.tidy(&shape.answer), json!({ "$ref": "#/components/schemas/Answer" }));
        assert_eq!(
            Value::from(schemas.named()),
            json!({
                "Answer": {
                    "type": "object",
                    "required": ["always", "name"],
                    "properties": {
                        "always": { "oneOf": [inner, { "type": "null" }], "description": "Said of the field." },
                        "sometimes": inner,
                        "name": { "type": "string" },
                        "names": { "type": "array", "items": { "type": "string" } },
                    },
                },
                "Inner": {
                    "type": "object",
                    "description": "Said of the type.",
                    "required": ["until"],
                    "properties": { "until": { "type": ["string", "null"] }, "reason": { "type": "string" } },
                },
            })
        );
    }
}
