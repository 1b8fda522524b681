//! A mail server that takes every mail and keeps none: answers are measured while mails are made and sent.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// Open as long as this program runs.
pub struct Mailbox {
    port: u16,
    taken: Arc<AtomicU64>,
}

impl Mailbox {
    pub async fn open() -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let taken = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&taken);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let counter = Arc::clone(&counter);
                // Who breaks off is the sender's affair.
                tokio::spawn(async move { drop(converse(stream, &counter).await) });
            }
        });
        Ok(Self { port, taken })
    }

    /// What makes the system send its mails here.
    pub fn settings(&self) -> [String; 5] {
        [
            "SD_EMAIL_PROVIDER=smtp".to_owned(),
            "SD_EMAIL_FROM=Siddes <no-reply@example.com>".to_owned(),
            "SD_SMTP_HOST=127.0.0.1".to_owned(),
            format!("SD_SMTP_PORT={}", self.port),
            "SD_SMTP_USE_TLS=0".to_owned(),
        ]
    }

    /// Mails so far.
    pub fn taken(&self) -> u64 {
        self.taken.load(Ordering::Relaxed)
    }
}

async fn converse(stream: TcpStream, taken: &AtomicU64) -> io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).split(b'\n');
    let mut in_mail = false;
    write.write_all(b"220 bench\r\n").await?;
    while let Some(line) = lines.next_segment().await? {
        let line = line.trim_ascii_end();
        let answer = if in_mail {
            if line != b"." {
                continue;
            }
            in_mail = false;
            taken.fetch_add(1, Ordering::Relaxed);
            "250 taken\r\n"
        } else {
            in_mail = line == b"DATA";
            match line.get(..4) {
                Some(b"EHLO") => "250-bench\r\n250 8BITMIME\r\n",
                Some(b"DATA") => "354 go on\r\n",
                Some(b"QUIT") => "221 bye\r\n",
                _ => "250 good\r\n",
            }
        };
        write.write_all(answer.as_bytes()).await?;
    }
    Ok(())
}
