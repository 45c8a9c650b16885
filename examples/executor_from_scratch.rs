//! An executor from scratch: a queue of tasks, a waker that puts one back, and a parker.
//!
//! ```text
//! cargo run --example executor_from_scratch
//! ```
//!
//! The executor takes a task from the queue and polls it. If it is pending, the executor forgets
//! it: whoever has the waker holds the task, and puts it back when there is news. With nothing in
//! the queue the thread sleeps. The *parker* has to remember a wake-up that comes while the
//! executor is still on its way to sleep; here the queue itself is that memory, for it is looked
//! at and slept on under one lock.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::Duration;

/// The tasks that are to be polled, and the parker.
#[derive(Default)]
struct Queue {
    ready: Mutex<VecDeque<Arc<Task>>>,
    not_empty: Condvar,
}

/// A future, and the queue that it belongs to.
struct Task {
    /// Under a lock since the waker may be on any thread; only the executor ever takes it.
    future: Mutex<Pin<Box<dyn Future<Output = ()> + Send>>>,
    queue: Arc<Queue>,
}

impl Queue {
    fn push(&self, task: Arc<Task>) {
        self.ready.lock().unwrap().push_back(task);
        self.not_empty.notify_one();
    }

    /// The next task; sleeps until there is one.
    fn pop(&self) -> Arc<Task> {
        let mut ready = self.ready.lock().unwrap();
        loop {
            match ready.pop_front() {
                Some(task) => return task,
                None => {
                    println!("executor: nothing to do, I sleep");
                    // Gives the lock back and sleeps in one step: no wake-up fits in between.
                    ready = self.not_empty.wait(ready).unwrap();
                }
            }
        }
    }
}

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        let queue = Arc::clone(&self.queue);
        queue.push(self);
    }
}

/// Runs all of them on this thread, to their ends.
fn run(futures: Vec<Pin<Box<dyn Future<Output = ()> + Send>>>) {
    let queue = Arc::new(Queue::default());
    let mut left = futures.len();
    for future in futures {
        let future = Mutex::new(future);
        queue.push(Arc::new(Task {
            future,
            queue: Arc::clone(&queue),
        }));
    }
    while left > 0 {
        let task = queue.pop();
        let waker = Waker::from(Arc::clone(&task));
        let mut future = task.future.lock().unwrap();
        if future
            .as_mut()
            .poll(&mut Context::from_waker(&waker))
            .is_ready()
        {
            left -= 1;
        }
    }
}

/// A leaf that a thread wakes after a while.
async fn nap(milliseconds: u64) {
    let mut asleep = false;
    poll_fn(|context| {
        if std::mem::replace(&mut asleep, true) {
            return Poll::Ready(());
        }
        let waker = context.waker().clone();
        thread::spawn(move || {
            thread::sleep(Duration::from_millis(milliseconds));
            waker.wake();
        });
        Poll::Pending
    })
    .await;
}

async fn count(name: &'static str, delay: u64) {
    for number in 1..=3 {
        println!("{name}: {number}");
        nap(delay).await;
    }
    println!("{name}: the end");
}

fn main() {
    run(vec![
        Box::pin(count("slow", 100)),
        Box::pin(count("fast", 40)),
    ]);
    println!("executor: all tasks have ended");
}
