//! A bounded channel whose full queue holds its senders back, and pipelines that are cut short.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::mem;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use coro::runtime::time::sleep;
use coro::runtime::{JoinHandle, block_on, spawn, yield_now};

struct State<T> {
    queue: VecDeque<T>,
    capacity: usize,
    senders: usize,
    is_received: bool,
    most: usize,
    blocked: Vec<Waker>,
    starved: Option<Waker>,
}

struct Sender<T>(Arc<Mutex<State<T>>>);
struct Receiver<T>(Arc<Mutex<State<T>>>);

#[derive(Debug, PartialEq)]
struct Closed<T>(T);

fn channel<T>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    assert!(capacity > 0);
    let state = Arc::new(Mutex::new(State {
        queue: VecDeque::new(),
        capacity,
        senders: 1,
        is_received: true,
        most: 0,
        blocked: Vec::new(),
        starved: None,
    }));
    (Sender(Arc::clone(&state)), Receiver(state))
}

impl<T> Sender<T> {
    #[coro::coroutine]
    async fn send(&self, item: T) -> Result<(), Closed<T>> {
        let mut item = Some(item);
        poll_fn(|context| {
            let mut state = self.0.lock().unwrap();
            if !state.is_received {
                return Poll::Ready(Err(Closed(item.take().expect("polled after the end"))));
            }
            if state.queue.len() == state.capacity {
                state.blocked.push(context.waker().clone());
                return Poll::Pending;
            }
            state.queue.extend(item.take());
            state.most = state.most.max(state.queue.len());
            if let Some(receiver) = state.starved.take() {
                receiver.wake();
            }
            Poll::Ready(Ok(()))
        })
        .await
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Sender<T> {
        self.0.lock().unwrap().senders += 1;
        Sender(Arc::clone(&self.0))
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        let mut state = self.0.lock().unwrap();
        state.senders -= 1;
        if state.senders == 0
            && let Some(receiver) = state.starved.take()
        {
            receiver.wake();
        }
    }
}

impl<T> Receiver<T> {
    fn poll_receive(&mut self, context: &mut Context<'_>) -> Poll<Option<T>> {
        let mut state = self.0.lock().unwrap();
        if let Some(item) = state.queue.pop_front() {
            mem::take(&mut state.blocked)
                .into_iter()
                .for_each(Waker::wake);
            return Poll::Ready(Some(item));
        }
        if state.senders == 0 {
            return Poll::Ready(None);
        }
        state.starved = Some(context.waker().clone());
        Poll::Pending
    }

    #[coro::coroutine]
    async fn receive(&mut self) -> Option<T> {
        poll_fn(|context| self.poll_receive(context)).await
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        let mut state = self.0.lock().unwrap();
        state.is_received = false;
        state.queue.clear();
        mem::take(&mut state.blocked)
            .into_iter()
            .for_each(Waker::wake);
    }
}

/// Whichever of two is ready first; the other is dropped.
enum Either<A, B> {
    Left(A),
    Right(B),
}

#[coro::coroutine]
async fn race<A: Future, B: Future>(left: A, right: B) -> Either<A::Output, B::Output> {
    let mut left = pin!(left);
    let mut right = pin!(right);
    poll_fn(|context| match left.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Either::Left(output)),
        Poll::Pending => right.as_mut().poll(context).map(Either::Right),
    })
    .await
}

#[coro::coroutine]
async fn produce<T, I>(items: I, sender: Sender<T>) -> Result<usize, Closed<T>>
where
    I: IntoIterator<Item = T>,
{
    let mut count = 0;
    for item in items {
        sender.send(item).await?;
        count += 1;
    }
    Ok(count)
}

/// A stage: everything that comes is changed and passed on.
fn map<T, U, F>(
    mut input: Receiver<T>,
    capacity: usize,
    change: F,
) -> (JoinHandle<usize>, Receiver<U>)
where
    T: Send + 'static,
    U: Send + 'static,
    F: Fn(T) -> Option<U> + Send + 'static,
{
    let (sender, output) = channel(capacity);
    let task = spawn(async move {
        let mut count = 0;
        while let Some(item) = input.receive().await {
            let Some(changed) = change(item) else {
                continue;
            };
            if sender.send(changed).await.is_err() {
                break;
            }
            count += 1;
        }
        count
    });
    (task, output)
}

#[coro::coroutine]
async fn collect<T>(mut receiver: Receiver<T>) -> Vec<T> {
    let mut items = vec![];
    while let Some(item) = receiver.receive().await {
        items.push(item);
    }
    items
}

