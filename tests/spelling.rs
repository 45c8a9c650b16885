//! The spelling without `async`: `fn` for `async fn` and `wait!(future)` for `future.await`
//! make the same coroutine.
// Ignored until the attribute lowers functions: as long as it leaves them as they are, there
// is no `wait!` for them to call.
// Names of the user can be such.
#![allow(clippy::just_underscores_and_digits)]
mod common;
use common::*;

same! {
    mod statements_and_operands;
    by_hand {
        #[coro::coroutine]
        fn body(log: &Log) -> usize {
            let held = log.drop_of("held");
            wait!(log.pend(1, ()));
            let value = wait!(log.pend(1, log.drop_of("value")));
            held.look() + value.look() + wait!(log.pend(1, 3))
        }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let held = log.drop_of("held");
        log.pend(1, ()).await;
        let value = log.pend(1, log.drop_of("value")).await;
        held.look() + value.look() + log.pend(1, 3).await
    }
}

same! {
    mod receivers_and_question_marks;
    by_hand {
        #[coro::coroutine]
        fn body(log: &Log) -> Result<usize, Noisy> {
            let length = wait!(log.pend(1, log.drop_of("receiver"))).look();
            let number = wait!(log.pend(1, Ok::<usize, Noisy>(length)))?;
            wait!(log.pend(1, Err::<(), Noisy>(log.drop_of("bad"))))?;
            Ok(number)
        }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> Result<usize, Noisy> {
        let length = log.pend(1, log.drop_of("receiver")).await.look();
        let number = log.pend(1, Ok::<usize, Noisy>(length)).await?;
        log.pend(1, Err::<(), Noisy>(log.drop_of("bad"))).await?;
        Ok(number)
    }
}

same! {
    mod nested_waits;
    by_hand {
        #[coro::coroutine]
        fn body(log: &Log) -> Noisy {
            wait!(wait!(log.pend(1, log.pend(1, log.drop_of("value")))))
        }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> Noisy {
        log.pend(1, log.pend(1, log.drop_of("value"))).await.await
    }
}

same! {
    mod control_flow;
    by_hand {
        #[coro::coroutine]
        fn body(log: &Log) -> usize {
            let mut source = log.source(&["a", "bb", "ccc"]);
            let mut sum = 0;
            while let Some(value) = wait!(source.next()) {
                if wait!(log.pend(1, value.name() == "bb")) {
                    continue;
                }
                sum += match wait!(value.wait()).look() {
                    1 => wait!(log.pend(1, 10)),
                    length => length,
                };
            }
            sum
        }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut source = log.source(&["a", "bb", "ccc"]);
        let mut sum = 0;
        while let Some(value) = source.next().await {
            if log.pend(1, value.name() == "bb").await {
                continue;
            }
            sum += match value.wait().await.look() {
                1 => log.pend(1, 10).await,
                length => length,
            };
        }
        sum
    }
}

same! {
    mod methods;
    by_hand {
        struct Owner {
            value: Noisy,
        }
        impl Owner {
            #[coro::coroutine]
            fn change(&mut self, suffix: &str) -> &Noisy {
                wait!(self.value.wait_mut()).change(suffix);
                &self.value
            }
        }
        #[coro::coroutine]
        fn body(log: &Log) -> usize {
            let mut owner = Owner { value: log.drop_of("value") };
            wait!(owner.change("!")).look()
        }
    }
    struct Owner {
        value: Noisy,
    }
    impl Owner {
        #[coro::coroutine]
        async fn change(&mut self, suffix: &str) -> &Noisy {
            self.value.wait_mut().await.change(suffix);
            &self.value
        }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut owner = Owner { value: log.drop_of("value") };
        owner.change("!").await.look()
    }
}

same! {
    mod parameters_drop_in_order;
    start |log| body(log, log.drop_of("first"), (log.drop_of("left"), log.drop_of("right")));
    by_hand {
        #[coro::coroutine]
        fn body(log: &Log, _: Noisy, (left, _): (Noisy, Noisy)) -> Noisy {
            wait!(log.pend(2, ()));
            left
        }
    }
    #[coro::coroutine]
    async fn body(log: &Log, _: Noisy, (left, _): (Noisy, Noisy)) -> Noisy {
        log.pend(2, ()).await;
        left
    }
}

same! {
    mod lifetimes_and_generics;
    by_hand {
        #[coro::coroutine]
        fn pick<'a, T: AsRef<str>>(log: &Log, first: &'a Noisy, other: T) -> &'a Noisy {
            let text = other.as_ref();
            wait!(log.pend(1, ()));
            log.event(text);
            first
        }
        #[coro::coroutine]
        fn body(log: &Log) -> usize {
            let local = log.drop_of("local");
            wait!(pick(log, &local, String::from("text"))).look()
        }
    }
    #[coro::coroutine]
    async fn pick<'a, T: AsRef<str>>(log: &Log, first: &'a Noisy, other: T) -> &'a Noisy {
        let text = other.as_ref();
        log.pend(1, ()).await;
        log.event(text);
        first
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let local = log.drop_of("local");
        pick(log, &local, String::from("text")).await.look()
    }
}

same! {
    mod other_delimiters;
    by_hand {
        #[coro::coroutine]
        fn body(log: &Log) -> usize {
            let held = log.drop_of("held");
            let value = wait![log.pend(1, log.drop_of("value"))];
            wait! { log.pend(1, ()) }
            held.look() + value.look()
        }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let held = log.drop_of("held");
        let value = log.pend(1, log.drop_of("value")).await;
        log.pend(1, ()).await;
        held.look() + value.look()
    }
}

same! {
    mod waits_in_standard_macros;
    by_hand {
        #[coro::coroutine]
        fn body(log: &Log) -> (String, Vec<Noisy>) {
            let held = log.drop_of("held");
            let text = format!("{} {held:?}", wait!(log.pend(1, log.drop_of("first"))));
            assert_eq!(wait!(log.pend(1, 4)), held.look());
            (text, vec![log.drop_of("second"), wait!(log.pend(1, log.drop_of("third")))])
        }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> (String, Vec<Noisy>) {
        let held = log.drop_of("held");
        let text = format!("{} {held:?}", log.pend(1, log.drop_of("first")).await);
        assert_eq!(log.pend(1, 4).await, held.look());
        (text, vec![log.drop_of("second"), log.pend(1, log.drop_of("third")).await])
    }
}

same! {
    mod names_of_underscores_and_numbers;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let _1 = log.drop_of("one");
        let __ = log.drop_of("two");
        let ___2___ = log.drop_of("three");
        log.pend(1, ()).await;
        _1.look() + __.look() + ___2___.look()
    }
}
