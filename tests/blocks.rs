//! Futures written in place: `coro::future! { … }` beside `async move { … }`.
// The bodies are about the block, where people would write a function.
#![allow(clippy::manual_async_fn)]
mod common;
use common::*;

same! {
    mod captures_by_value;
    start |log| body(log, log.drop_of("first"), log.drop_of("second"));
    fn body<'a>(log: &'a Log, first: Noisy, second: Noisy) -> impl Future<Output = usize> + 'a {
        future! {
            let local = log.drop_of("local");
            log.pend(1, ()).await;
            second.look() + first.look() + local.look()
        }
    }
}

same! {
    mod captures_that_are_moved;
    start |log| body(log, log.drop_of("first"), log.drop_of("second"), log.drop_of("third"));
    fn body<'a>(
        log: &'a Log,
        first: Noisy,
        second: Noisy,
        third: Noisy,
    ) -> impl Future<Output = String> + 'a {
        future! {
            first.look();
            log.pend(1, ()).await;
            let moved = second;
            log.pend(1, third.look()).await;
            let finished = first.finish();
            log.pend(1, ()).await;
            finished + &moved.finish()
        }
    }
}

same! {
    mod captures_that_are_changed;
    fn body(log: &Log) -> impl Future<Output = (usize, String)> + '_ {
        let mut value = log.drop_of("value");
        let mut count = 1;
        value.change("!");
        count += 1;
        future! {
            for _ in 0..2 {
                count += log.pend(1, 2).await;
                value.change("?");
            }
            (count, format!("{value}"))
        }
    }
}

same! {
    mod results_are_inferred;
    start |log| body(log, "12", "x");
    fn body<'a>(
        log: &'a Log,
        first: &'a str,
        second: &'a str,
    ) -> impl Future<Output = (usize, bool)> + 'a {
        future! {
            let parsed = future! {
                let held = log.drop_of("held");
                let first: usize = log.pend(1, first).await.parse()?;
                held.look();
                let second: usize = log.pend(1, second).await.parse()?;
                Ok::<_, std::num::ParseIntError>(first + second)
            };
            let number = future! {
                if log.pend(1, true).await {
                    return 7;
                }
                log.pend(1, 8).await
            };
            let outcome = parsed.await;
            (number.await, outcome.is_err())
        }
    }
}

same! {
    mod inside_of_a_coroutine;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let held = log.drop_of("held");
        let given = log.drop_of("given");
        let kept = log.drop_of("kept");
        log.pend(1, ()).await;
        let inner = future! {
            log.pend(1, ()).await;
            given.look()
        };
        log.pend(1, held.look()).await;
        let number = inner.await;
        let kept = &kept;
        let again = future! { log.pend(1, kept.look()).await + number };
        again.await + kept.look()
    }
}

same! {
    mod the_receiver;
    start |log| Owner(log.drop_of("first"), log.drop_of("second")).consume(log);
    struct Owner(Noisy, Noisy);
    impl Owner {
        fn look(&self) -> usize {
            self.0.look()
        }
        fn consume<'a>(self, log: &'a Log) -> impl Future<Output = usize> + 'a {
            future! {
                log.pend(1, ()).await;
                self.look() + self.1.look()
            }
        }
    }
}

same! {
    mod the_receiver_in_a_method;
    struct Owner(Noisy);
    impl Owner {
        #[coro::coroutine]
        async fn count(&self, log: &Log) -> usize {
            let local = log.drop_of("local");
            log.pend(1, ()).await;
            let inner = future! {
                let before = self.0.look();
                log.pend(1, before).await + self.0.look()
            };
            inner.await + local.look()
        }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let owner = Owner(log.drop_of("owner"));
        owner.count(log).await
    }
}

