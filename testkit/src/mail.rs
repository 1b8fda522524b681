//! A mail server, small and real: takes what is sent, keeps it, and refuses or falls silent when a test wants it to.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// What the server does with mails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailMode {
    Take,
    /// "Try again later" to each.
    Later,
    /// "Never" to each.
    Never,
    /// Takes connections and says nothing.
    Silent,
}

/// One mail as it came.
#[derive(Clone, Debug)]
pub struct Letter {
    pub to: String,
    /// Headers and body, as sent.
    pub raw: String,
}

impl Letter {
    /// The value of a header, or "".
    pub fn header(&self, name: &str) -> String {
        let head = self.raw.split("\r\n\r\n").next().unwrap_or_default();
        let line = head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        line.unwrap_or_default().to_owned()
    }

    pub fn subject(&self) -> String {
        self.header("Subject")
    }

    /// The plain text, decoded.
    pub fn text(&self) -> String {
        let part = self.raw.split("Content-Type: text/plain").nth(1).unwrap_or_default();
        let part = part.split("Content-Type: text/html").next().unwrap_or_default();
        if part.contains("quoted-printable") { decoded(part) } else { part.to_owned() }
    }

    /// The token of its link.
    ///
    /// # Panics
    /// It has none.
    pub fn token(&self) -> String {
        let text = self.text();
        let rest = text.split("?token=").nth(1).unwrap_or_else(|| panic!("no token in: {text}"));
        rest.chars().take_while(|char| char.is_ascii_alphanumeric() || "-_".contains(*char)).collect()
    }
}

/// Undoes quoted-printable.
fn decoded(text: &str) -> String {
    let text = text.replace("=\r\n", "");
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        let pair = after.get(..2).and_then(|pair| str::from_utf8(pair).ok());
        let coded = pair.filter(|pair| *byte == b'=' && pair.bytes().all(|digit| b"0123456789ABCDEF".contains(&digit)));
        if let Some(code) = coded.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            bytes.push(code);
            rest = &after[2..];
        } else {
            bytes.push(*byte);
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The server; it ends with the test's process.
#[derive(Debug)]
pub struct TestMail {
    pub address: SocketAddr,
    mode: watch::Sender<MailMode>,
    letters: Arc<Mutex<Vec<Letter>>>,
}

impl TestMail {
    pub fn start() -> Self {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        listener.set_nonblocking(true).expect("a port that nobody waits for");
        let listener = TcpListener::from_std(listener).expect("a runtime");
        let address = listener.local_addr().expect("an address");
        let (mode, watched) = watch::channel(MailMode::Take);
        let letters = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&letters);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (mode, letters) = (watched.clone(), Arc::clone(&kept));
                tokio::spawn(async move {
                    // A client that goes away ends its conversation.
                    let _gone = converse(stream, mode, letters).await;
                });
            }
        });
        Self { address, mode, letters }
    }

    pub fn set(&self, mode: MailMode) {
        self.mode.send_replace(mode);
    }

    /// Everything that was taken, oldest first.
    pub fn letters(&self) -> Vec<Letter> {
        self.letters.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// To one address, oldest first.
    pub fn to(&self, address: &str) -> Vec<Letter> {
        self.letters().into_iter().filter(|letter| letter.to == address).collect()
    }

    /// Subjects of what came to one address.
    pub fn subjects(&self, address: &str) -> Vec<String> {
        self.to(address).iter().map(Letter::subject).collect()
    }

    /// The newest with this in its subject that came to an address.
    ///
    /// # Panics
    /// There is none.
    #[track_caller]
    pub fn newest(&self, address: &str, subject: &str) -> Letter {
        let found = self.to(address).into_iter().rev().find(|letter| letter.subject().contains(subject));
        found.unwrap_or_else(|| panic!("no mail to {address} about {subject}: {:?}", self.subjects(address)))
    }
}

async fn converse(
    stream: TcpStream,
    mode: watch::Receiver<MailMode>,
    letters: Arc<Mutex<Vec<Letter>>>,
) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read);
    if *mode.borrow() == MailMode::Silent {
        let mut ignored = String::new();
        while lines.read_line(&mut ignored).await? > 0 {}
        return Ok(());
    }
    write.write_all(b"220 test ESMTP\r\n").await?;
    let mut to = String::new();
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let word = line.trim_end().to_ascii_uppercase();
        let answer = if word.starts_with("EHLO") || word.starts_with("HELO") {
            "250 test"
        } else if word.starts_with("RCPT TO:") {
            line.trim_end()["RCPT TO:".len()..].split(['<', '>']).nth(1).unwrap_or_default().clone_into(&mut to);
            match *mode.borrow() {
                MailMode::Never => "550 no such mailbox",
                MailMode::Later => "451 try again later",
                MailMode::Take | MailMode::Silent => "250 ok",
            }
        } else if word == "DATA" {
            write.write_all(b"354 go on\r\n").await?;
            let raw = data(&mut lines).await?;
            letters.lock().unwrap_or_else(PoisonError::into_inner).push(Letter { to: to.clone(), raw });
            "250 taken"
        } else if word == "QUIT" {
            write.write_all(b"221 bye\r\n").await?;
            return Ok(());
        } else {
            "250 ok"
        };
        write.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
}

/// Up to the line with a single dot.
async fn data(lines: &mut BufReader<tokio::net::tcp::OwnedReadHalf>) -> std::io::Result<String> {
    let mut raw = String::new();
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line).await? == 0 || line.trim_end() == "." {
            return Ok(raw);
        }
        raw.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}
