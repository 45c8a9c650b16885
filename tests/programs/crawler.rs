//! A crawler that visits each page once, with so many requests at a time and so many in a period.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::future::poll_fn;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Poll, Waker};
use std::time::{Duration, Instant};

use coro::runtime::http::{self, Client, Request, Response};
use coro::runtime::net::TcpListener;
use coro::runtime::time::{sleep, sleep_until};
use coro::runtime::{block_on, spawn, spawn_local};

/// Hands out permits, first come first served.
struct Semaphore {
    inner: Mutex<Permits>,
}

struct Permits {
    free: usize,
    waiting: VecDeque<Waker>,
}

impl Semaphore {
    fn new(free: usize) -> Arc<Self> {
        let inner = Mutex::new(Permits {
            free,
            waiting: VecDeque::new(),
        });
        Arc::new(Self { inner })
    }

    #[coro::coroutine]
    fn acquire(self: &Arc<Self>) -> Permit {
        wait!(poll_fn(|context| {
            let mut permits = self.inner.lock().unwrap();
            match permits.free.checked_sub(1) {
                Some(rest) => {
                    permits.free = rest;
                    Poll::Ready(())
                }
                None => {
                    permits.waiting.push_back(context.waker().clone());
                    Poll::Pending
                }
            }
        }));
        Permit {
            semaphore: self.clone(),
        }
    }
}

struct Permit {
    semaphore: Arc<Semaphore>,
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut permits = self.semaphore.inner.lock().unwrap();
        permits.free += 1;
        if let Some(next) = permits.waiting.pop_front() {
            next.wake();
        }
    }
}

/// Lets one pass each period.
struct RateLimit {
    period: Duration,
    next: Mutex<Instant>,
}

impl RateLimit {
    fn new(period: Duration) -> RateLimit {
        RateLimit {
            period,
            next: Mutex::new(Instant::now()),
        }
    }

    /// Waits for its turn, and tells when that was.
    #[coro::coroutine]
    async fn pass(&self) -> Instant {
        let turn = {
            let mut next = self.next.lock().unwrap();
            let turn = (*next).max(Instant::now());
            *next = turn + self.period;
            turn
        };
        sleep_until(turn).await;
        turn
    }
}

#[derive(Debug, PartialEq)]
enum Visit {
    Page { links: usize },
    Missing(u16),
}

#[derive(Default)]
struct Progress {
    seen: BTreeSet<String>,
    visits: BTreeMap<String, Visit>,
    turns: Vec<Instant>,
    unfinished: usize,
    finished: Option<Waker>,
}

struct Crawler {
    base: String,
    client: Client,
    permits: Arc<Semaphore>,
    rate: RateLimit,
    most_pages: usize,
    progress: Mutex<Progress>,
}

impl Crawler {
    fn new(base: &str, at_once: usize, period: Duration, most_pages: usize) -> Arc<Crawler> {
        Arc::new(Crawler {
            base: base.to_owned(),
            client: Client::new().timeout(Duration::from_secs(20)),
            permits: Semaphore::new(at_once),
            rate: RateLimit::new(period),
            most_pages,
            progress: Mutex::default(),
        })
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap()
    }

    /// Starts a task for a page that nobody has seen.
    fn enqueue(self: &Arc<Self>, path: &str) {
        let mut progress = self.progress();
        if progress.seen.len() == self.most_pages || !progress.seen.insert(path.to_owned()) {
            return;
        }
        progress.unfinished += 1;
        drop(progress);
        let (crawler, path) = (Arc::clone(self), path.to_owned());
        spawn(async move {
            if let Err(error) = crawler.visit(&path).await {
                eprintln!("{path}: {error}");
            }
            let mut progress = crawler.progress();
            progress.unfinished -= 1;
            if progress.unfinished == 0 {
                progress.finished.take().into_iter().for_each(Waker::wake);
            }
        });
    }

    #[coro::coroutine]
    async fn visit(self: &Arc<Self>, path: &str) -> Result<(), http::Error> {
        let permit = self.permits.acquire().await;
        let turn = self.rate.pass().await;
        self.progress().turns.push(turn);
        let response = self.client.get(&[&self.base, path].concat()).await?;
        drop(permit);
        let visit = if response.is_success() {
            let text = response.text();
            let links = text
                .split("href=\"")
                .skip(1)
                .filter_map(|rest| rest.split('"').next());
            let mut count = 0;
            for link in links {
                self.enqueue(link);
                count += 1;
            }
            Visit::Page { links: count }
        } else {
            Visit::Missing(response.status())
        };
        self.progress().visits.insert(path.to_owned(), visit);
        Ok(())
    }

