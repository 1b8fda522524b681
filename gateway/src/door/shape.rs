//! What a handler takes and answers, as schemas that its types derive.

use utoipa::{
    ToSchema,
    openapi::{Ref, RefOr, Schema},
};

/// The types of one handler.
pub struct Shape {
    pub body: Option<RefOr<Schema>>,
    pub query: Option<RefOr<Schema>>,
    pub answer: RefOr<Schema>,
    /// Under which statuses `answer` is told.
    pub statuses: Vec<u16>,
    /// Every type that one of them names, itself or deeper.
    pub parts: Vec<(String, RefOr<Schema>)>,
}

/// Each handler has its own: they stand where they are used, and need no name in the document.
const OWN: [&str; 2] = ["Body", "Params"];

impl Shape {
    pub fn answering<T: ToSchema>(statuses: [u16; 2]) -> Self {
        let statuses = statuses.into_iter().filter(|status| *status != 0).collect();
        let mut shape = Self { body: None, query: None, answer: T::schema(), statuses, parts: Vec::new() };
        shape.answer = shape.of::<T>();
        shape
    }

    /// And taking these.
    #[must_use]
    pub fn with(self, describe: &[fn(&mut Self)]) -> Self {
        describe.iter().fold(self, |mut shape, describe| {
            describe(&mut shape);
            shape
        })
    }

    /// The schema of a type, by its name unless it is a handler's own.
    pub fn of<T: ToSchema>(&mut self) -> RefOr<Schema> {
        T::schemas(&mut self.parts);
        let name = T::name().into_owned();
        if OWN.contains(&name.as_str()) {
            return T::schema();
        }
        let named = RefOr::Ref(Ref::from_schema_name(&name));
        self.parts.push((name, T::schema()));
        named
    }
}
