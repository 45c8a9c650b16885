//! The order in which operands are evaluated, and what becomes of those already there when
//! the wait behind them is cancelled or panics.
mod common;
use common::*;
use std::sync::Mutex;

same! {
    mod statement;
    #[coro::coroutine]
    async fn body(log: &Log) {
        log.event("before");
        log.pend(1, ()).await;
        log.event("after");
    }
}

same! {
    mod let_initialiser;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let before = log.drop_of("before");
        let value = log.pend(1, log.drop_of("value")).await;
        before.look() + value.look()
    }
}

same! {
    mod several_in_sequence;
    #[coro::coroutine]
    async fn body(log: &Log) -> (String, String) {
        let first = log.pend(1, log.drop_of("first")).await;
        let second = log.pend(2, log.drop_of("second")).await;
        log.pend(1, log.drop_of("third")).await;
        (second.finish(), first.finish())
    }
}

same! {
    mod tail_expression;
    #[coro::coroutine]
    async fn body(log: &Log) -> Noisy {
        let local = log.drop_of("local");
        local.look();
        log.pend(1, log.drop_of("value")).await
    }
}

same! {
    mod value_is_discarded;
    #[coro::coroutine]
    async fn body(log: &Log) {
        log.pend(1, log.drop_of("discarded")).await;
        log.event("next statement");
    }
}

same! {
    mod let_underscore_drops_at_once;
    #[coro::coroutine]
    async fn body(log: &Log) {
        let _ = log.pend(1, log.drop_of("value")).await;
        log.event("next statement");
        let _kept = log.pend(1, log.drop_of("kept")).await;
        log.event("last statement");
    }
}

same! {
    mod question_mark_operand;
    #[coro::coroutine]
    async fn body(log: &Log) -> Result<Noisy, Noisy> {
        let kept = log.drop_of("kept");
        let good = log.pend(1, Ok::<Noisy, Noisy>(log.drop_of("good"))).await?;
        kept.look();
        good.look();
        log.pend(1, Err::<(), Noisy>(log.drop_of("bad"))).await?;
        log.event("never");
        Ok(good)
    }
}

