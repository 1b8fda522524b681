//! Every setting with its meaning, in the order in which an operator reads them. A new one is a line here.

use super::table::{
    Group,
    Kind::{Address, Flag, Folder, List, Number, Origin, Rate, Secret, Text, Url, Word},
    Setting,
};

macro_rules! words {
    () => {
        None
    };
    ($words:literal) => {
        Some($words)
    };
}

macro_rules! groups {
    ($($title:literal {
        $($name:literal $kind:expr, $meaning:literal $(default $default:literal)? $(refuses $guard:literal)?;)*
    })*) => {
        &[$(($title, &[$(Setting {
            name: $name,
            kind: $kind,
            meaning: $meaning,
            default: words!($($default)?),
            guard: words!($($guard)?),
        }),*])),*]
    };
}

pub static GROUPS: &[Group] = groups! {
    "Every process" {
        "SIDDES_ENV" Word(&["production", "development"]),
            "What the settings are good for: production refuses what would be unsafe there."
            default "production, unless `DJANGO_DEBUG` is on";
        "DJANGO_DEBUG" Flag,
            "The older way to say it: 1 is development, 0 production; of two answers the stricter one counts."
            refuses "1 with `SIDDES_ENV=production`, where the gateway is reached from outside";
        "DJANGO_SECRET_KEY" Secret,
            "The root secret: what is signed, sealed or hashed follows from it. The same for all processes."
            default "none; in development one that everybody knows"
            refuses "missing, a known default, shorter than 32 characters, or with fewer than 16 different ones \
                     (64 random hex digits pass)";
        "SIDDES_SECRET_KEY_PREVIOUS" Secret,
            "What another root secret signed or sealed is accepted too, while the secret is changed."
            refuses "as weak as above";
        "SIDDES_PUBLIC_APP_BASE" Origin,
            "Where people open the web client; without a scheme, https."
            default "none; in development `http://localhost:3000`"
            refuses "missing, or not https";
        "SD_PUBLIC_APP_BASE" Origin,
            "Older name of the same; read with a warning.";
        "SIDDES_PUBLIC_WEB_BASE" Origin,
            "Older name of the same; read with a warning.";
        "SD_PUBLIC_WEB_BASE" Origin,
            "Older name of the same; read with a warning.";
        "SIDDES_<ROLE>_GRPC_BIND" Address,
            "Where a service (AUTH, SOCIAL, SAFETY, INBOX) listens for the others; with all roles in one process, only \
             if set."
            default "127.0.0.1, port 9101, 9102, 9103, 9104";
        "SIDDES_<ROLE>_GRPC_ADDR" Url,
            "Where the others find that service, if it is another process."
            default "`http://127.0.0.1`, at those ports";
        "SIDDES_PRIVATE_BIND" Address,
            "The private port: metrics, health and readiness with details. Never published."
            default "0.0.0.0:9090; 127.0.0.1:9090 in development";
        "SIDDES_JOBS_CONCURRENCY" Number("jobs"),
            "Jobs that a worker runs at once, a service.";
        "SD_LOG_LEVEL" Word(&["trace", "debug", "info", "warn", "error"]),
            "How much is logged.";
        "RUST_LOG" Text,
            "A filter by module, in tracing's syntax; wins over `SD_LOG_LEVEL`.";
        "OTEL_EXPORTER_OTLP_ENDPOINT" Url,
            "Where traces are sent (OTLP over gRPC). Unset: no traces.";
        "OTEL_SERVICE_NAME" Text,
            "The name under which traces are filed.";
        "OTEL_TRACES_SAMPLER_ARG" Text,
            "The share of requests that is traced, 0 to 1; those with errors always are.";
        "SIDDES_VERSION" Text,
            "The version that health and traces tell.";
        "SIDDES_BUILD_SHA" Text,
            "The commit that health tells.";
        "GIT_SHA" Text,
            "The same, where `SIDDES_BUILD_SHA` is unset.";
        "SIDDES_BUILD_TIME" Text,
            "The time of the build that health tells.";
    }
    "Databases and Redis" {
        "DATABASE_URL" Secret,
            "The Postgres of all services, as the role that owns everything. `siddes migrate` runs as it; services take \
             roles of their own."
            refuses "missing while a service has no URL of its own, or not `postgres://`";
        "SIDDES_<ROLE>_DATABASE_URL" Secret,
            "The Postgres of one service (AUTH, SOCIAL, SAFETY, INBOX), in that service's own role.";
        "SIDDES_DB_MAX_CONNECTIONS" Number("connections"),
            "Connections that a service opens at most, a process; 4 more for its jobs.";
        "SIDDES_DB_STATEMENT_TIMEOUT_MS" Number("ms"),
            "How long one statement may take.";
        "REDIS_URL" Secret,
            "A Redis (`redis://`, `rediss://`) that makes limits one for all gateways; unset, each counts for itself.";
        "SIDDES_REDIS_REQUIRED" Flag,
            "Not ready while Redis does not answer, instead of counting alone.";
        "SIDDES_REDIS_TIMEOUT_MS" Number("ms"),
            "How long one call waits for Redis. Then each gateway counts limits for itself, until Redis answers again.";
    }
    "Gateway: who may come in" {
        "SIDDES_GATEWAY_BIND" Address,
            "Where the gateway listens."
            default "0.0.0.0 and `PORT`; 127.0.0.1 in development";
        "PORT" Number(""),
            "The gateway's port, where `SIDDES_GATEWAY_BIND` is unset.";
        "DJANGO_ALLOWED_HOSTS" List("hosts"),
            "The names of this API; `.example.com` is the name and all below it."
            refuses "empty, or `*`";
        "DJANGO_CSRF_TRUSTED" List("origins"),
            "Origins that may write, the web client's above all; `https://*.example.com` is all below a name."
            refuses "an entry with a path, without a scheme, or `null`";
        "DJANGO_SECURE_SSL_REDIRECT" Flag,
            "Plain http is redirected to https, and refused where a redirect would change the request.";
        "DJANGO_HSTS_SECONDS" Number("s"),
            "How long browsers insist on https; 0 tells them nothing.";
        "DJANGO_SESSION_SAMESITE" Word(&["Lax", "Strict"]),
            "SameSite of the session cookie."
            refuses "`None`";
        "DJANGO_CSRF_SAMESITE" Word(&["Lax", "Strict"]),
            "SameSite of the CSRF cookie."
            refuses "`None`";
        "SIDDES_SESSION_COOKIE" Text,
            "The session cookie's name; not `sessionid`, which the web client keeps for itself.";
        "SIDDES_COOKIE_DOMAIN" Text,
            "Domain of both cookies. Best left unset with the web client.";
        "SD_COOKIE_DOMAIN" Text,
            "Older name of the same.";
        "SIDDES_TRUSTED_PROXIES" List("networks"),
            "Proxies that are believed who the client is and whether it came by https.";
        "SIDDES_CLIENT_IP_HEADER" Text,
            "A header in which they tell the client's address, such as `CF-Connecting-IP`; unset, `X-Forwarded-For`.";
        "SIDDES_GEO_HEADERS_TRUSTED" Flag,
            "Country headers of the edge are believed at sign-up.";
        "SIDDES_DEV_CORS_ORIGINS" List("origins"),
            "Origins that may call from a browser directly; development only.";
    }
    "Gateway: what may be written" {
        "SIDDES_PANIC_MODE" Flag,
            "Refuses writes but those of the next line, whatever the switch in the database says.";
        "SIDDES_PANIC_WRITE_ALLOWLIST" List("paths"),
            "What may be written in panic mode.";
        "SIDDES_API_WRITE_ALLOWLIST" List("paths"),
            "What may be written without a session."
            refuses "`/`, `/api`";
        "SIDDES_ACCOUNT_STATE_ENFORCE" Flag,
            "0 lets restricted accounts write; ignored in production.";
        "SIDDES_ACCOUNT_STATE_WRITE_ALLOWLIST" List("paths"),
            "What restricted accounts may write.";
        "SIDDES_PUBLIC_API_PREFIXES" List("paths"),
            "Answers that any cache may keep."
            refuses "anything but slate and health";
    }
    "Gateway: limits" {
        "SIDDES_DATA_UPLOAD_MAX_MEMORY_SIZE" Number("bytes"),
            "How large a body may be.";
        "SIDDES_MAX_INFLIGHT" Number("requests"),
            "Requests in progress at once; one more is 503.";
        "SIDDES_MAX_CONNECTIONS" Number("connections"),
            "Open connections at once; one more is answered 503 and closed.";
        "SIDDES_MAX_BUFFERED_BYTES" Number("bytes"),
            "What all bodies hold together, beyond the first 16 KiB of each; what is over is 503.";
        "SIDDES_DRAIN_SECONDS" Number("s"),
            "How long a stopping gateway still accepts, while it says that it is not ready.";
        "SIDDES_THROTTLE_<SCOPE>" Rate,
            "How often an account may use a scope; the scopes are listed below."
            default "below";
        "SIDDES_THROTTLE_<SCOPE>_ANON" Rate,
            "How often callers without a session may, by address: all of the web client is one."
            default "below";
    }
    "Quotas" {
        "SIDDES_QUOTA_<ACTION>_PER_DAY" Number("a day"),
            "How much an account may make in a day of UTC; 0 is no limit.";
        "SIDDES_DISABLE_DAILY_QUOTAS" Flag,
            "Turns all of them off.";
    }
    "Posts" {
        "SIDDES_POST_EDIT_WINDOW_PUBLIC_SEC" Number("s"),
            "How long a public post may be edited; 0 or less is never.";
        "SIDDES_POST_EDIT_WINDOW_PRIVATE_SEC" Number("s"),
            "How long any other post may be edited; 0 or less is never.";
        "SD_PUBLIC_TRUST_GATES" Flag,
            "Who writes in public needs trust: some for links, and time between posts until there is more.";
        "NEXT_PUBLIC_SD_PUBLIC_TRUST_GATES" Flag,
            "The web client's name of the same; either of the two puts the gates up.";
    }
    "Requests for a Side" {
        "SIDDES_ACCESS_REQUEST_COOLDOWN_DAYS" Number("days"),
            "How long a rejected request is not put before its owner again.";
        "SIDDES_ACCESS_REQUEST_MAX_PENDING" Number(""),
            "Requests that somebody may make in 30 days, whatever becomes of them.";
    }
    "Invites into circles" {
        "SIDDES_INVITE_TTL_DAYS" Number("days"),
            "How long an invite waits for its answer; 0 is for ever.";
        "SIDDES_INVITE_REJECT_COOLDOWN_DAYS" Number("days"),
            "How long nobody is asked again who rejected an invite into the same circle.";
    }
    "Accounts" {
        "SIDDES_MIN_AGE" Number("years"),
            "What the age gate asks for.";
        "SIDDES_SESSION_IDLE_DAYS" Number("days"),
            "A session that is unused for so long is over.";
        "SIDDES_SESSION_ABSOLUTE_DAYS" Number("days"),
            "A session is over so long after it began; not below the line above.";
        "SIDDES_RESERVED_USERNAMES" List("names"),
            "Names nobody may take, beside the built-in ones.";
        "SD_RESERVED_USERNAMES" List("names"),
            "More of them.";
        "GOOGLE_OAUTH_CLIENT_ID" List("client ids"),
            "As what Google knows the web client (its `NEXT_PUBLIC_GOOGLE_CLIENT_ID`); unset, nobody signs in by Google.";
        "APPLE_OAUTH_CLIENT_ID" List("client ids"),
            "As what Apple knows the web client; unset, nobody signs in by Apple.";
        "SIDDES_ACCOUNT_DELETE_GRACE_DAYS" Number("days"),
            "How long an operator can take the deletion of an account back; ten minutes at least.";
        "SIDDES_PUBLIC_API_BASE" Origin,
            "Where this API is reached from outside, for the links of large exports; without a scheme, https. Unset, they \
             are an operator's to hand out."
            default "none";
        "SIDDES_AUTH_HASH_CONCURRENCY" Number("hashes"),
            "Passwords that are hashed at once."
            default "all cores but one";
    }
    "Mail" {
        "SD_EMAIL_PROVIDER" Word(&["smtp", "sendgrid", "console", "none"]),
            "Who takes mails; `console` writes them into a folder, `none` drops them."
            refuses "`console`, or an unknown word";
        "SD_EMAIL_FROM" Text,
            "The address that mails come from, such as `Siddes <no-reply@example.com>`."
            refuses "missing with `smtp` or `sendgrid`, or no address";
        "SD_SMTP_HOST" Text,
            "The mail server."
            refuses "missing with `smtp`";
        "SD_SMTP_PORT" Number(""),
            "The mail server's port.";
        "SD_SMTP_USER" Text,
            "Who signs in to the mail server; only over TLS.";
        "SD_SMTP_PASSWORD" Secret,
            "With what; needs a user beside it.";
        "SD_SMTP_USE_TLS" Flag,
            "The connection is secured once it stands (STARTTLS), or not used.";
        "SD_SMTP_USE_SSL" Flag,
            "The connection is secured from the start."
            refuses "1 beside `SD_SMTP_USE_TLS`";
        "SD_SMTP_TIMEOUT" Number("s"),
            "How long the mail server may take to answer.";
        "SD_SENDGRID_API_KEY" Secret,
            "The key of SendGrid's API; needed with `sendgrid`.";
        "SIDDES_MAIL_FOLDER" Folder,
            "Where `console` writes, a file a mail; unset, nowhere."
            default "none; with `siddes up`, `mail` below its data";
    }
    "One-time tokens" {
        "SIDDES_EMAIL_VERIFY_TTL_HOURS" Number("h"),
            "How long an address may be confirmed.";
        "SIDDES_EMAIL_VERIFY_RESEND_COOLDOWN_SEC" Number("s"),
            "How soon that mail may be asked for again.";
        "SIDDES_PASSWORD_RESET_TTL_HOURS" Number("h"),
            "How long a new password may be chosen by mail.";
        "SIDDES_PASSWORD_RESET_COOLDOWN_SEC" Number("s"),
            "How soon that mail may be asked for again.";
        "SIDDES_MAGIC_LINK_TTL_MINUTES" Number("min"),
            "How long a sign-in link works.";
        "SIDDES_MAGIC_LINK_RESEND_COOLDOWN_SEC" Number("s"),
            "How soon that mail may be asked for again.";
        "SIDDES_EMAIL_CHANGE_TTL_HOURS" Number("h"),
            "How long another address may be confirmed.";
        "SIDDES_EMAIL_CHANGE_REQUIRE_PASSWORD" Flag,
            "Another address is asked for with the password.";
        "SIDDES_ACCOUNT_DELETE_TTL_HOURS" Number("h"),
            "How long the deletion of an account may be confirmed.";
    }
    "Commands" {
        "SIDDES_POSTGRES_BIN" Folder,
            "Where `initdb` and `pg_ctl` are, for `siddes up`."
            default "Debian's newest, else what is on `PATH`";
        "SIDDES_LAUNCH_STRICT" Flag,
            "`siddes check` is strict, as with `--strict`.";
    }
};
