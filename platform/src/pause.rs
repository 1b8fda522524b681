//! Named points at which a test can hold a request, so that an interleaving is arranged and not hoped for.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::sync::Semaphore;

/// The pause points of one system. Without a test that holds one, passing a point is one atomic load.
#[derive(Clone, Debug, Default)]
pub struct Pauses {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    any: AtomicBool,
    held: Mutex<HashMap<&'static str, Arc<Point>>>,
}

#[derive(Debug)]
struct Point {
    arrived: Semaphore,
    released: Semaphore,
}

/// One held point: requests that come to it wait until [`Held::release`].
#[derive(Debug)]
pub struct Held {
    name: &'static str,
    point: Arc<Point>,
    pauses: Pauses,
}

impl Pauses {
    /// Passes the point `name`, or waits there while a test holds it.
    pub async fn point(&self, name: &'static str) {
        if !self.shared.any.load(Ordering::Acquire) {
            return;
        }
        let point = self.lock().get(name).cloned();
        if let Some(point) = point {
            point.arrived.add_permits(1);
            // Closed on release: then everybody passes.
            let _closed = point.released.acquire().await;
        }
    }

    /// Makes everybody who comes to `name` wait.
    pub fn hold(&self, name: &'static str) -> Held {
        let point = Arc::new(Point { arrived: Semaphore::new(0), released: Semaphore::new(0) });
        self.lock().insert(name, Arc::clone(&point));
        self.shared.any.store(true, Ordering::Release);
        Held { name, point, pauses: self.clone() }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<&'static str, Arc<Point>>> {
        self.shared.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    /// Waits until somebody stands at the point (once for each who came).
    pub async fn reached(&self) {
        if let Ok(permit) = self.point.arrived.acquire().await {
            permit.forget();
        }
    }

    /// Lets everybody pass, now and later.
    pub fn release(self) {}
}

impl Drop for Held {
    fn drop(&mut self) {
        self.pauses.lock().remove(self.name);
        self.point.released.close();
    }
}