same! {
    mod question_mark_converts_the_error;
    struct Wrapped(Noisy);
    impl From<Noisy> for Wrapped {
        fn from(inner: Noisy) -> Wrapped {
            inner.log().event("convert");
            Wrapped(inner)
        }
    }
    #[coro::coroutine]
    async fn convert(log: &Log) -> Result<usize, Wrapped> {
        let number = log.pend(1, Ok::<usize, Noisy>(1)).await?;
        let more = log.pend(1, Err::<usize, Noisy>(log.drop_of("bad"))).await?;
        Ok(number + more)
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> Option<usize> {
        match convert(log).await {
            Ok(number) => Some(number),
            Err(wrapped) => {
                wrapped.0.look();
                log.pend(1, None::<usize>).await?;
                Some(0)
            }
        }
    }
}

same! {
    mod call_arguments;
    fn combine(first: Noisy, second: Noisy, third: Noisy) -> String {
        format!("{first:?}{second:?}{third:?}")
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> String {
        combine(
            log.drop_of("first"),
            log.pend(1, log.drop_of("second")).await,
            log.drop_of("third"),
        )
    }
}

same! {
    mod several_waiting_arguments;
    fn combine(first: Noisy, second: Noisy, third: Noisy) -> String {
        format!("{first:?}{second:?}{third:?}")
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> String {
        combine(
            log.pend(1, log.drop_of("first")).await,
            log.drop_of("second"),
            log.pend(2, log.drop_of("third")).await,
        )
    }
}

same! {
    mod function_operand_is_evaluated_first;
    fn choose(log: &Log) -> impl FnOnce(Noisy) -> usize {
        let held = log.drop_of("function");
        move |value| held.look() + value.look()
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        choose(log)(log.pend(1, log.drop_of("argument")).await)
    }
}

same! {
    mod awaited_receiver;
    #[coro::coroutine]
    async fn body(log: &Log) -> (String, usize) {
        let name = log.pend(1, log.drop_of("consumed")).await.finish();
        let length = log.pend(1, log.drop_of("borrowed")).await.look();
        (name, length)
    }
}

same! {
    mod awaited_receiver_in_a_chain;
    #[coro::coroutine]
    async fn body(log: &Log) -> String {
        log.pend(1, log.drop_of("a"))
            .await
            .renamed("b")
            .wait_own()
            .await
            .renamed("c")
            .finish()
    }
}

same! {
    mod method_argument_with_consumed_receiver;
    struct Pair(Noisy);
    impl Pair {
        fn join(self, other: Noisy) -> usize {
            self.0.look() + other.look()
        }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let receiver = Pair(log.drop_of("receiver"));
        receiver.join(log.pend(1, log.drop_of("argument")).await)
    }
}

same! {
    mod method_argument_with_borrowed_receiver;
    struct Pair(Noisy);
    impl Pair {
        fn join(&self, other: Noisy) -> usize {
            self.0.look() + other.look()
        }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let receiver = Pair(log.drop_of("receiver"));
        let sum = receiver.join(log.pend(1, log.drop_of("argument")).await);
        sum + receiver.0.look()
    }
}

same! {
    mod method_argument_with_temporary_receiver;
    struct Pair(Noisy);
    impl Pair {
        fn join(&self, other: Noisy) -> usize {
            self.0.look() + other.look()
        }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let sum = Pair(log.drop_of("receiver")).join(log.pend(1, log.drop_of("argument")).await);
        log.event("next statement");
        sum
    }
}

same! {
    mod awaited_operand_is_awaited;
    #[coro::coroutine]
    async fn body(log: &Log) -> Noisy {
        log.pend(1, log.pend(1, log.drop_of("value"))).await.await
    }
}

same! {
    mod argument_of_the_operand_waits;
    #[coro::coroutine]
    async fn body(log: &Log) -> Noisy {
        log.pend(1, log.pend(1, log.drop_of("inner")).await.renamed("outer")).await
    }
}

same! {
    mod binary_operands;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let left = log.drop_of("left").look() + log.pend(1, log.drop_of("right")).await.look();
        let right = log.pend(1, log.drop_of("left")).await.look() * log.drop_of("right").look();
        left + right
    }
}

same! {
    mod overloaded_operands;
    #[coro::coroutine]
    async fn body(log: &Log) -> Noisy {
        log.drop_of("left") + log.pend(1, log.drop_of("middle")).await + log.drop_of("right")
    }
}

same! {
    mod comparison_borrows_its_operands;
    #[coro::coroutine]
    async fn body(log: &Log) -> bool {
        let left = log.drop_of("same");
        let equal = left == log.pend(1, log.drop_of("same")).await;
        left.look();
        equal
    }
}

same! {
    mod unary_operand;
    #[coro::coroutine]
    async fn body(log: &Log) -> (bool, i32) {
        let held = log.drop_of("held");
        let pair = (!log.pend(1, true).await, -log.pend(1, 4).await);
        held.look();
        pair
    }
}

same! {
    mod cast_operand;
    #[coro::coroutine]
    async fn body(log: &Log) -> u8 {
        log.drop_of("left").look() as u8 + log.pend(1, 300_usize).await as u8
    }
}

same! {
    mod dereferenced_operand;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let number = 7;
        let held = log.drop_of("held");
        held.look() + *log.pend(1, &number).await
    }
}

same! {
    mod reference_to_the_value;
    fn look(value: &Noisy, other: &Noisy) -> usize {
        value.look() + other.look()
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        look(&log.pend(1, log.drop_of("first")).await, &log.pend(1, log.drop_of("second")).await)
    }
}

same! {
    mod field_of_the_value;
    struct Pair {
        left: Noisy,
        right: Noisy,
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let pair = Pair { left: log.drop_of("left"), right: log.drop_of("right") };
        let left = log.pend(1, pair).await.left;
        log.event("the right one is gone");
        let pair = Pair { left, right: log.drop_of("other") };
        log.pend(1, pair).await.right.look()
    }
}

same! {
    mod tuple_elements;
    #[coro::coroutine]
    async fn body(log: &Log) -> (Noisy, Noisy, Noisy, usize) {
        (
            log.drop_of("first"),
            log.pend(1, log.drop_of("second")).await,
            log.drop_of("third"),
            log.pend(1, 4).await,
        )
    }
}

same! {
    mod array_elements;
    #[coro::coroutine]
    async fn body(log: &Log) -> [Noisy; 3] {
        [
            log.drop_of("first"),
            log.pend(1, log.drop_of("second")).await,
            log.drop_of("third"),
        ]
    }
}

same! {
    mod array_repeat_element;
    #[coro::coroutine]
    async fn body(log: &Log) -> [usize; 3] {
        [log.pend(1, log.drop_of("length")).await.look(); 3]
    }
}

same! {
    mod struct_fields_in_source_order;
    #[derive(Debug)]
    #[allow(dead_code)]
    struct Triple {
        first: Noisy,
        second: Noisy,
        third: Noisy,
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> Triple {
        let second = log.drop_of("second");
        Triple {
            third: log.drop_of("third"),
            second,
            first: log.pend(1, log.drop_of("first")).await,
        }
    }
}

same! {
    mod functional_record_update;
    #[derive(Debug)]
    #[allow(dead_code)]
    struct Triple {
        first: Noisy,
        second: Noisy,
        third: Noisy,
    }
    async fn base(log: &Log) -> Triple {
        log.pend(1, ()).await;
        Triple {
            first: log.drop_of("base first"),
            second: log.drop_of("base second"),
            third: log.drop_of("base third"),
        }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> Triple {
        Triple {
            second: log.pend(1, log.drop_of("second")).await,
            ..base(log).await
        }
    }
}

same! {
    mod tuple_struct_and_variant;
    #[derive(Debug)]
    #[allow(dead_code)]
    struct Wrapper(Noisy, Noisy);
    #[coro::coroutine]
    async fn body(log: &Log) -> Option<Wrapper> {
        Some(Wrapper(log.drop_of("first"), log.pend(1, log.drop_of("second")).await))
    }
}

same! {
    mod nested_literals;
    #[coro::coroutine]
    async fn body(log: &Log) -> ((Noisy, [Noisy; 2]), Noisy) {
        (
            (
                log.drop_of("a"),
                [log.drop_of("b"), log.pend(1, log.drop_of("c")).await],
            ),
            log.pend(1, log.drop_of("d")).await,
        )
    }
}

same! {
    mod index_waits;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let list = log.list(&["a", "bb", "ccc"]);
        list[log.pend(1, 1).await].look() + list[log.pend(1, 2).await].look()
    }
}

same! {
    mod indexed_value_waits;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let position = log.drop_of("x");
        log.pend(1, log.list(&["a", "bb"])).await[position.look()].look()
    }
}

same! {
    mod index_is_checked_after_the_wait;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut list = log.list(&["a"]);
        let length = list.len();
        log.push(1, &mut list, log.drop_of("bb")).await;
        list[log.pend(1, length).await].look()
    }
}

