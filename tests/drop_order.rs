//! When, and in which order, locals and parameters are dropped on the way out.
// The bodies are about a form, not about the best form.
#![allow(
    clippy::match_single_binding,
    clippy::needless_late_init,
    clippy::never_loop
)]
mod common;
use common::*;

same! {
    mod locals_in_reverse;
    #[coro::coroutine]
    async fn body(log: &Log) {
        let _first = log.drop_of("first");
        let _second = log.drop_of("second");
        log.pend(1, ()).await;
        let _third = log.drop_of("third");
        let _fourth = log.drop_of("fourth");
    }
}

same! {
    mod locals_of_nested_blocks;
    #[coro::coroutine]
    async fn body(log: &Log) {
        let _outer = log.drop_of("outer");
        {
            let _middle = log.drop_of("middle");
            {
                let _inner = log.drop_of("inner");
                log.pend(1, ()).await;
            }
            log.pend(1, ()).await;
        }
        log.pend(1, ()).await;
        let _last = log.drop_of("last");
    }
}

same! {
    mod value_of_the_last_statement;
    #[coro::coroutine]
    async fn body(log: &Log) -> Noisy {
        let _held = log.drop_of("held");
        let value = log.pend(1, log.drop_of("value")).await;
        log.event("end");
        value
    }
}

same! {
    mod parameters_after_locals;
    start |log| body(log, log.drop_of("first"), log.drop_of("second"));
    #[coro::coroutine]
    async fn body(log: &Log, first: Noisy, second: Noisy) {
        let _local = log.drop_of("local");
        log.pend(1, ()).await;
        first.look();
        second.look();
    }
}

same! {
    mod unused_parameters;
    start |log| body(log, log.drop_of("first"), log.drop_of("second"), log.drop_of("third"));
    #[coro::coroutine]
    async fn body(log: &Log, _first: Noisy, _second: Noisy, _third: Noisy) {
        log.pend(1, ()).await;
        let _local = log.drop_of("local");
    }
}

same! {
    mod underscore_parameter;
    start |log| body(log, log.drop_of("first"), log.drop_of("second"), log.drop_of("third"));
    #[coro::coroutine]
    async fn body(log: &Log, first: Noisy, _: Noisy, third: Noisy) {
        let _local = log.drop_of("local");
        log.pend(1, ()).await;
        drop(third);
        first.look();
        log.pend(1, ()).await;
    }
}

same! {
    mod pattern_parameter;
    start |log| body(
        log,
        log.drop_of("first"),
        (log.drop_of("left"), log.drop_of("right")),
        log.drop_of("last"),
    );
    #[coro::coroutine]
    async fn body(log: &Log, _first: Noisy, (_left, _right): (Noisy, Noisy), _last: Noisy) {
        log.pend(1, ()).await;
        let _local = log.drop_of("local");
    }
}

same! {
    mod pattern_parameter_that_leaves_a_part;
    start |log| body(
        log,
        (log.drop_of("ignored"), log.drop_of("named"), log.drop_of("also ignored")),
        log.drop_of("last"),
    );
    #[coro::coroutine]
    async fn body(log: &Log, (_, named, _): (Noisy, Noisy, Noisy), last: Noisy) {
        log.pend(1, ()).await;
        drop(named);
        log.pend(1, ()).await;
        last.look();
    }
}

same! {
    mod parameter_moved_out;
    start |log| body(log, log.drop_of("first"), log.drop_of("second"));
    #[coro::coroutine]
    async fn body(log: &Log, first: Noisy, second: Noisy) -> String {
        let text = first.finish();
        log.pend(1, ()).await;
        let moved = second;
        log.pend(1, ()).await;
        log.event(text);
        moved.finish()
    }
}

same! {
    mod parameter_moved_out_conditionally;
    start |log| body(log, log.drop_of("parameter"));
    #[coro::coroutine]
    async fn body(log: &Log, parameter: Noisy) -> usize {
        let _local = log.drop_of("local");
        if log.pend(1, true).await {
            drop(parameter);
        }
        log.pend(1, 3).await
    }
}

same! {
    mod mutable_parameter_reassigned;
    start |log| body(log, log.drop_of("old"));
    #[coro::coroutine]
    async fn body(log: &Log, mut parameter: Noisy) -> usize {
        parameter.change("!");
        log.pend(1, ()).await;
        parameter = log.drop_of("new");
        log.pend(1, ()).await;
        parameter.look()
    }
}

same! {
    mod parameter_shadowed_by_a_local;
    start |log| body(log, log.drop_of("parameter"));
    #[coro::coroutine]
    async fn body(log: &Log, value: Noisy) {
        value.look();
        let value = log.pend(1, log.drop_of("local")).await;
        log.pend(1, ()).await;
        value.look();
    }
}

same! {
    mod shadowed_locals_live_on;
    #[coro::coroutine]
    async fn body(log: &Log) {
        let value = log.drop_of("first");
        value.look();
        let value = log.pend(1, log.drop_of("second")).await;
        value.look();
        {
            let value = log.drop_of("inner");
            log.pend(1, ()).await;
            value.look();
        }
        let value = value.renamed("third");
        log.pend(1, ()).await;
        value.look();
    }
}

same! {
    mod explicit_drop_before_the_wait;
    #[coro::coroutine]
    async fn body(log: &Log) {
        let first = log.drop_of("first");
        let second = log.drop_of("second");
        drop(first);
        log.pend(1, ()).await;
        drop(second);
        log.pend(1, ()).await;
    }
}

same! {
    mod early_return_drops_what_is_there;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let _first = log.drop_of("first");
        {
            let _second = log.drop_of("second");
            let third = log.drop_of("third");
            if log.pend(1, true).await {
                return third.look();
            }
        }
        let _fourth = log.drop_of("fourth");
        log.pend(1, 1).await
    }
}

