//! Handles that were asked for before, kept by what they are about: a look-up instead of labels made and hashed anew.

use std::{
    borrow::Borrow,
    collections::HashMap,
    hash::Hash,
    sync::{Arc, PoisonError, RwLock},
};

/// One of a kind for each key. Keys are of a closed set, so that this does not grow.
#[derive(Debug)]
pub struct Handles<K, V> {
    kept: RwLock<HashMap<K, Arc<V>>>,
}

impl<K, V> Default for Handles<K, V> {
    fn default() -> Self {
        Self { kept: RwLock::default() }
    }
}

impl<K: Hash + Eq, V> Handles<K, V> {
    /// The one of this key, made at its first use.
    pub fn of<Q>(&self, key: &Q, make: impl FnOnce() -> V) -> Arc<V>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ToOwned<Owned = K> + ?Sized,
    {
        if let Some(known) = self.kept.read().unwrap_or_else(PoisonError::into_inner).get(key) {
            return Arc::clone(known);
        }
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(kept.entry(key.to_owned()).or_insert_with(|| Arc::new(make())))
    }
}
