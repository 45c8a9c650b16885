//! `#[coro::coroutine(direct = name)]`: one source as a coroutine, on a thread and on a fiber.
//!
//! `same!` runs bodies in direct style wherever it can; those here have a bit of everything.
mod common;
use common::*;

use coro::runtime::fiber::{direct, spawn_fiber};
use coro::runtime::net::{TcpListener, TcpStream};
use coro::runtime::{Runtime, block_on, spawn, spawn_blocking, spawn_local, yield_now};
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::mpsc;
use std::task::{Poll, Waker};
use std::thread;

same! {
    mod locals_and_temporaries;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let _first = log.drop_of("first");
        let sum = log.drop_of("temporary").wait().await.look() + {
            let _inner = log.drop_of("inner");
            log.pend(2, 1).await
        };
        let _ = log.drop_of("dropped at once").wait_own().await;
        let _last = log.drop_of("last");
        sum
    }
}

same! {
    mod early_exits;
    #[coro::coroutine]
    async fn body(log: &Log) -> Result<usize, Noisy> {
        let mut source = log.source(&["one", "two"]);
        let mut total = 0;
        loop {
            let mut buffer = [0; 4];
            let held = log.drop_of("held");
            let read = source.read(&mut buffer).await?;
            if log.pend(1, read == 0).await {
                return Ok(total);
            }
            total += held.look() + read;
        }
    }
}

same! {
    mod choices_and_loops;
    #[coro::coroutine]
    async fn body(log: &Log) -> String {
        let mut text = String::new();
        let names = log.list(&["a", "b", "c", "d"]);
        'names: for name in names {
            match name.name() {
                "a" => continue,
                "b" if log.pend(1, true).await => text.push('b'),
                _ => {}
            }
            let Some(found) = log.pend(1, Some(name)).await else {
                break;
            };
            while log.pend(1, text.len() < 3).await {
                text.push_str(found.name());
            }
            if found.name() == "c" {
                break 'names;
            }
        }
        text
    }
}

same! {
    mod borrows_across_suspensions;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut list = log.list(&["a"]);
        log.push(1, &mut list, log.drop_of("b")).await.change("!");
        let last = list.last();
        log.pend(1, ()).await;
        let mut buffer = [0; 3];
        let filled = log.fill(1, &mut buffer).await;
        filled + last.map_or(0, Noisy::look)
    }
}

same! {
    mod closures_macros_and_items;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        use std::fmt::Write;
        const LIMIT: usize = 2;
        fn twice(number: usize) -> usize {
            2 * number
        }
        let held = log.drop_of("held");
        let short = |text: &str| {
            if text.len() > LIMIT {
                return None;
            }
            Some(twice(text.len()))
        };
        assert!(log.pend(1, true).await, "never");
        let mut text = String::new();
        write!(text, "{}", log.pend(1, held).await).expect("a string");
        let later = pin!(log.pend(2, 1));
        later.await + short("no").unwrap_or(0) + short(&text).unwrap_or(0)
    }
}

same! {
    mod one_waits_for_another;
    #[coro::coroutine]
    async fn inner(log: &Log, held: &Noisy) -> usize {
        let _own = log.drop_of("own");
        log.pend(1, held.look()).await
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let held = log.drop_of("held");
        inner(log, &held).await + inner(log, &log.drop_of("temporary")).await
    }
}

same! {
    mod patterns_of_parameters;
    start |log| body(log, (log.drop_of("a"), log.drop_of("b")), log.drop_of("c"), log.drop_of("d"));
    #[coro::coroutine]
    async fn body(log: &Log, (mut first, _): (Noisy, Noisy), _: Noisy, mut last: Noisy) -> usize {
        first.change("!");
        log.pend(1, ()).await;
        last.change("?");
        let _local = log.drop_of("local");
        first.look() + last.look()
    }
}

same! {
    mod blocks_of_their_own;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let held = log.drop_of("held");
        let log = log.clone();
        let later = async move { log.pend(1, held.look()).await };
        later.await
    }
}

mod forms {
    use super::*;

    pub(super) trait Source {
        #[coro::coroutine(direct = read_directly)]
        fn read(&mut self) -> Option<u32>;

        /// Has a body already.
        #[coro::coroutine(direct = read_all_directly)]
        fn read_all(&mut self) -> Vec<u32> {
            let mut all = Vec::new();
            while let Some(number) = wait!(self.read()) {
                all.push(number);
            }
            all
        }
    }

    pub(super) struct Countdown(pub(super) u32);

    impl Source for Countdown {
        #[coro::coroutine(direct = read_directly)]
        fn read(&mut self) -> Option<u32> {
            wait!(yield_now());
            self.0 = self.0.checked_sub(1)?;
            Some(self.0)
        }
    }

    impl Countdown {
        #[coro::coroutine(Send, direct = longest_directly)]
        pub(super) fn longest<'a, T>(&self, words: &'a [T]) -> Option<&'a str>
        where
            T: AsRef<str> + Sync,
        {
            wait!(yield_now());
            words
                .iter()
                .map(AsRef::as_ref)
                .max_by_key(|word| word.len())
        }

        #[coro::coroutine(direct = by_pin_directly)]
        pub(super) fn by_pin(self: Pin<&mut Self>) -> u32 {
            wait!(yield_now());
            self.0
        }