same! {
    mod range_bounds;
    #[coro::coroutine]
    async fn body(log: &Log) -> (std::ops::Range<usize>, std::ops::RangeInclusive<usize>) {
        (
            log.drop_of("a").look()..log.pend(1, 5).await,
            log.pend(1, 1).await..=log.drop_of("bcd").look(),
        )
    }
}

same! {
    mod slice_of_a_waited_range;
    #[coro::coroutine]
    async fn body(log: &Log) -> Vec<usize> {
        let list = log.list(&["a", "bb", "ccc", "dddd"]);
        list[log.pend(1, 1).await..log.pend(1, 3).await]
            .iter()
            .map(Noisy::look)
            .collect()
    }
}

same! {
    mod place_is_read_before_the_wait;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut number = 1;
        let sum = number + log.act(1, || { number = 10; 100 }).await;
        sum + number
    }
}

same! {
    mod copied_argument_is_read_before_the_wait;
    fn both(left: usize, right: usize) -> usize {
        left * 1000 + right
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut number = 1;
        let joined = both(number, { number += 1; log.pend(1, number).await });
        joined * number
    }
}

same! {
    mod block_as_an_operand;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let left = log.drop_of("left");
        left.look() + {
            let inner = log.drop_of("inner");
            let waited = log.pend(1, log.drop_of("waited")).await;
            inner.look() + waited.look()
        } + left.look()
    }
}

