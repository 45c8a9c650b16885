//! What a coroutine drops when it is dropped itself, whatever it is waiting for. (Every other
//! body of the corpus is cancelled at every poll too; these are about nothing else.)
// The bodies are about a form, not about the best form.
#![allow(clippy::needless_late_init, clippy::never_loop)]
mod common;
use common::*;

same! {
    mod before_the_first_poll;
    start |log| body(log, log.drop_of("first"), log.drop_of("second"));
    #[coro::coroutine]
    async fn body(log: &Log, first: Noisy, second: Noisy) -> usize {
        log.pend(3, ()).await;
        first.look() + second.look()
    }
}

same! {
    mod before_the_first_poll_with_patterns;
    start |log| body(
        log,
        (log.drop_of("a"), log.drop_of("b")),
        log.drop_of("c"),
        [log.drop_of("d"), log.drop_of("e")],
    );
    #[coro::coroutine]
    async fn body(log: &Log, (_a, _): (Noisy, Noisy), _: Noisy, [_, _e]: [Noisy; 2]) {
        log.pend(2, ()).await;
    }
}

same! {
    mod awaited_future_before_locals;
    #[coro::coroutine]
    async fn body(log: &Log) {
        let _first = log.drop_of("first");
        let _second = log.drop_of("second");
        log.pend(2, log.drop_of("inside the future")).await;
    }
}

same! {
    mod nested_coroutines;
    #[coro::coroutine]
    async fn leaf(log: &Log, argument: Noisy) -> usize {
        let _local = log.drop_of("leaf local");
        log.pend(2, ()).await;
        argument.look()
    }
    #[coro::coroutine]
    async fn middle(log: &Log, argument: Noisy) -> usize {
        let _local = log.drop_of("middle local");
        let sum = leaf(log, log.drop_of("leaf argument")).await;
        log.pend(1, ()).await;
        sum + argument.look()
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let _local = log.drop_of("outer local");
        middle(log, log.drop_of("middle argument")).await
    }
}

same! {
    mod deep_recursion_through_boxes;
    use std::pin::Pin;
    fn boxed(log: &Log, depth: usize) -> Pin<Box<dyn Future<Output = usize> + Send + '_>> {
        Box::pin(descend(log, depth))
    }
    #[coro::coroutine]
    async fn descend(log: &Log, depth: usize) -> usize {
        let local = log.drop_of("local");
        if depth == 0 {
            log.pend(2, ()).await;
            return local.look();
        }
        boxed(log, depth - 1).await + local.look()
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        descend(log, 3).await
    }
}

same! {
    mod operands_wait_to_be_used;
    fn combine(first: Noisy, second: Noisy, third: Noisy, fourth: Noisy) -> usize {
        first.look() + second.look() + third.look() + fourth.look()
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let _local = log.drop_of("local");
        combine(
            log.drop_of("first"),
            log.drop_of("second"),
            log.pend(1, log.drop_of("third")).await,
            log.pend(2, log.drop_of("fourth")).await,
        )
    }
}

same! {
    mod moved_locals_are_not_dropped_again;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let first = log.drop_of("first");
        let second = log.drop_of("second");
        let boxed = Box::new(first);
        log.pend(1, ()).await;
        drop(second);
        log.pend(1, ()).await;
        let third = boxed.renamed("third");
        log.pend(1, ()).await;
        third.look()
    }
}

same! {
    mod locals_not_yet_initialised;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let first;
        let _second = log.drop_of("second");
        log.pend(1, ()).await;
        first = log.pend(1, log.drop_of("first")).await;
        log.pend(1, ()).await;
        let third = log.drop_of("third");
        first.look() + third.look()
    }
}

same! {
    mod inside_a_loop;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut kept = Vec::new();
        for value in log.list(&["a", "b", "c"]) {
            let _local = log.drop_of("local");
            log.pend(1, ()).await;
            kept.push(value);
            log.pend(1, ()).await;
        }
        kept.len()
    }
}

same! {
    mod in_each_of_two_branches;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut sum = 0;
        for flag in [false, true] {
            let held = log.drop_of("held");
            if flag {
                let _then = log.drop_of("then");
                log.pend(1, ()).await;
                drop(held);
            } else {
                let _otherwise = log.drop_of("otherwise");
                log.pend(1, ()).await;
                sum += held.look();
            }
            log.pend(1, ()).await;
        }
        sum
    }
}

same! {
    mod while_a_borrow_is_held;
    struct Guard<'a>(&'a mut Noisy);
    impl Drop for Guard<'_> {
        fn drop(&mut self) {
            self.0.log().record(format!("guard of {} dropped", self.0.name()));
            self.0.log().drop_step();
        }
    }
    #[coro::coroutine]
    async fn body(log: &Log) {
        let mut local = log.drop_of("local");
        {
            let guard = Guard(&mut local);
            log.pend(1, ()).await;
            guard.0.change("!");
            log.pend(1, ()).await;
        }
        local.look();
        log.pend(1, ()).await;
    }
}

same! {
    mod ready_futures_do_not_suspend;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let first = log.ready(log.drop_of("first")).await;
        let second = log.ready(log.drop_of("second")).await;
        log.pend(1, ()).await;
        let third = log.ready(log.drop_of("third")).await;
        first.look() + second.look() + third.look()
    }
}

same! {
    mod many_polls_of_one_future;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let held = log.drop_of("held");
        log.pend(7, ()).await;
        held.look()
    }
}

same! {
    mod first_of_two_futures;
    use std::future::{Future, poll_fn};
    use std::pin::{Pin, pin};
    use std::task::Poll;
    #[coro::coroutine]
    async fn slow(log: &Log) -> usize {
        let local = log.drop_of("slow local");
        log.pend(5, ()).await;
        local.look()
    }
    #[coro::coroutine]
    async fn quick(log: &Log) -> usize {
        let local = log.drop_of("quick local");
        log.pend(1, ()).await;
        local.look()
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut slow = pin!(slow(log));
        let mut quick = pin!(quick(log));
        poll_fn(|context| {
            let futures: [Pin<&mut dyn Future<Output = _>>; 2] = [slow.as_mut(), quick.as_mut()];
            for future in futures {
                if let Poll::Ready(output) = future.poll(context) {
                    return Poll::Ready(output);
                }
            }
            Poll::Pending
        })
        .await
    }
}