/// Counts those of its kind that are alive.
#[derive(Debug)]
struct Token(Arc<AtomicUsize>);

impl Token {
    fn new(count: &Arc<AtomicUsize>) -> Token {
        count.fetch_add(1, SeqCst);
        Token(Arc::clone(count))
    }
}

impl Drop for Token {
    fn drop(&mut self) {
        self.0.fetch_sub(1, SeqCst);
    }
}

#[test]
fn a_pipeline_keeps_the_order_and_the_bounds() {
    #[coro::coroutine]
    async fn run() {
        let (sender, receiver) = channel(4);
        let watched = Arc::clone(&receiver.0);
        let producer = spawn(produce(0..1000_u32, sender));
        let (even, receiver) = map(receiver, 2, |n| (n % 2 == 0).then_some(n));
        let (named, receiver) = map(receiver, 1, |n| Some(n.to_string()));
        let items = collect(receiver).await;
        assert_eq!(items.len(), 500);
        assert!(
            items
                .iter()
                .zip((0..).step_by(2))
                .all(|(text, n): (_, u32)| *text == n.to_string())
        );
        assert_eq!(producer.await.unwrap(), Ok(1000));
        assert_eq!((even.await.unwrap(), named.await.unwrap()), (500, 500));
        assert_eq!(watched.lock().unwrap().most, 4);
    }
    block_on(run());
}

#[test]
fn many_senders_and_a_receiver_that_leaves() {
    #[coro::coroutine]
    async fn run() {
        let alive = Arc::new(AtomicUsize::new(0));
        let (sender, mut receiver) = channel(3);
        let mut tasks = Vec::new();
        for _ in 0..5 {
            let tokens: Vec<_> = (0..10).map(|_| Token::new(&alive)).collect();
            tasks.push(spawn(produce(tokens, sender.clone())));
        }
        drop(sender);
        assert_eq!(alive.load(SeqCst), 50);
        for received in 1..=20 {
            assert!(receiver.receive().await.is_some());
            assert_eq!(alive.load(SeqCst), 50 - received);
        }
        drop(receiver);
        let mut refused = 0;
        for task in tasks {
            match task.await.expect("no task panics") {
                Ok(count) => assert_eq!(count, 10),
                Err(Closed(token)) => {
                    drop(token);
                    refused += 1;
                }
            }
        }
        assert!(
            refused > 0,
            "25 items were neither received nor in the queue"
        );
        assert_eq!(alive.load(SeqCst), 0);
    }
    block_on(run());
}

#[test]
fn a_cancelled_sender_sends_nothing() {
    #[coro::coroutine]
    async fn run() {
        let alive = Arc::new(AtomicUsize::new(0));
        let (sender, mut receiver) = channel(1);
        sender.send(Token::new(&alive)).await.unwrap();
        let blocked = spawn(produce(
            vec![Token::new(&alive), Token::new(&alive)],
            sender.clone(),
        ));
        yield_now().await;
        assert!(!blocked.is_finished());
        blocked.abort();
        assert!(blocked.await.is_err_and(|error| error.is_cancelled()));
        assert_eq!(alive.load(SeqCst), 1, "what was on its way is dropped");
        drop(receiver.receive().await);
        drop(sender);
        assert!(receiver.receive().await.is_none());
    }
    block_on(run());
}

#[test]
fn a_race_drops_the_loser_and_loses_no_item() {
    #[coro::coroutine]
    async fn hesitate(sender: Sender<u32>) {
        for item in 0..20 {
            for _ in 0..3 {
                yield_now().await;
            }
            sender.send(item).await.expect("the receiver stays");
        }
    }

    #[coro::coroutine]
    async fn run() {
        let (sender, mut receiver) = channel(2);
        let producer: Pin<Box<dyn Future<Output = ()> + Send>> = Box::pin(hesitate(sender));
        let producer = spawn(producer);
        let (mut items, mut interruptions) = (Vec::new(), 0);
        loop {
            match race(receiver.receive(), yield_now()).await {
                Either::Left(Some(item)) => items.push(item),
                Either::Left(None) => break,
                Either::Right(()) => interruptions += 1,
            }
        }
        producer.await.unwrap();
        assert_eq!(items, Vec::from_iter(0..20));
        assert!(interruptions >= 20, "{interruptions}");
        let patience = race(
            std::future::pending::<()>(),
            sleep(Duration::from_millis(1)),
        );
        assert!(matches!(patience.await, Either::Right(())));
    }
    block_on(run());
}
