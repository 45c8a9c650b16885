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