same! {
    mod functions_constants_and_closures;
    const LIMIT: usize = 3;
    fn doubled(number: usize) -> usize {
        number * 2
    }
    fn body(log: &Log) -> impl Future<Output = usize> + '_ {
        let held = log.drop_of("held");
        let closure = move |number: usize| number + held.look();
        future! {
            fn tripled(number: usize) -> usize {
                number * 3
            }
            let mapped = log.pend(1, Some(LIMIT)).await.map(doubled);
            let called = (closure)(doubled(tripled(1)));
            log.pend(1, ()).await;
            let number = mapped.map_or(called, tripled);
            number + called
        }
    }
}

same! {
    mod captures_named_in_macros;
    fn body(log: &Log) -> impl Future<Output = String> + '_ {
        let (first, second, third) = (1, 2, log.drop_of("third"));
        macro_rules! sum {
            ($first:expr, $second:expr) => { $first + $second };
        }
        future! {
            log.pend(1, ()).await;
            assert!(first < 2, "{second}");
            format!("{first} {second:>width$} {} {third}", sum!(first, second), width = 3)
        }
    }
}

same! {
    mod nothing_is_captured;
    #[coro::coroutine]
    async fn body(log: &Log) -> (usize, ()) {
        (log.pend(1, 1).await, future! {}.await)
    }
}

same! {
    mod in_a_generic_function;
    start |log| body(log, vec![1_u8, 2], "text");
    fn body<'a, T: Copy + Into<u64> + 'a>(
        log: &'a Log,
        list: Vec<T>,
        text: impl AsRef<str> + 'a,
    ) -> impl Future<Output = u64> + 'a {
        future! {
            let mut sum = 0;
            for item in &list {
                sum += log.pend(1, *item).await.into();
            }
            sum + text.as_ref().len() as u64
        }
    }
}

same! {
    mod collected_and_boxed;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let names = log.list(&["a", "bb", "ccc"]);
        let boxed: Vec<std::pin::Pin<Box<dyn Future<Output = usize>>>> = names
            .into_iter()
            .map(|name| {
                let log = log.clone();
                let future: std::pin::Pin<Box<dyn Future<Output = usize>>> = Box::pin(future! {
                    log.pend(1, ()).await;
                    name.look()
                });
                future
            })
            .collect();
        let mut sum = 0;
        for future in boxed {
            sum += future.await;
        }
        sum
    }
}

same! {
    mod patterns_and_shadowing;
    start |log| body(log, log.drop_of("outer"), Some(3));
    struct Pair {
        value: Noisy,
        number: usize,
    }
    fn body<'a>(
        log: &'a Log,
        value: Noisy,
        number: Option<usize>,
    ) -> impl Future<Output = usize> + 'a {
        future! {
            let Some(number) = number else {
                return 0;
            };
            let pair = Pair { value, number };
            let value = log.pend(1, log.drop_of("inner")).await;
            let Pair { value: taken, number } = pair;
            log.pend(1, number).await;
            taken.look() + value.look()
        }
    }
}

same! {
    mod blocks_inside_of_blocks;
    start |log| body(log, log.drop_of("outer"), log.drop_of("inner"));
    fn body<'a>(log: &'a Log, outer: Noisy, inner: Noisy) -> impl Future<Output = usize> + 'a {
        future! {
            let local = log.drop_of("local");
            log.pend(1, ()).await;
            let nested = future! {
                let innermost = future! {
                    log.pend(1, ()).await;
                    inner.look()
                };
                log.pend(1, local.look()).await + innermost.await
            };
            nested.await + outer.look()
        }
    }
}

same! {
    mod conditions;
    start |log| body(log, log.drop_of("value"));
    fn body<'a>(log: &'a Log, value: Noisy) -> impl Future<Output = usize> + 'a {
        future! {
            #[cfg(any())]
            missing(value).await;
            #[cfg(not(any()))]
            log.pend(1, ()).await;
            value.look()
        }
    }
}

same! {
    mod names_of_the_function_around_mean_others_in_a_block;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let (text, other) = (log.drop_of("text"), log.drop_of("another"));
        let waits = log.clone();
        let block = future! {
            let log = waits;
            let text = log.pend(1, other).await;
            log.event("in the block");
            text.look()
        };
        log.pend(1, ()).await;
        block.await + text.look()
    }
}
