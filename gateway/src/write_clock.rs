//! A connection that must take what it is sent: twenty seconds without a byte of progress end it.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Sleep, sleep},
};

const PROGRESS_WITHIN: Duration = Duration::from_secs(20);

/// The client's side of a connection. Whoever reads slowly is served; whoever stops reading is let go.
pub struct WriteClock<S> {
    inner: S,
    /// Runs while bytes wait to be taken.
    timer: Option<Pin<Box<Sleep>>>,
}

impl<S> WriteClock<S> {
    pub fn new(inner: S) -> Self {
        Self { inner, timer: None }
    }

    /// The outcome of one attempt to write, or the end of the connection's patience.
    fn clocked<T>(&mut self, context: &mut Context<'_>, attempt: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if attempt.is_ready() {
            self.timer = None;
            return attempt;
        }
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep(PROGRESS_WITHIN)));
        ready!(timer.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for WriteClock<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for WriteClock<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let attempt = Pin::new(&mut self.inner).poll_write(context, bytes);
        self.clocked(context, attempt)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let attempt = Pin::new(&mut self.inner).poll_write_vectored(context, slices);
        self.clocked(context, attempt)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt, duplex},
        time::Instant,
    };

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_client_that_stops_reading_is_let_go() {
        let (ours, _theirs) = duplex(16);
        let mut ours = WriteClock::new(ours);
        let begun = Instant::now();
        let error = ours.write_all(&[0; 17]).await.expect_err("nobody reads");
        assert_eq!((error.kind(), begun.elapsed()), (io::ErrorKind::TimedOut, PROGRESS_WITHIN));
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_reader_is_served_to_the_end() {
        let (ours, mut theirs) = duplex(16);
        let mut ours = WriteClock::new(ours);
        let written = tokio::spawn(async move { ours.write_all(&[7; 160]).await });
        let mut taken = [0; 160];
        for part in taken.chunks_mut(16) {
            sleep(PROGRESS_WITHIN.mul_f32(0.9)).await;
            theirs.read_exact(part).await.expect("a part");
        }
        written.await.expect("a task").expect("all of it");
        assert_eq!(taken, [7; 160]);
    }
}