same! {
    mod moved_operand_before_a_wait;
    fn both(left: Noisy, right: usize) -> usize {
        left.look() + right
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let left = log.drop_of("left");
        both(left, log.pend(1, 2).await)
    }
}

same! {
    mod short_circuit_and;
    #[coro::coroutine]
    async fn body(log: &Log) -> (bool, bool) {
        let taken = log.test("left", true) && log.pend(1, log.drop_of("x")).await.look() == 1;
        let skipped = log.pend(1, false).await && log.pend(1, log.drop_of("y")).await.look() == 1;
        (taken, skipped)
    }
}

same! {
    mod short_circuit_or;
    #[coro::coroutine]
    async fn body(log: &Log) -> (bool, bool, bool) {
        let skipped = log.test("left", true) || log.pend(1, true).await;
        let taken = log.pend(1, false).await || log.pend(1, log.drop_of("y")).await.look() == 1;
        let mixed = log.test("a", true) && (log.test("b", false) || log.pend(1, true).await)
            || log.test("c", true);
        (skipped, taken, mixed)
    }
}

same! {
    mod assignment_drops_the_old_value_after_the_wait;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut place = log.drop_of("old");
        place.look();
        place = log.pend(1, log.drop_of("new")).await;
        place.look()
    }
}

same! {
    mod assignment_to_a_place_with_operands;
    #[coro::coroutine]
    async fn body(log: &Log) -> Vec<Noisy> {
        let mut list = log.list(&["a", "b"]);
        list[log.drop_of("x").look()] = log.pend(1, log.drop_of("c")).await;
        list[log.pend(1, 0).await] = log.drop_of("d");
        list
    }
}

same! {
    mod destructuring_assignment;
    #[coro::coroutine]
    async fn body(log: &Log) -> (Noisy, Noisy) {
        let mut left = log.drop_of("old left");
        let mut right = log.drop_of("old right");
        left.change("!");
        right.change("!");
        (left, _) = log.pend(1, (log.drop_of("new left"), log.drop_of("ignored"))).await;
        [right, _] = [log.pend(1, log.drop_of("new right")).await, log.drop_of("unused")];
        (left, right)
    }
}

same! {
    mod compound_assignment_of_a_primitive;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut list = [1, 10];
        let mut sum = 1;
        // The right side first, then the place.
        list[log.drop_of("x").look()] += log.pend(1, log.drop_of("right")).await.look();
        sum *= log.pend(1, 5).await;
        sum + list[1]
    }
}

same! {
    mod compound_assignment_overloaded;
    #[coro::coroutine]
    async fn body(log: &Log) -> Vec<Noisy> {
        let mut list = log.list(&["a", "b"]);
        // The place first, then the right side.
        list[log.drop_of("x").look()] += log.pend(1, log.drop_of("right")).await;
        let mut local = log.drop_of("local");
        local += log.pend(1, log.drop_of("other")).await;
        list.push(local);
        list
    }
}

same! {
    mod compound_assignment_behind_a_lock;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let total = Mutex::new(1);
        *total.lock().unwrap() += log.pend(1, 2).await;
        let mut counts = vec![0u64; 3];
        let index = log.drop_of("x").look();
        for _ in 0..2 {
            counts[index] += log.pend(1, 7).await;
            counts[{ let at = log.drop_of("y"); at.look() }] -= {
                let right = log.pend(1, log.drop_of("in the right side")).await;
                right.look() as u64 - 17
            };
        }
        counts[log.pend(1, log.drop_of("z")).await.look()] *= 3;
        let mut names = vec![String::from("a")];
        names[log.drop_of("").look()] += &log.pend(1, String::from("b")).await;
        let total = *total.lock().unwrap();
        total + counts[1] as usize + names[0].len()
    }
}

