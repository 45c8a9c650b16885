//! A pool of connections: reused while they are well, given back by a guard, waited for in turn.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::ops::{Deref, DerefMut};
use std::rc::Rc;
use std::task::{Poll, Waker};
use std::time::Duration;

use coro::runtime::net::{TcpListener, TcpStream};
use coro::runtime::time::timeout;
use coro::runtime::{block_on, join_all, spawn_local, yield_now};

/// What a pool makes, and how it tells whether one can be used again.
trait Manager {
    type Connection;

    #[coro::coroutine]
    fn connect(&self) -> io::Result<Self::Connection>;

    #[coro::coroutine]
    fn is_healthy(&self, connection: &mut Self::Connection) -> bool;
}

struct Pool<M: Manager> {
    shared: Rc<Shared<M>>,
}

struct Shared<M: Manager> {
    manager: M,
    idle: RefCell<Vec<M::Connection>>,
    waiting: RefCell<VecDeque<Waker>>,
    free: Cell<usize>,
}

impl<M: Manager> Clone for Pool<M> {
    fn clone(&self) -> Self {
        Pool {
            shared: Rc::clone(&self.shared),
        }
    }
}

/// A connection on loan; it goes back when this is dropped.
struct Loan<M: Manager> {
    connection: Option<M::Connection>,
    shared: Rc<Shared<M>>,
}

impl<M: Manager> Pool<M> {
    fn new(manager: M, size: usize) -> Self {
        let shared = Shared {
            manager,
            idle: RefCell::default(),
            waiting: RefCell::default(),
            free: Cell::new(size),
        };
        Pool {
            shared: Rc::new(shared),
        }
    }

    #[coro::coroutine]
    fn get(&self) -> io::Result<Loan<M>> {
        let shared = &self.shared;
        wait!(poll_fn(|context| {
            if shared.free.get() > 0 {
                shared.free.set(shared.free.get() - 1);
                return Poll::Ready(());
            }
            shared
                .waiting
                .borrow_mut()
                .push_back(context.waker().clone());
            Poll::Pending
        }));
        // From here on the place is given back, whatever happens.
        let mut loan = Loan {
            connection: None,
            shared: Rc::clone(shared),
        };
        loop {
            let idle = shared.idle.borrow_mut().pop();
            let Some(mut connection) = idle else { break };
            if wait!(shared.manager.is_healthy(&mut connection)) {
                loan.connection = Some(connection);
                return Ok(loan);
            }
        }
        loan.connection = Some(wait!(shared.manager.connect())?);
        Ok(loan)
    }

    #[coro::coroutine]
    fn with<T, F>(&self, patience: Duration, work: impl FnOnce(Loan<M>) -> F) -> io::Result<T>
    where
        F: Future<Output = io::Result<T>>,
    {
        let loan = match wait!(timeout(patience, self.get())) {
            Ok(loan) => loan?,
            Err(elapsed) => return Err(io::Error::new(ErrorKind::TimedOut, elapsed)),
        };
        wait!(work(loan))
    }
}

impl<M: Manager> Loan<M> {
    /// Closes the connection rather than give it back.
    fn discard(mut self) {
        self.connection = None;
    }
}

impl<M: Manager> Drop for Loan<M> {
    fn drop(&mut self) {
        self.shared.idle.borrow_mut().extend(self.connection.take());
        self.shared.free.set(self.shared.free.get() + 1);
        if let Some(next) = self.shared.waiting.borrow_mut().pop_front() {
            next.wake();
        }
    }
}

impl<M: Manager> Deref for Loan<M> {
    type Target = M::Connection;

    fn deref(&self) -> &Self::Target {
        self.connection.as_ref().expect("it is there until the end")
    }
}

impl<M: Manager> DerefMut for Loan<M> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        self.connection.as_mut().expect("it is there until the end")
    }
}

/// A session with a server that doubles numbers.
struct Session {
    stream: TcpStream,
    is_broken: bool,
}