    #[coro::coroutine]
    fn run(self: Arc<Self>, start: &str) -> BTreeMap<String, Visit> {
        self.enqueue(start);
        wait!(poll_fn(|context| {
            let mut progress = self.progress();
            if progress.unfinished == 0 {
                return Poll::Ready(());
            }
            progress.finished = Some(context.waker().clone());
            Poll::Pending
        }));
        std::mem::take(&mut self.progress().visits)
    }
}

/// How many requests are answered now, and how many were at most.
#[derive(Default)]
struct Load {
    now: usize,
    most: usize,
    paths: Vec<String>,
}

/// A site: page `n` links to `2n`, `2n + 1` and back to `n / 2`; one link is dead.
#[coro::coroutine]
fn page(load: Arc<Mutex<Load>>, request: Request) -> Response {
    {
        let mut load = load.lock().unwrap();
        load.now += 1;
        load.most = load.most.max(load.now);
        load.paths.push(request.path().to_owned());
    }
    wait!(sleep(Duration::from_millis(3)));
    let response = match request.path().trim_start_matches('/').parse::<u32>() {
        Ok(number @ 0..32) => {
            let links = [2 * number, 2 * number + 1, number / 2];
            let links = links.map(|link| format!("<a href=\"/{link}\">"));
            Response::new(200)
                .header("content-type", "text/html")
                .with_body(links.join("\n"))
        }
        Ok(32..) => Response::plain(200, "a leaf"),
        Err(_) => Response::plain(404, "no such page"),
    };
    load.lock().unwrap().now -= 1;
    response
}

#[coro::coroutine]
fn launch() -> io::Result<(String, Arc<Mutex<Load>>)> {
    let listener = wait!(TcpListener::bind("127.0.0.1:0"))?;
    let base = format!("http://{}", listener.local_addr()?);
    let load = Arc::new(Mutex::new(Load::default()));
    let handler = {
        let load = Arc::clone(&load);
        move |request| page(Arc::clone(&load), request)
    };
    spawn_local(http::serve(listener, handler));
    Ok((base, load))
}

#[test]
fn each_page_once_and_not_too_many_at_a_time() {
    #[coro::coroutine]
    fn run() -> io::Result<()> {
        let (base, load) = wait!(launch())?;
        let crawler = Crawler::new(&base, 5, Duration::ZERO, usize::MAX);
        let visits = wait!(crawler.run("/1"));
        let load = load.lock().unwrap();
        assert_eq!(visits.len(), 64);
        assert!(
            visits
                .iter()
                .all(|(path, visit)| match path[1..].parse::<u32>() {
                    Ok(0..32) => *visit == Visit::Page { links: 3 },
                    _ => *visit == Visit::Page { links: 0 },
                })
        );
        let paths: BTreeSet<&String> = load.paths.iter().collect();
        assert_eq!((paths.len(), load.paths.len()), (64, 64));
        assert!(
            (2..=5).contains(&load.most),
            "{} requests at a time",
            load.most
        );
        Ok(())
    }
    block_on(run()).unwrap();
}

#[test]
fn requests_keep_their_distance() {
    #[coro::coroutine]
    async fn run() -> io::Result<()> {
        let (base, load) = launch().await?;
        let period = Duration::from_millis(4);
        let crawler = Crawler::new(&base, 8, period, 12);
        let visits = Arc::clone(&crawler).run("/2").await;
        assert_eq!((visits.len(), load.lock().unwrap().paths.len()), (12, 12));
        let mut turns = crawler.progress().turns.clone();
        turns.sort();
        assert!(turns.windows(2).all(|pair| pair[1] - pair[0] >= period));
        Ok(())
    }
    block_on(run()).unwrap();
}

#[test]
fn a_dead_link_is_a_visit() {
    let (visits, seen) = block_on(async {
        let (base, _) = launch().await.unwrap();
        let crawler = Crawler::new(&base, 1, Duration::ZERO, 10);
        let visits = crawler.clone().run("/nowhere").await;
        let seen = crawler.progress().seen.len();
        (visits, seen)
    });
    assert_eq!(
        visits,
        BTreeMap::from([("/nowhere".to_owned(), Visit::Missing(404))])
    );
    assert_eq!(seen, 1);
}
