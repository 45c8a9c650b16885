//! A client of a paginated interface that retries: what fails now and then, is slow, or asks for
//! patience.

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::io;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use coro::runtime::http::{self, Client, Request, Response};
use coro::runtime::net::TcpListener;
use coro::runtime::time::{sleep, timeout};
use coro::runtime::{block_on, spawn};

#[derive(Debug)]
enum Error {
    Http(http::Error),
    Status(u16, String),
    Slow,
    Malformed { line: usize, text: String },
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Http(error) => error.fmt(formatter),
            Error::Status(status, text) => write!(formatter, "{status}: {text}"),
            Error::Slow => formatter.write_str("no reply in time"),
            Error::Malformed { line, text } => write!(formatter, "line {line}: {text}"),
        }
    }
}

impl From<http::Error> for Error {
    fn from(error: http::Error) -> Error {
        Error::Http(error)
    }
}

impl Error {
    fn is_transient(&self) -> bool {
        match self {
            Error::Http(_) | Error::Slow => true,
            Error::Status(status, _) => *status >= 500 || *status == 429,
            Error::Malformed { .. } => false,
        }
    }
}

/// How often to try, and how long to wait in between: twice as long each time.
#[derive(Clone)]
struct Policy {
    attempts: u32,
    pause: Duration,
    patience: Duration,
}

/// Calls until it goes well, fails for good, or the attempts are used up.
#[coro::coroutine]
fn retry<T, F, A>(policy: &Policy, mut attempt: A) -> Result<T, Error>
where
    A: FnMut(u32) -> F,
    F: Future<Output = Result<T, Error>>,
{
    let mut pause = policy.pause;
    let mut number = 1;
    loop {
        let outcome = wait!(timeout(policy.patience, attempt(number))).unwrap_or(Err(Error::Slow));
        match outcome {
            Err(error) if error.is_transient() && number < policy.attempts => {
                wait!(sleep(pause));
                pause *= 2;
                number += 1;
            }
            outcome => return outcome,
        }
    }
}

#[derive(Debug, PartialEq)]
struct Item {
    id: u64,
    name: String,
}

struct Page {
    items: Vec<Item>,
    next: Option<String>,
}

fn parse_page(text: &str) -> Result<Page, Error> {
    let mut page = Page {
        items: Vec::new(),
        next: None,
    };
    for (index, line) in text.lines().enumerate() {
        let malformed = || Error::Malformed {
            line: index + 1,
            text: line.to_owned(),
        };
        match line.split_once(' ').ok_or_else(malformed)? {
            ("next", cursor) => page.next = Some(cursor.to_owned()),
            (id, name) => {
                let id = id.parse().map_err(|_| malformed())?;
                page.items.push(Item {
                    id,
                    name: name.to_owned(),
                });
            }
        }
    }
    Ok(page)
}

struct Catalogue {
    client: Client,
    base: String,
    policy: Policy,
}

impl Catalogue {
    #[coro::coroutine]
    fn fetch_page(&self, cursor: &str) -> Result<Page, Error> {
        let url = format!("{}/items?after={cursor}", self.base);
        let response = wait!(self.client.get(&url))?;
        if !response.is_success() {
            return Err(Error::Status(
                response.status(),
                response.text().into_owned(),
            ));
        }
        parse_page(&response.text())
    }

    /// Gives each item to a visitor, page by page, until that breaks.
    #[coro::coroutine]
    fn visit<B, V>(&self, mut visitor: V) -> Result<Option<B>, Error>
    where
        V: FnMut(Item) -> ControlFlow<B>,
    {
        let mut cursor = Some("0".to_owned());
        while let Some(current) = cursor.take() {
            let page = wait!(retry(&self.policy, |_| self.fetch_page(&current)))?;
            for item in page.items {
                if let ControlFlow::Break(value) = visitor(item) {
                    return Ok(Some(value));
                }
            }
            cursor = page.next;
        }
        Ok(None)
    }

    #[coro::coroutine]
    fn all(&self) -> Result<Vec<Item>, Error> {
        let mut items = Vec::new();
        wait!(self.visit(|item| {
            items.push(item);
            ControlFlow::<()>::Continue(())
        }))?;
        Ok(items)
    }

    #[coro::coroutine]
    fn find(&self, name: &str) -> Result<Option<u64>, Error> {
        wait!(self.visit(|item| {
            if item.name == name {
                return ControlFlow::Break(item.id);
            }
            ControlFlow::Continue(())
        }))
    }
}

