//! Access is declared in the `.proto` beside each rpc, and read here: one guard stands before every service.

use std::{collections::HashMap, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use futures::FutureExt;
use http::{HeaderMap, HeaderValue};
use prost_reflect::{DescriptorPool, DynamicMessage, Value};
use proto::access::v1::Access;
use tonic::Status;

use crate::{
    call::Call,
    clock::Clock,
    grpc::{
        header,
        measure::{self, Measured},
    },
    identity::{Caller, ServiceVerifier, ViewerVerifier},
    role::Role,
    telemetry::traces::Place,
};

/// What one rpc declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub access: Access,
    pub callers: Vec<Role>,
}

/// A declaration that is missing or makes no sense: the service refuses to start.
#[derive(Debug, thiserror::Error)]
pub enum BadDeclaration {
    #[error("the descriptor set cannot be read: {0}")]
    Descriptor(#[from] prost_reflect::DescriptorError),
    #[error("{0} declares no access")]
    Undeclared(String),
    #[error("{0} must name its callers if, and only if, its access is service")]
    Callers(String),
}

/// Every rpc of `package` (for example `siddes.auth.`), by its gRPC path.
///
/// # Errors
/// [`BadDeclaration`].
pub fn rules(package: &str) -> Result<HashMap<String, Rule>, BadDeclaration> {
    let pool = DescriptorPool::decode(proto::DESCRIPTOR_SET)?;
    let access = pool.get_extension_by_name("siddes.access.v1.access");
    let callers = pool.get_extension_by_name("siddes.access.v1.callers");
    let mut rules = HashMap::new();
    for service in pool.services().filter(|service| service.full_name().starts_with(package)) {
        for method in service.methods() {
            let path = format!("/{}/{}", service.full_name(), method.name());
            let options = method.options();
            let declared = access.as_ref().and_then(|access| number(&options, access));
            let rule = Rule {
                access: declared.and_then(|number| Access::try_from(number).ok()).unwrap_or_default(),
                callers: callers.as_ref().map(|callers| names(&options, callers)).unwrap_or_default(),
            };
            match rule.access {
                Access::Unspecified => return Err(BadDeclaration::Undeclared(path)),
                access if (access == Access::Service) == rule.callers.is_empty() => {
                    return Err(BadDeclaration::Callers(path));
                }
                _ => {}
            }
            rules.insert(path, rule);
        }
    }
    Ok(rules)
}

fn number(options: &DynamicMessage, field: &prost_reflect::ExtensionDescriptor) -> Option<i32> {
    options.get_extension(field).as_enum_number()
}

fn names(options: &DynamicMessage, field: &prost_reflect::ExtensionDescriptor) -> Vec<Role> {
    let list = options.get_extension(field);
    let values = list.as_list().unwrap_or_default();
    values.iter().filter_map(Value::as_str).filter_map(|name| name.parse().ok()).collect()
}

/// Everything the guard of one service decides by.
pub(crate) struct Guard {
    pub role: Role,
    pub rules: HashMap<String, Rule>,
    pub services: ServiceVerifier,
    pub viewers: ViewerVerifier,
    pub clock: Clock,
}

const DEFAULT_DEADLINE: Duration = Duration::from_secs(4);

/// Stands before every rpc: identity, access, deadline, statement count, and a panic that stays inside.
pub(crate) async fn guard(State(guard): State<Arc<Guard>>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let Some(rule) = guard.rules.get(&path) else {
        // Health and reflection, and what tonic answers `unimplemented`.
        return next.run(request).await;
    };
    let mut measured = Measured::server(guard.role, &path);
    let response = match guard.admit(rule, request.headers()) {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            let place = measured.admitted(&path, request.headers());
            work(request, place, next).await
        }
        Err(status) => status.into_http(),
    };
    measured.answered(measure::code(response.headers()));
    response
}

/// Answers within the deadline that the caller gave, and ends with it.
async fn work(request: Request, place: Option<Place>, next: Next) -> Response {
    let within = header::timeout(request.headers()).unwrap_or(DEFAULT_DEADLINE);
    let request_id = header::text(request.headers(), header::REQUEST_ID).unwrap_or_default().to_owned();
    let call = Call::new(request_id, within).traced(place);
    let deadline = tokio::time::Instant::from_std(call.deadline);
    let work = AssertUnwindSafe(call.scope(next.run(request))).catch_unwind();
    let mut response = match tokio::time::timeout_at(deadline, work).await {
        Ok(Ok(response)) => response,
        Ok(Err(_panic)) => Status::internal("internal").into_http(),
        Err(_late) => Status::deadline_exceeded("deadline").into_http(),
    };
    response.headers_mut().insert(header::STATEMENTS, HeaderValue::from(call.statements()));
    response
}

impl Guard {
    fn admit(&self, rule: &Rule, headers: &HeaderMap) -> Result<Caller, Status> {
        let now = self.clock.now();
        let service = header::text(headers, header::SERVICE_TOKEN)
            .and_then(|token| self.services.verify(token, now))
            .ok_or_else(|| Status::unauthenticated("no service"))?;
        let viewer = match header::text(headers, header::VIEWER_TOKEN) {
            Some(token) => {
                let viewer = self.viewers.verify(token, now);
                Some(viewer.ok_or_else(|| Status::unauthenticated("viewer token"))?)
            }
            None => None,
        };
        let admitted = match rule.access {
            Access::Unspecified => false,
            Access::Service => rule.callers.contains(&service),
            _ if service != Role::Gateway => false,
            Access::Viewer if viewer.is_none() => return Err(Status::unauthenticated("no viewer")),
            Access::Anonymous | Access::Viewer => true,
            Access::Staff => viewer.as_ref().is_some_and(|viewer| viewer.person.staff),
        };
        if !admitted {
            return Err(Status::permission_denied("not for this caller"));
        }
        Ok(Caller { service, viewer })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rpc_declares_its_access() {
        let rules = rules("siddes.").expect("all declared");
        let accounts = &rules["/siddes.auth.v1.Directory/Accounts"];
        assert_eq!(accounts.access, Access::Service);
        assert_eq!(accounts.callers, [Role::Social, Role::Safety]);
        assert_eq!(rules["/siddes.social.v1.Feed/List"].access, Access::Anonymous);
    }
}