same! {
    mod question_mark_drops_what_is_there;
    #[coro::coroutine]
    async fn body(log: &Log) -> Result<(), Noisy> {
        let _first = log.drop_of("first");
        for number in 0..3 {
            let _second = log.drop_of("second");
            let _third = log.drop_of("third");
            log.pend(1, if number == 1 { Err(log.drop_of("bad")) } else { Ok(()) }).await?;
        }
        Ok(())
    }
}

same! {
    mod break_drops_what_is_there;
    #[coro::coroutine]
    async fn body(log: &Log) {
        let _before = log.drop_of("before");
        loop {
            let _first = log.drop_of("first");
            for value in log.list(&["a", "b", "c"]) {
                let _second = log.drop_of("second");
                log.pend(1, ()).await;
                if value.name() == "b" {
                    break;
                }
            }
            log.pend(1, ()).await;
            break;
        }
        let _after = log.drop_of("after");
    }
}

same! {
    mod match_bindings;
    #[coro::coroutine]
    async fn body(log: &Log) {
        let pair = (log.drop_of("left"), log.drop_of("right"));
        match pair {
            (left, right) => {
                let _local = log.drop_of("local");
                log.pend(1, ()).await;
                left.look();
                right.look();
            }
        }
        log.event("after the match");
    }
}

same! {
    mod destructured_locals;
    #[coro::coroutine]
    async fn body(log: &Log) {
        let (_first, _second) = (log.drop_of("first"), log.drop_of("second"));
        let [_third, _, _fourth] = [
            log.drop_of("third"),
            log.drop_of("unbound"),
            log.pend(1, log.drop_of("fourth")).await,
        ];
        log.pend(1, ()).await;
        log.event("end");
    }
}

same! {
    mod deferred_locals_drop_by_declaration;
    #[coro::coroutine]
    async fn body(log: &Log) {
        let first;
        let second;
        second = log.drop_of("second");
        log.pend(1, ()).await;
        first = log.drop_of("first");
        log.pend(1, ()).await;
        first.look();
        second.look();
    }
}

same! {
    mod output_is_made_before_the_drops;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let first = log.drop_of("first");
        let second = log.drop_of("second");
        log.pend(1, ()).await;
        first.look() + second.look()
    }
}

same! {
    mod struct_fields_in_order;
    #[allow(dead_code)]
    struct Pair {
        left: Noisy,
        right: Noisy,
    }
    impl Drop for Pair {
        fn drop(&mut self) {
            self.left.log().record("drop the pair".to_owned());
        }
    }
    #[coro::coroutine]
    async fn body(log: &Log) {
        let _pair = Pair { right: log.drop_of("right"), left: log.drop_of("left") };
        log.pend(1, ()).await;
        let _boxed = Box::new(log.drop_of("boxed"));
        log.pend(1, ()).await;
    }
}

same! {
    mod awaited_future_drops_before_the_next_statement;
    #[coro::coroutine]
    async fn inner(log: &Log, argument: Noisy) -> Noisy {
        let _local = log.drop_of("inner local");
        log.pend(1, ()).await;
        argument
    }
    #[coro::coroutine]
    async fn body(log: &Log) {
        let _held = log.drop_of("held");
        let value = inner(log, log.drop_of("argument")).await;
        log.event("next statement");
        value.look();
    }
}

same! {
    mod future_in_a_local_is_never_awaited;
    #[coro::coroutine]
    async fn inner(log: &Log, argument: Noisy) -> usize {
        log.pend(1, ()).await;
        argument.look()
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let _unused = inner(log, log.drop_of("unused argument"));
        let used = inner(log, log.drop_of("used argument"));
        log.pend(1, ()).await;
        used.await
    }
}

same! {
    mod values_of_a_loop_variable;
    #[coro::coroutine]
    async fn body(log: &Log) {
        for _value in log.list(&["a", "b"]) {
            let _local = log.drop_of("local");
            log.pend(1, ()).await;
        }
        for _ in log.list(&["c", "d"]) {
            log.pend(1, ()).await;
        }
    }
}

same! {
    mod unbound_value_of_an_underscore;
    #[coro::coroutine]
    async fn body(log: &Log) {
        let value = log.drop_of("value");
        let _ = value;
        log.pend(1, ()).await;
        let _ = log.drop_of("temporary");
        log.pend(1, ()).await;
        value.look();
    }
}

same! {
    mod mem_forget_and_manually_drop;
    #[coro::coroutine]
    async fn body(log: &Log) {
        let kept = std::mem::ManuallyDrop::new(log.drop_of("never dropped"));
        let local = log.drop_of("local");
        log.pend(1, ()).await;
        kept.look();
        std::mem::forget(local);
        log.pend(1, ()).await;
    }
}

same! {
    mod a_cast_to_a_box_is_dropped;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let boxed = Box::new(log.drop_of("boxed")) as Box<dyn Send + '_>;
        let count = 3_u8 as usize;
        log.pend(1, ()).await;
        let pair = (Box::new(log.drop_of("inner")) as Box<dyn Send + '_>, count);
        log.pend(1, ()).await;
        drop(boxed);
        log.pend(1, pair.1).await
    }
}

same! {
    mod parameters_that_are_copied;
    start |log| body(log, 2, "name", (2, [3, 4]));
    #[coro::coroutine]
    async fn body(log: &Log, mut count: usize, name: &str, pair: (u8, [i32; 2])) -> usize {
        let kept = count;
        count += log.pend(1, pair.1[1] as usize).await;
        let other = name;
        let both = (pair, count);
        log.pend(1, ()).await;
        count = both.1 + kept + other.len();
        count.pow(log.pend(1, pair.0 as u32).await) + name.len()
    }
}