/// What the server does with the next requests for a page, last first.
#[derive(Clone)]
enum Trouble {
    Status(u16),
    Silence,
    Garbage,
}

#[derive(Default)]
struct Script {
    troubles: HashMap<u64, Vec<Trouble>>,
    requests: Vec<u64>,
}

type Shared = Arc<Mutex<Script>>;

/// Ten items, three on a page.
#[coro::coroutine]
fn answer(script: Shared, request: Request) -> Response {
    let query = request.query().unwrap_or_default();
    let Some(Ok(after)) = query.strip_prefix("after=").map(str::parse::<u64>) else {
        return Response::plain(400, "which page?");
    };
    let trouble = {
        let mut script = script.lock().unwrap();
        script.requests.push(after);
        script.troubles.get_mut(&after).and_then(Vec::pop)
    };
    match trouble {
        None => {}
        Some(Trouble::Status(status)) => return Response::plain(status, "come back later"),
        Some(Trouble::Silence) => wait!(sleep(Duration::from_secs(3600))),
        Some(Trouble::Garbage) => return Response::plain(200, "1 one\nnonsense"),
    }
    let last = (after + 3).min(10);
    let mut text = String::new();
    for id in after + 1..=last {
        text += &format!("{id} item-{id}\n");
    }
    if last < 10 {
        text += &format!("next {last}\n");
    }
    Response::plain(200, text)
}

#[coro::coroutine]
fn launch(troubles: &[(u64, &[Trouble])]) -> io::Result<(Catalogue, Shared)> {
    let listener = wait!(TcpListener::bind(("127.0.0.1", 0)))?;
    let base = format!("http://{}", listener.local_addr()?);
    let troubles = troubles
        .iter()
        .map(|(page, troubles)| (*page, troubles.to_vec()))
        .collect();
    let script = Arc::new(Mutex::new(Script {
        troubles,
        requests: Vec::new(),
    }));
    let served = Arc::clone(&script);
    spawn(http::serve(listener, move |request| {
        answer(Arc::clone(&served), request)
    }));
    let policy = Policy {
        attempts: 3,
        pause: Duration::from_millis(1),
        patience: Duration::from_secs(2),
    };
    Ok((
        Catalogue {
            client: Client::new(),
            base,
            policy,
        },
        script,
    ))
}

fn requests(script: &Shared) -> Vec<u64> {
    script.lock().unwrap().requests.clone()
}

#[test]
fn all_pages_in_spite_of_troubles() {
    #[coro::coroutine]
    fn run() -> Result<(), Error> {
        use Trouble::{Silence, Status};
        let (catalogue, script) = wait!(launch(&[
            (0, &[Status(503)][..]),
            (3, &[Silence, Status(429)]),
            (9, &[Status(500)]),
        ]))
        .expect("the loopback works");
        let items = wait!(catalogue.all())?;
        let ids: Vec<u64> = items.iter().map(|item| item.id).collect();
        assert_eq!(ids, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
        assert_eq!(
            items[9],
            Item {
                id: 10,
                name: "item-10".to_owned()
            }
        );
        assert_eq!(requests(&script), [0, 0, 3, 3, 3, 6, 9, 9]);
        Ok(())
    }
    block_on(run()).unwrap();
}

#[test]
fn a_visit_ends_where_it_finds() {
    #[coro::coroutine]
    fn run() -> Result<(), Error> {
        let (catalogue, script) = wait!(launch(&[])).expect("the loopback works");
        assert_eq!(wait!(catalogue.find("item-5"))?, Some(5));
        assert_eq!(requests(&script), [0, 3]);
        assert_eq!(wait!(catalogue.find("item-11"))?, None);
        assert_eq!(requests(&script), [0, 3, 0, 3, 6, 9]);
        Ok(())
    }
    block_on(run()).unwrap();
}

#[test]
fn what_fails_for_good_is_not_retried() {
    #[coro::coroutine]
    fn run() -> io::Result<()> {
        use Trouble::{Garbage, Status};
        for (troubles, expected, count) in [
            (vec![Status(404)], "404: come back later", 1),
            (vec![Garbage], "line 2: nonsense", 1),
            (vec![Status(503); 3], "503: come back later", 3),
        ] {
            let (catalogue, script) = wait!(launch(&[(3, &troubles[..])]))?;
            let error = wait!(catalogue.all()).expect_err("the second page has troubles");
            assert_eq!(error.to_string(), expected);
            assert_eq!(requests(&script).len(), 1 + count);
        }
        Ok(())
    }
    block_on(run()).unwrap();
}