same! {
    mod places_with_operands;
    #[coro::coroutine]
    async fn body(log: &Log) -> Vec<Vec<u8>> {
        let mut grid = vec![vec![1u8, 2, 3], vec![4, 5, 6]];
        let at = log.drop_of("x");
        let one = grid[log.drop_of("y").look()][log.pend(1, 2).await];
        let same = grid[at.look()] == log.pend(1, vec![4, 5, 6]).await;
        let two = &mut grid[log.drop_of("z").look()][log.pend(1, 0).await];
        *two += one;
        grid[log.drop_of("v").look()][log.pend(1, 1).await] = log.pend(1, 9).await;
        grid[log.drop_of("w").look()][log.pend(1, 2).await] += log.pend(1, u8::from(same)).await;
        assert_eq!(grid[at.look()].len(), log.pend(1, 3).await);
        match grid[log.drop_of("u").look()][..] {
            [a, .., c] if log.pend(1, a > c).await => log.event("greater"),
            [_, ref b, _] if log.pend(1, *b == 9).await => log.event(format!("is {b}")),
            _ => log.event("neither"),
        }
        match 1 {
            n if log.pend(1, n == 1).await => log.event("one"),
            _ => log.event("other"),
        }
        log.event(format!("{one}"));
        grid
    }
}

same! {
    mod compound_assignment_reads_after_the_wait;
    #[allow(unused_assignments)]
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut number = 1;
        number += log.act(1, || { log.event("acting"); 10 }).await;
        number += { number = 100; log.pend(1, 1000).await };
        number
    }
}

same! {
    mod diverging_operand;
    #[allow(unreachable_code, clippy::diverging_sub_expression)]
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let held = log.drop_of("held");
        let pair = (
            log.drop_of("first"),
            if log.pend(1, true).await {
                return held.look();
            } else {
                log.pend(1, 3).await
            },
        );
        pair.0.look() + pair.1
    }
}

same! {
    mod question_mark_among_operands;
    fn combine(first: Noisy, second: Noisy, third: Noisy) -> usize {
        first.look() + second.look() + third.look()
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> Result<usize, Noisy> {
        let sum = combine(
            log.drop_of("first"),
            log.pend(1, Ok::<_, Noisy>(log.drop_of("second"))).await?,
            log.pend(1, Err(log.drop_of("bad"))).await?,
        );
        Ok(sum)
    }
}

same! {
    mod closure_call_operand;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let held = log.drop_of("held");
        let add = |left: usize, right: usize| held.look() + left + right;
        add(log.pend(1, 1).await, add(2, log.pend(1, 3).await))
    }
}

same! {
    mod one_statement_with_waits_everywhere;
    fn combine(first: usize, second: &str) -> String {
        format!("{first}{second}")
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> String {
        combine(
            log.pend(1, log.list(&["a", "bb"])).await[log.pend(1, 1).await].look()
                + log.pend(1, 3).await,
            &log.pend(1, log.drop_of("text")).await.finish(),
        )
    }
}

same! {
    mod compared_before_it_is_written;
    #[coro::coroutine]
    async fn body(log: &Log) -> (bool, usize, bool) {
        async fn bump(log: &Log, number: &mut usize) -> usize {
            log.pend(1, ()).await;
            *number += 1;
            *number
        }
        let mut number = 1;
        let first = number == bump(log, &mut number).await;
        let second = number.pow(u32::try_from(bump(log, &mut number).await).unwrap_or(0));
        let third = number < {
            number += log.pend(1, 5).await;
            number
        };
        (first, second, third)
    }
}

same! {
    mod a_place_is_kept_until_the_other_side_of_an_operator_is_made;
    #[coro::coroutine]
    async fn body(log: &Log) -> (bool, bool, usize, u8) {
        let text = "a".to_owned();
        let other = String::from("c");
        let (reference, word) = (&other, String::from("b"));
        let more = log.pend(1, reference > log.pend(1, &text).await).await;
        let same = log.pend(1, word == *log.pend(1, log.list(&["b"])).await[0].name()).await;
        let mut total = 1;
        let through = &mut total;
        log.pend(1, ()).await;
        *through += log.pend(1, log.pend(1, &text).await.as_str().len() + log.pend(1, 1).await).await;
        let bytes = [1, 2, 3];
        log.pend(1, ()).await;
        let byte = bytes[log.pend(1, log.pend(1, &text).await.as_str().len()).await];
        (more, same, total, log.pend(1, byte).await)
    }
}
