//! Writes that nobody waits for: a bounded queue and one task. They never delay or fail a request; what does not fit is
//! forgotten.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use futures::future::BoxFuture;
use tokio::{
    sync::mpsc::{Receiver, Sender, channel},
    time::timeout,
};

const QUEUE: usize = 1_024;
const BATCH: usize = 256;
/// One write for what comes within this costs the database far less than one for each.
const GATHER: Duration = Duration::from_millis(200);

type Write<T> = Arc<dyn Fn(Vec<T>) -> BoxFuture<'static, ()> + Send + Sync>;

/// Where what is to be written is left; the task starts with the first, and ends with the queue's owner.
pub struct Behind<T> {
    queue: OnceLock<Sender<T>>,
    write: Write<T>,
}

impl<T: Send + 'static> Behind<T> {
    /// `write` is given what has gathered while it wrote last, and for 200 ms at least; at most 256 together.
    pub fn new<F>(write: impl Fn(Vec<T>) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        Self { queue: OnceLock::new(), write: Arc::new(move |batch| Box::pin(write(batch))) }
    }

    /// Returns at once.
    pub fn note(&self, item: T) {
        let queue = self.queue.get_or_init(|| {
            let (queue, waiting) = channel(QUEUE);
            tokio::spawn(run(waiting, Arc::clone(&self.write)));
            queue
        });
        let _forgotten_when_full = queue.try_send(item);
    }
}

async fn run<T>(mut waiting: Receiver<T>, write: Write<T>) {
    let mut batch = Vec::with_capacity(BATCH);
    while waiting.recv_many(&mut batch, BATCH).await > 0 {
        let enough = timeout(GATHER, async {
            // None once the owner is gone: the rest is then written at once.
            while batch.len() < BATCH && waiting.recv_many(&mut batch, BATCH).await > 0 {}
        });
        let _either_way = enough.await;
        write(std::mem::take(&mut batch)).await;
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::{Semaphore, mpsc};

    use super::*;

    #[tokio::test]
    async fn nobody_waits_and_what_does_not_fit_is_forgotten() {
        let (told, mut heard) = mpsc::unbounded_channel();
        let gate = Arc::new(Semaphore::new(0));
        let held = Arc::clone(&gate);
        let behind = Behind::new(move |batch: Vec<usize>| {
            let (told, held) = (told.clone(), Arc::clone(&held));
            async move {
                held.acquire().await.expect("open").forget();
                told.send(batch).expect("a listener");
            }
        });
        for number in 0..5_000 {
            behind.note(number);
        }
        gate.add_permits(1_000);
        let first = heard.recv().await.expect("a batch");
        assert_eq!((first.first(), first.len() <= BATCH), (Some(&0), true));
        drop(behind);
        let mut written = first.len();
        while let Some(batch) = heard.recv().await {
            written += batch.len();
        }
        assert!((QUEUE..=QUEUE + BATCH).contains(&written), "{written}");
    }
}
