//! Whoever stands for Google and Apple: publishes keys on a port of this machine, and signs with them for real.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use aws_lc_rs::{
    hmac,
    rand::SystemRandom,
    rsa::KeySize,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// As what the providers know the world's web client.
pub const GOOGLE_ID: &str = "siddes.apps.googleusercontent.test";
pub const APPLE_ID: &str = "test.siddes.web";

/// What becomes of who asks for the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IssuerMode {
    Answer,
    /// A connection, and nothing more.
    HangUp,
    /// Something that is no set of keys.
    Nonsense,
}

/// A key pair under a name.
pub struct Signer {
    kid: String,
    pair: Pair,
}

enum Pair {
    Rsa(Box<RsaKeyPair>),
    Ec(Box<EcdsaKeyPair>),
}

impl Signer {
    pub fn rsa(kid: &str) -> Self {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).expect("a key");
        Self { kid: kid.to_owned(), pair: Pair::Rsa(Box::new(pair)) }
    }

    pub fn ec(kid: &str) -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
        Self { kid: kid.to_owned(), pair: Pair::Ec(Box::new(pair)) }
    }

    /// A token that says this.
    pub fn sign(&self, claims: &Value) -> String {
        let alg = if matches!(self.pair, Pair::Rsa(_)) { "RS256" } else { "ES256" };
        self.sign_as(&json!({ "alg": alg, "kid": self.kid, "typ": "JWT" }), claims)
    }

    /// Under a head that may lie.
    pub fn sign_as(&self, head: &Value, claims: &Value) -> String {
        let signed = message(head, claims);
        let signature = match &self.pair {
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature).expect("signed");
                signature
            }
            Pair::Ec(pair) => pair.sign(&SystemRandom::new(), signed.as_bytes()).expect("signed").as_ref().to_vec(),
        };
        format!("{signed}.{}", encoded(&signature))
    }

    /// Sealed with the public key as if it were a secret: what a careless reader takes for signed.
    pub fn forge(&self, claims: &Value) -> String {
        let signed = message(&json!({ "alg": "HS256", "kid": self.kid, "typ": "JWT" }), claims);
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.public());
        format!("{signed}.{}", encoded(hmac::sign(&key, signed.as_bytes()).as_ref()))
    }

    /// Signed by nobody.
    pub fn unsigned(&self, claims: &Value) -> String {
        format!("{}.", message(&json!({ "alg": "none", "kid": self.kid }), claims))
    }

    /// As it is published.
    pub fn jwk(&self) -> Value {
        let public = self.public();
        match &self.pair {
            // PKCS#1 of 2048 bits has the modulus and 65537 at fixed places.
            Pair::Rsa(_) => json!({
                "kid": self.kid, "kty": "RSA", "use": "sig", "alg": "RS256",
                "n": encoded(&public[9..265]), "e": encoded(&public[267..270]),
            }),
            Pair::Ec(_) => json!({
                "kid": self.kid, "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256",
                "x": encoded(&public[1..33]), "y": encoded(&public[33..65]),
            }),
        }
    }

    fn public(&self) -> Vec<u8> {
        match &self.pair {
            Pair::Rsa(pair) => pair.public_key().as_ref().to_vec(),
            Pair::Ec(pair) => pair.public_key().as_ref().to_vec(),
        }
    }
}

/// The order of P-256.
const ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7,
    0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

/// The same ES256 token with the other signature that is as good: anybody can write it, without the key.
pub fn signed_otherwise(token: &str) -> String {
    let (signed, signature) = token.rsplit_once('.').expect("a token");
    let mut signature = URL_SAFE_NO_PAD.decode(signature).expect("base64url");
    let mut borrow = 0;
    for (ours, order) in signature[32..].iter_mut().zip(ORDER).rev() {
        let difference = i16::from(order) - i16::from(*ours) - borrow;
        borrow = i16::from(difference < 0);
        *ours = u8::try_from(difference.rem_euclid(256)).expect("a byte");
    }
    format!("{signed}.{}", encoded(&signature))
}

fn message(head: &Value, claims: &Value) -> String {
    format!("{}.{}", encoded(head.to_string().as_bytes()), encoded(claims.to_string().as_bytes()))
}

fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The issuer; it ends with the test's process.
pub struct TestIssuer {
    pub rsa: Signer,
    pub ec: Signer,
    address: SocketAddr,
    mode: watch::Sender<IssuerMode>,
    published: Arc<Mutex<Vec<Value>>>,
    asked: Arc<AtomicUsize>,
}

impl TestIssuer {
    pub fn start() -> Self {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        listener.set_nonblocking(true).expect("a port that nobody waits for");
        let listener = TcpListener::from_std(listener).expect("a runtime");
        let address = listener.local_addr().expect("an address");
        let (rsa, ec) = (Signer::rsa("rsa-1"), Signer::ec("ec-1"));
        let published = Arc::new(Mutex::new(vec![rsa.jwk(), ec.jwk()]));
        let (mode, watched) = watch::channel(IssuerMode::Answer);
        let asked = Arc::new(AtomicUsize::new(0));
        let (keys, count) = (Arc::clone(&published), Arc::clone(&asked));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::Relaxed);
                let known = keys.lock().unwrap_or_else(PoisonError::into_inner).clone();
                let mode = *watched.borrow();
                tokio::spawn(async move {
                    // Whoever goes away before it is answered is answered no more.
                    let _gone = answer(stream, mode, &json!({ "keys": known })).await;
                });
            }
        });
        Self { rsa, ec, address, mode, published, asked }
    }

    /// Where its keys are.
    pub fn keys(&self) -> String {
        format!("http://{}/keys", self.address)
    }

    pub fn set(&self, mode: IssuerMode) {
        self.mode.send_replace(mode);
    }

    /// Publishes these, and no others.
    pub fn publish(&self, signers: &[&Signer]) {
        let keys = signers.iter().map(|signer| signer.jwk()).collect();
        *self.published.lock().unwrap_or_else(PoisonError::into_inner) = keys;
    }

    /// How often its keys were asked for.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

async fn answer(mut stream: TcpStream, mode: IssuerMode, keys: &Value) -> std::io::Result<()> {
    let mut asked = Vec::new();
    let mut piece = [0; 1_024];
    while !asked.ends_with(b"\r\n\r\n") {
        let size = stream.read(&mut piece).await?;
        if size == 0 {
            return Ok(());
        }
        asked.extend_from_slice(&piece[..size]);
    }
    let body = match mode {
        IssuerMode::HangUp => return Ok(()),
        IssuerMode::Nonsense => "<html>".to_owned(),
        IssuerMode::Answer => keys.to_string(),
    };
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncache-control: public, max-age=3600\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await?;
    stream.shutdown().await
}
