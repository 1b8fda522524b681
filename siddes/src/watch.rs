//! What watches a process: the health of its services, its metrics, and the private port that tells of both. It begins
//! when everything serves and ends when everything else has ended.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use gateway::{Build, Gateway};
use platform::{
    telemetry::metrics::{self, table},
    vitals::Vitals,
};
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::private_port::{self, Health};

/// The watch over one process.
#[derive(Default)]
pub struct Watch {
    services: Vec<Arc<Vitals>>,
    gateway: Option<Gateway>,
    draining: Arc<AtomicBool>,
    until: CancellationToken,
    tasks: TaskTracker,
}

impl Watch {
    /// Asks the service's database for the first time, and remembers to go on.
    pub async fn service(&mut self, vitals: Vitals) -> Arc<Vitals> {
        let vitals = Arc::new(vitals);
        vitals.refresh().await;
        self.services.push(Arc::clone(&vitals));
        vitals
    }

    pub fn gateway(&mut self, gateway: Gateway) {
        self.gateway = Some(gateway);
    }

    /// Begins; gives the address of the private port, if there is one.
    pub fn start(&self, build: &Build, port: Option<TcpListener>) -> Option<SocketAddr> {
        table::BUILD_INFO.with([build.version.clone().into(), build.sha.clone().into()]).set(1.0);
        self.spawn(metrics::fold());
        for vitals in &self.services {
            self.spawn(Arc::clone(vitals).follow());
        }
        let address = port.as_ref().and_then(|port| port.local_addr().ok());
        if let Some(port) = port {
            let health = Health {
                build: build.clone(),
                services: self.services.clone(),
                gateway: self.gateway.clone(),
                draining: Arc::clone(&self.draining),
            };
            self.tasks.spawn(private_port::serve(port, Arc::new(health), self.until.clone()));
        }
        self.tasks.close();
        address
    }

    /// Asks every database now, as the background does every two seconds.
    pub async fn ask(&self) {
        for vitals in &self.services {
            vitals.refresh().await;
        }
    }

    fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let until = self.until.clone();
        self.tasks.spawn(async move {
            until.run_until_cancelled_owned(work).await;
        });
    }

    /// The process is being stopped: it is ready no more.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    pub async fn stop(self) {
        self.until.cancel();
        self.tasks.wait().await;
    }
}
