//! The programs that a text preprocessor of old could rewrite, with owned strings and a
//! handful of waits, and those that it could not: borrows of the coroutine's own locals.
mod common;
use common::*;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Pretends to fetch a page: the answer comes after some polls.
fn get(log: &Log, path: &str) -> Pend<String> {
    log.event(format!("get {path}"));
    log.pend(2, format!("HTTP/1.1 200 OK {path}"))
}

/// Drives several futures of one type at once, as the book writes it by hand.
struct JoinAll<F: Future> {
    futures: Vec<Joined<F>>,
}

type Joined<F> = (Pin<Box<F>>, Option<<F as Future>::Output>);

fn join_all<F: Future>(futures: impl IntoIterator<Item = F>) -> JoinAll<F> {
    JoinAll {
        futures: futures
            .into_iter()
            .map(|future| (Box::pin(future), None))
            .collect(),
    }
}

impl<F: Future<Output: Unpin>> Future for JoinAll<F> {
    type Output = Vec<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut is_ready = true;
        for (future, output) in &mut self.futures {
            if output.is_none() {
                match future.as_mut().poll(context) {
                    Poll::Ready(value) => *output = Some(value),
                    Poll::Pending => is_ready = false,
                }
            }
        }
        if !is_ready {
            return Poll::Pending;
        }
        let outputs = self.futures.iter_mut().map(|(_, output)| output.take());
        Poll::Ready(outputs.collect::<Option<_>>().expect("all are ready"))
    }
}

same! {
    mod async_main_fetches_twice;
    #[coro::coroutine]
    async fn body(log: &Log) {
        log.event("program starting");
        let text = get(log, "/600/HelloAsyncAwait").await;
        log.event(text);
        let text = get(log, "/400/HelloAsyncAwait").await;
        log.event(text);
    }
}

same! {
    mod async_main_fetches_five_times;
    #[coro::coroutine]
    async fn body(log: &Log) {
        log.event("program starting");
        let text = get(log, "/1000/HelloWorld1").await;
        log.event(text);
        let text = get(log, "/800/HelloWorld2").await;
        log.event(text);
        let text = get(log, "/600/HelloWorld3").await;
        log.event(text);
        let text = get(log, "/400/HelloWorld4").await;
        log.event(text);
        let text = get(log, "/200/HelloWorld5").await;
        log.event(text);
    }
}

same! {
    mod read_request;
    #[coro::coroutine]
    async fn read_request(log: &Log, number: usize) -> usize {
        let path = format!("/{}/request{number}", number * 1000);
        let text = get(log, &path).await;
        log.event(format!("{text} in request {number}"));
        text.len()
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        read_request(log, 1).await + read_request(log, 2).await
    }
}

same! {
    mod join_all_over_five_requests;
    #[coro::coroutine]
    async fn request(log: &Log, number: usize) -> String {
        let held = log.drop_of(&format!("held by request {number}"));
        let path = format!("/{}/HelloWorld{number}", number * 1000);
        let text = get(log, &path).await;
        log.pend(number, ()).await;
        log.event(format!("{text} for {}", held.name()));
        text
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut requests = Vec::new();
        for number in 0..5 {
            requests.push(request(log, number));
        }
        join_all(requests).await.iter().map(String::len).sum()
    }
}

same! {
    mod spawned_requests_own_their_log;
    #[coro::coroutine]
    async fn request(log: Log, number: usize) -> usize {
        let text = get(&log, &format!("/{number}")).await;
        text.len()
    }
    fn boxed(future: impl Future<Output = usize> + Send + 'static)
    -> Pin<Box<dyn Future<Output = usize> + Send>> {
        Box::pin(future)
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> Vec<usize> {
        let first = boxed(request(log.clone(), 1));
        let second = boxed(request(log.clone(), 22));
        join_all([first, second]).await
    }
}

same! {
    mod counter_across_waits;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut counter = 0;
        log.event("program starting");
        let text = get(log, "/600/HelloAsyncAwait").await;
        log.event(text);
        counter += 1;
        let text = get(log, "/400/HelloAsyncAwait").await;
        log.event(text);
        counter += 1;
        log.event(format!("received {counter} responses"));
        counter
    }
}

same! {
    mod buffer_is_written_across_waits;
    use std::fmt::Write;
    #[coro::coroutine]
    async fn body(log: &Log) -> String {
        let mut buffer = String::from("\nBUFFER:\n----\n");
        let writer = &mut buffer;
        log.event("program starting");
        let text = get(log, "/600/HelloAsyncAwait").await;
        writeln!(writer, "{text}").expect("a string can be written to");
        let text = get(log, "/400/HelloAsyncAwait").await;
        writeln!(writer, "{text}").expect("a string can be written to");
        log.event(&*buffer);
        buffer
    }
}

same! {
    mod writer_stored_in_a_struct;
    struct Writer<'a> {
        target: &'a mut String,
        lines: usize,
    }
    impl Writer<'_> {
        fn line(&mut self, text: &str) {
            self.target.push_str(text);
            self.target.push('\n');
            self.lines += 1;
        }
    }
    impl Drop for Writer<'_> {
        fn drop(&mut self) {
            self.target.push_str("closed");
        }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> (usize, String) {
        let held = log.drop_of("held");
        let mut buffer = String::new();
        let lines = {
            let mut writer = Writer { target: &mut buffer, lines: 0 };
            writer.line(&get(log, "/1").await);
            writer.line(&get(log, "/2").await);
            writer.line(held.name());
            writer.lines
        };
        log.pend(1, ()).await;
        (lines, buffer)
    }
}

same! {
    mod writer_is_passed_on;
    #[coro::coroutine]
    async fn write(log: &Log, target: &mut String, path: &str) {
        let text = get(log, path).await;
        target.push_str(&text);
        log.pend(1, ()).await;
        target.push('\n');
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> String {
        let mut buffer = String::new();
        let writer = &mut buffer;
        write(log, writer, "/1").await;
        write(log, writer, "/2").await;
        writer.push('.');
        buffer
    }
}

same! {
    mod server_answers_requests;
    #[coro::coroutine]
    async fn handle(log: &Log, source: &mut Source, answer: &mut Vec<u8>) -> Result<usize, Noisy> {
        let mut buffer = [0; 16];
        let mut total = 0;
        loop {
            let count = source.read(&mut buffer).await?;
            let request = &buffer[..count];
            log.pend(1, ()).await;
            answer.extend_from_slice(request);
            total += request.len();
            if request.ends_with(b".") {
                return Ok(total);
            }
        }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> (usize, Vec<u8>) {
        let mut source = log.source(&["get", "a", "page.", "get", "more"]);
        let mut answer = Vec::new();
        let mut total = 0;
        loop {
            match handle(log, &mut source, &mut answer).await {
                Ok(count) => total += count,
                Err(end) => {
                    end.look();
                    break;
                }
            }
        }
        (total, answer)
    }
}
