//! Temporaries that edition 2024 ends earlier than edition 2021, which this package is of: those
//! of tail expressions, and of the scrutinee of an `if let` with an `else`.
#[path = "../../common/mod.rs"]
mod common;
use common::*;

same! {
    mod tail_temporaries_outlive_the_locals;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let number = {
            let _local = log.drop_of("local");
            log.drop_of("temporary").itself().wait().await.look()
        };
        log.event("after the block");
        number
    }
}

same! {
    mod tail_temporaries_of_the_body;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let _local = log.drop_of("local");
        log.drop_of("temporary").itself().wait().await.look()
    }
}

same! {
    mod tail_temporaries_of_an_arm;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut sum = 0;
        for flag in [true, false] {
            sum += match flag {
                true => {
                    let _local = log.drop_of("local");
                    log.pend(1, log.drop_of("first").look()).await + log.drop_of("second").wait().await.look()
                }
                false => log.drop_of("third").itself().wait().await.look(),
            };
            log.event("next");
        }
        sum
    }
}

same! {
    mod scrutinee_lives_through_the_else;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut sum = 0;
        for length in [9, 1] {
            if let 9 = log.drop_of("temporary").wait().await.look() + length - 9 {
                sum += log.pend(1, 1).await;
            } else {
                sum += log.pend(1, 2).await;
            }
            log.event("next");
        }
        sum
    }
}

same! {
    mod scrutinee_of_a_method;
    struct Owner(Noisy);
    impl Owner {
        #[coro::coroutine]
        async fn look(&mut self, log: &Log) -> usize {
            if let "owned!" = self.0.change("!").itself().wait().await.name() {
                log.pend(1, 1).await
            } else {
                let _local = log.drop_of("local");
                log.pend(1, log.drop_of("temporary").itself().look()).await
            }
        }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut owner = Owner(log.drop_of("owned"));
        owner.look(log).await + owner.look(log).await
    }
}

same! {
    mod tail_that_does_not_suspend;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let _local = log.drop_of("local");
        let number = {
            let _inner = log.drop_of("inner");
            log.pend(1, ()).await;
            log.drop_of("temporary").look()
        };
        log.event("after the block");
        log.pend(1, ()).await;
        log.drop_of("last").look() + number
    }
}

same! {
    mod tail_of_an_operand;
    #[coro::coroutine]
    async fn body(log: &Log) -> (usize, usize, usize) {
        let made = (
            {
                let _inner = log.drop_of("inner");
                log.pend(1, ()).await;
                log.drop_of("first").look()
            },
            {
                log.drop_of("second").look()
            },
            {
                log.drop_of("third").wait().await.look()
            } + log.drop_of("fourth").look(),
        );
        log.event("after the statement");
        made
    }
}

same! {
    mod if_let_in_a_tail;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut sum = 0;
        for flag in [true, false] {
            let (number, _) = (
                {
                    log.pend(1, ()).await;
                    if let 5 = log.drop_of("first").look() { 1 } else { 2 }
                },
                log.drop_of("second"),
            );
            let (more, _, _) = (
                { if let Some(found) = flag.then(|| log.drop_of("found")).as_ref() { found.look() } else { 2 } },
                log.drop_of("third"),
                log.pend(1, ()).await,
            );
            sum += number + more;
        }
        sum
    }
}

same! {
    mod tails_of_branches_and_loops;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut count = 0;
        loop {
            let _local = log.drop_of("local");
            count += 1;
            let made = (
                match count {
                    1 => {
                        let _inner = log.drop_of("inner");
                        log.drop_of("arm").wait().await.look()
                    }
                    _ => {
                        log.pend(1, ()).await;
                        log.drop_of("other arm").look()
                    }
                },
                if count == 2 { log.drop_of("branch").wait().await.look() } else { 0 },
                log.drop_of("last"),
            );
            if count > 2 {
                break made.0 + made.1;
            }
            log.event(log.drop_of("tail").wait().await.name())
        }
    }
}
