//! A connection that must send each request's head within five seconds of its first byte, and may idle much longer:
//! hyper has one clock for both.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Sleep, sleep},
};

const HEAD_WITHIN: Duration = Duration::from_secs(5);

/// Counts the turns between client and server: even while a head is awaited, odd while a request is answered.
#[derive(Clone, Debug, Default)]
pub struct Turns(Arc<AtomicU64>);

impl Turns {
    /// The head is in, or the answer is.
    pub fn next(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// The client's side of a connection.
pub struct HeadClock<S> {
    inner: S,
    turns: Turns,
    seen: u64,
    /// Runs from the first byte of a head; on a new connection from the start.
    timer: Option<Pin<Box<Sleep>>>,
}

impl<S> HeadClock<S> {
    pub fn new(inner: S, turns: Turns) -> Self {
        Self { inner, turns, seen: 0, timer: Some(Box::pin(sleep(HEAD_WITHIN))) }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for HeadClock<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let turn = self.turns.0.load(Ordering::Relaxed);
        if turn != self.seen {
            self.seen = turn;
            self.timer = None;
        }
        let before = buffer.filled().len();
        match Pin::new(&mut self.inner).poll_read(context, buffer) {
            Poll::Ready(read) => {
                let awaits_head = turn.is_multiple_of(2);
                if awaits_head && buffer.filled().len() > before && self.timer.is_none() {
                    self.timer = Some(Box::pin(sleep(HEAD_WITHIN)));
                }
                Poll::Ready(read)
            }
            Poll::Pending => match &mut self.timer {
                None => Poll::Pending,
                Some(timer) => {
                    ready!(timer.as_mut().poll(context));
                    Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
                }
            },
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for HeadClock<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(context, bytes)
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
        Pin::new(&mut self.inner).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex},
        time::Instant,
    };

    use super::*;

    fn connection() -> (HeadClock<DuplexStream>, Turns, DuplexStream) {
        let (ours, theirs) = duplex(64);
        let turns = Turns::default();
        (HeadClock::new(ours, turns.clone()), turns, theirs)
    }

    /// How long it took until the clock ended the connection.
    async fn cut(ours: &mut HeadClock<DuplexStream>) -> Duration {
        let begun = Instant::now();
        let error = ours.read_u8().await.expect_err("the clock runs");
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        begun.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn a_head_is_there_in_five_seconds_from_its_first_byte_or_never() {
        let (mut ours, _turns, _theirs) = connection();
        assert_eq!(cut(&mut ours).await, HEAD_WITHIN, "a new connection has to say something");
        let (mut ours, _turns, mut theirs) = connection();
        let trickle = tokio::spawn(async move {
            while theirs.write_u8(b'x').await.is_ok() {
                sleep(Duration::from_secs(1)).await;
            }
        });
        let begun = Instant::now();
        while ours.read_u8().await.is_ok() {}
        assert_eq!(begun.elapsed(), HEAD_WITHIN, "a byte now and then does not buy more time");
        drop(ours);
        trickle.await.expect("it ends");
    }

    #[tokio::test(start_paused = true)]
    async fn between_requests_and_within_one_the_clock_stands() {
        let (mut ours, turns, mut theirs) = connection();
        theirs.write_u8(b'h').await.expect("a head");
        ours.read_u8().await.expect("a head");
        turns.next();
        // A slow body; then, after the answer, an idle connection.
        for byte in [b'b', b'h'] {
            let (read, written) = tokio::join!(ours.read_u8(), async {
                sleep(Duration::from_mins(1)).await;
                theirs.write_u8(byte).await
            });
            written.expect("sent");
            assert_eq!(read.expect("no clock"), byte);
            turns.next();
        }
        turns.next();
        theirs.write_u8(b'h').await.expect("the next head begins");
        ours.read_u8().await.expect("and is read");
        assert_eq!(cut(&mut ours).await, HEAD_WITHIN);
    }
}