        #[coro::coroutine(direct = by_value_directly)]
        pub(super) fn by_value(mut self) -> impl Iterator<Item = u32> {
            wait!(yield_now());
            self.0 += 1;
            0..self.0
        }
    }

    #[coro::coroutine(boxed, direct = factorial_directly)]
    pub(super) fn factorial(number: u64) -> u64 {
        match number {
            0 => 1,
            _ => number * wait!(factorial(number - 1)),
        }
    }

    #[coro::coroutine(direct = conditional_directly)]
    pub(super) fn conditional(#[cfg(not(test))] _never: !, #[cfg(test)] log: &Log) -> u32 {
        #[cfg(test)]
        wait!(log.pend(1, ()));
        #[cfg(not(test))]
        return wait!(never());
        let name = "x";
        match name {
            #[cfg(test)]
            "x" => wait!(log.pend(1, 1)),
            _ => 2,
        }
    }
}

#[test]
fn methods_traits_and_options_have_both_forms() {
    use forms::{Countdown, Source};
    let words = ["a", "longest", "bc"];
    let log = Log::new();
    assert_eq!(Countdown(3).read_all_directly(), [2, 1, 0]);
    assert_eq!(block_on(Countdown(3).read_all()), [2, 1, 0]);
    assert_eq!(Countdown(1).read_directly(), Some(0));
    assert_eq!(Countdown(0).longest_directly(&words), Some("longest"));
    assert_eq!(block_on(Countdown(0).longest(&words)), Some("longest"));
    assert_eq!(pin!(Countdown(7)).by_pin_directly(), 7);
    assert_eq!(block_on(pin!(Countdown(7)).by_pin()), 7);
    assert!(Countdown(2).by_value_directly().eq([0, 1, 2]));
    assert!(block_on(Countdown(2).by_value()).eq([0, 1, 2]));
    assert_eq!(forms::factorial_directly(5), 120);
    assert_eq!(block_on(forms::factorial(5)), 120);
    assert_eq!(forms::conditional_directly(&log), 1);
    assert_eq!(block_on(forms::conditional(&log)), 1);
}

/// A future of the standard library alone, that another thread makes ready.
#[coro::coroutine(direct = receive_directly)]
fn receive(sender: mpsc::Sender<Waker>, values: mpsc::Receiver<u32>) -> u32 {
    wait!(poll_fn(|context| match values.try_recv() {
        Ok(value) => Poll::Ready(value),
        Err(_) => {
            let _ = sender.send(context.waker().clone());
            Poll::Pending
        }
    }))
}

#[test]
fn any_future_can_be_waited_for() {
    let answered = |receive: fn(mpsc::Sender<Waker>, mpsc::Receiver<u32>) -> u32| {
        let (wakers, asked) = mpsc::channel::<Waker>();
        let (values, received) = mpsc::channel();
        let other = thread::spawn(move || {
            let waker = asked.recv().expect("a waker");
            values.send(7).expect("somebody waits");
            waker.wake();
        });
        let value = receive(wakers, received);
        other.join().expect("no panic");
        value
    };
    assert_eq!(answered(receive_directly), 7);
    assert_eq!(
        answered(|wakers, values| block_on(receive(wakers, values))),
        7
    );
    let on_a_fiber = |wakers, values| {
        block_on(async { spawn_fiber(|| receive_directly(wakers, values)).await })
            .expect("no panic")
    };
    assert_eq!(answered(on_a_fiber), 7);
}

#[coro::coroutine(direct = echo_directly)]
fn echo(listener: &TcpListener, text: &[u8]) -> std::io::Result<Vec<u8>> {
    let client = wait!(TcpStream::connect(listener.local_addr()?))?;
    let (server, _) = wait!(listener.accept())?;
    wait!(client.write_all(text))?;
    let mut reply = vec![0; text.len()];
    wait!(server.read_exact(&mut reply))?;
    Ok(reply)
}

#[test]
fn sockets_serve_threads_fibers_and_tasks() {
    #[coro::coroutine]
    fn listen() -> TcpListener {
        wait!(TcpListener::bind("127.0.0.1:0")).expect("a free port")
    }
    let runtime = Runtime::builder()
        .worker_threads(1)
        .build_multi_thread()
        .expect("a runtime");
    let entered = runtime.enter();
    let listener = direct::wait(listen());
    assert_eq!(
        echo_directly(&listener, b"thread").expect("an echo"),
        b"thread"
    );
    drop(entered);
    let replies = block_on(async {
        let in_a_task = spawn(async { echo(&listen().await, b"task").await });
        let on_a_fiber = spawn_fiber(|| echo_directly(&direct::wait(listen()), b"fiber"));
        let blocking = spawn_blocking(|| echo_directly(&direct::wait(listen()), b"pool"));
        [
            in_a_task.await.expect("no panic").expect("an echo"),
            on_a_fiber.await.expect("no panic").expect("an echo"),
            blocking.await.expect("no panic").expect("an echo"),
        ]
    });
    assert_eq!(replies, [b"task" as &[u8], b"fiber", b"pool"]);
}

#[test]
fn a_task_of_a_runtime_is_refused() {
    let log = Log::new();
    let refused = |in_task: bool| {
        let log = log.clone();
        let body = async move { forms::conditional_directly(&log) };
        let outcome = match in_task {
            true => block_on(async { spawn_local(body).await.map_err(|error| error.into_panic()) }),
            false => catch_unwind(AssertUnwindSafe(|| block_on(body))),
        };
        let payload = outcome.expect_err("it does not block");
        *payload.downcast::<&str>().expect("a message")
    };
    for in_task in [false, true] {
        assert!(refused(in_task).contains("in a task of a runtime"));
    }
}