impl Session {
    #[coro::coroutine]
    async fn double(&mut self, number: u32) -> io::Result<u32> {
        let mut reply = [0; 4];
        let outcome = async {
            self.stream.write_all(&number.to_be_bytes()).await?;
            self.stream.read_exact(&mut reply).await
        };
        if let Err(error) = outcome.await {
            self.is_broken = true;
            return Err(error);
        }
        Ok(u32::from_be_bytes(reply))
    }
}

struct Doubling {
    address: SocketAddr,
    connects: Rc<Cell<usize>>,
}

impl Manager for Doubling {
    type Connection = Session;

    #[coro::coroutine]
    async fn connect(&self) -> io::Result<Session> {
        self.connects.set(self.connects.get() + 1);
        let stream = TcpStream::connect(self.address).await?;
        Ok(Session {
            stream,
            is_broken: false,
        })
    }

    #[coro::coroutine]
    async fn is_healthy(&self, session: &mut Session) -> bool {
        !session.is_broken && matches!(session.double(1).await, Ok(2))
    }
}

/// Doubles numbers, and hangs up on the number 13.
#[coro::coroutine]
fn answer(stream: TcpStream) -> io::Result<()> {
    let mut number = [0; 4];
    loop {
        wait!(stream.read_exact(&mut number))?;
        match u32::from_be_bytes(number) {
            13 => return Ok(()),
            number => wait!(stream.write_all(&(2 * number).to_be_bytes()))?,
        }
    }
}

#[coro::coroutine]
fn serve(listener: TcpListener) -> io::Result<()> {
    loop {
        let (stream, _) = wait!(listener.accept())?;
        spawn_local(answer(stream));
    }
}

#[coro::coroutine]
fn launch(size: usize) -> io::Result<(Pool<Doubling>, Rc<Cell<usize>>)> {
    let listener = wait!(TcpListener::bind("127.0.0.1:0"))?;
    let connects = Rc::new(Cell::new(0));
    let manager = Doubling {
        address: listener.local_addr()?,
        connects: connects.clone(),
    };
    spawn_local(serve(listener));
    Ok((Pool::new(manager, size), connects))
}

#[test]
fn connections_are_reused_and_bounded() {
    #[coro::coroutine]
    fn run() -> io::Result<()> {
        let (pool, connects) = wait!(launch(3))?;
        let lent = Cell::new(0_usize);
        let results = wait!(join_all((0..30).map(|number| {
            let (pool, lent) = (pool.clone(), &lent);
            async move {
                let mut session = pool.get().await?;
                lent.set(lent.get() + 1);
                assert!(lent.get() <= 3);
                let doubled = session.double(number).await;
                lent.set(lent.get() - 1);
                doubled
            }
        })));
        let (right, wrong): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
        assert_eq!(wrong.len(), 1, "13 is unlucky");
        let doubled: Vec<u32> = right.into_iter().flatten().collect();
        assert!(
            doubled.iter().eq((0..30)
                .filter(|n| *n != 13)
                .map(|n| 2 * n)
                .collect::<Vec<_>>()
                .iter())
        );
        assert_eq!(connects.get(), 4, "three, and one for that which broke");
        Ok(())
    }
    block_on(run()).unwrap();
}

#[test]
fn a_loan_that_is_cancelled_or_discarded_frees_its_place() {
    #[coro::coroutine]
    async fn run() -> io::Result<()> {
        let (pool, connects) = launch(1).await?;
        let first = pool.get().await?;
        let patient = spawn_local({
            let pool = pool.clone();
            async move { pool.get().await?.double(4).await }
        });
        yield_now().await;
        let outcome = pool
            .with(Duration::from_millis(2), async |mut loan| {
                loan.double(3).await
            })
            .await;
        assert_eq!(outcome.unwrap_err().kind(), ErrorKind::TimedOut);
        assert!(!patient.is_finished());
        first.discard();
        assert_eq!(patient.await.unwrap()?, 8);
        assert_eq!(connects.get(), 2);
        let outcome = pool
            .with(Duration::from_secs(10), async |mut loan| {
                loan.double(3).await
            })
            .await;
        assert_eq!((outcome?, connects.get()), (6, 2));
        Ok(())
    }
    block_on(run()).unwrap();
}
