//! Bodies whose futures rustc makes small in a way that a frame has to follow.
// They are about a form, not about the best form.
#![allow(
    unused,
    unreachable_code,
    unreachable_patterns,
    clippy::all,
    clippy::pedantic
)]
mod common;
use common::*;

#[derive(Debug)]
struct Point {
    x: Noisy,
    y: Noisy,
}

// ---- arms that nothing reaches ----

same! {
    mod arm_behind_one_that_takes_the_same;
    #[coro::coroutine]
    async fn body(log: &Log) {
        match Some(log.drop_of("some")).map(|some| some.renamed("renamed")) {
            Some(_first) => log.event("first"),
            Some(second) => {
                let kept = (log.drop_of("a"), log.drop_of("b"));
                log.pend(1, second).await;
                drop(kept);
            }
            _ => log.pend(1, ()).await,
        }
        log.pend(1, ()).await;
    }
}

same! {
    mod arm_behind_one_for_any;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let outer = log.drop_of("outer");
        let looked = match (Some(log.drop_of("some")), log.drop_of("other")) {
            (whole @ Some(_), rest) => whole.iter().count() + rest.look(),
            (Some(some), mut other) if log.test("guard", true) => {
                let lengths = if let Some(Point { x, y }) = None::<Point> {
                    other = x;
                    (y, 1, log.drop_of("c"))
                } else {
                    let changed = other.change("changed");
                    log.pend(1, ()).await;
                    (log.drop_of("a"), changed.look(), log.drop_of("b"))
                };
                log.pend(lengths.1, outer).await.look()
            }
            _ => return 0,
        };
        log.pend(looked, log.drop_of("last")).await.look()
    }
}

same! {
    mod arm_behind_alternatives;
    #[coro::coroutine]
    async fn body(log: &Log) {
        for turn in 0..3 {
            match (turn, Some(log.drop_of("some"))) {
                (0 | 1, Some(_)) => log.event("few"),
                (1, Some(some)) => {
                    let point = Point { x: log.drop_of("x"), y: log.drop_of("y") };
                    log.pend(1, some).await;
                    drop(point);
                }
                (2, some) => log.pend(1, some).await.map_or((), drop),
                _ => log.event("others"),
            }
        }
    }
}

same! {
    mod arms_that_only_look_covered;
    #[coro::coroutine]
    async fn body(log: &Log) {
        for turn in 0..6 {
            let point = Point { x: log.drop_of("x"), y: log.drop_of("y") };
            match (turn, point) {
                (0, Point { x, .. }) if x.look() > 1 => log.event("guard"),
                (0, point) => {
                    log.pend(1, point.y).await;
                }
                (1, Point { y, .. }) => {
                    log.pend(1, y).await;
                }
                (1 | 2, Point { x, y: _ }) => {
                    log.pend(1, x).await;
                }
                (3, ..) => log.pend(1, ()).await,
                (.., Point { x, .. }) if turn == 4 => {
                    log.pend(1, x).await;
                }
                (_, point) => {
                    log.pend(2, point).await;
                }
            }
            log.pend(1, ()).await;
        }
    }
}

same! {
    mod moved_after_a_reference_to_it_is_gone;
    #[coro::coroutine]
    async fn body(log: &Log) -> Noisy {
        let first = log.drop_of("first");
        log.pend(1, ()).await;
        if log.test("short", false) {
            let held = [&first];
            return log.drop_of(held[0].name());
        }
        let None = Some(first) else {
            let kept = (log.drop_of("a"), (log.drop_of("b"), log.drop_of("c")));
            return log.pend(2, kept.1).await.0;
        };
        let last = log.drop_of("last");
        log.pend(1, ()).await;
        last
    }
}

same! {
    mod matched_by_reference_where_arms_wait;
    #[coro::coroutine]
    async fn body(log: &Log) {
        let value = {
            let item = log.drop_of("item");
            log.pend(1, ()).await;
            Some(Point { x: item, y: log.drop_of("y") })
        };
        match value {
            Some(ref point) if log.test("by reference", false) => {
                point.x.look();
            }
            None => log.pend(1, ()).await,
            _rest => {
                let more = log.pend(1, Some(log.drop_of("more"))).await;
                let (first, last) = (log.drop_of("first"), log.drop_of("last"));
                log.pend(1, ()).await;
            }
        }
        log.pend(1, ()).await;
    }
}

same! {
    mod compared_and_counted;
    #[coro::coroutine]
    async fn body(log: &Log) {
        let mut turns = 0;
        'outer: while turns < 2 && log.pend(1, log.test("again", true)).await {
            turns += 1;
            let Some(some) = Some(log.drop_of("some")) else {
                log.pend(1, log.drop_of("none")).await;
                continue 'outer;
            };
            let mut count = 0;
            let kept = loop {
                count += 1;
                if count > 1 {
                    break log.pend(1, (some, log.drop_of("kept"))).await;
                }
            };
        }
        let mut last = 0;
        while log.test("last", true) && last < 2 {
            last += 1;
        }
        log.pend(1, [log.drop_of("a"), log.drop_of("b")]).await;
    }
}

same! {
    mod closures_of_references;
    #[coro::coroutine]
    async fn body(log: &Log) {
        let first = &log.drop_of("first");
        let look = || first.look();
        log.pend(look(), log.test("go on", true)).await;
        let again = || first.look() + log.events().len();
        let shape = log.pend(1, Point { x: log.drop_of("x"), y: log.drop_of("y") }).await;
        log.pend(again().min(1), ()).await;
        log.pend(1, (log.drop_of("a"), log.drop_of("b"))).await;
    }
}

// ---- tuples of which nothing is left ----

same! {
    mod tuple_taken_part_by_part;
    #[coro::coroutine]
    async fn body(log: &Log) {
        for _ in 0..2 {
            let pair = (log.drop_of("a"), log.drop_of("b"));
            let (last, _, first) = log.pend(1, (pair.1, 3, pair.0)).await;
            let typed: (usize, Noisy, &str) = (last.look(), first, "c");
            log.pend(typed.0, typed.1).await;
            log.event(typed.2);
        }
    }
}

same! {
    mod tuple_taken_in_part_on_some_ways;
    #[coro::coroutine]
    async fn body(log: &Log) {
        for turn in 0..4 {
            let mut pair = (log.drop_of("a"), log.drop_of("b"));
            let kept = log.drop_of("kept");
            if turn > 0 {
                drop(pair.1);
                if turn > 1 {
                    log.pend(1, pair.0).await;
                    pair = (log.drop_of("c"), log.drop_of("d"));
                }
            }
            log.pend(1, kept).await;
            if turn == 3 {
                pair.1 = log.drop_of("e");
                log.pend(1, ()).await;
                let last = pair.1;
                log.pend(1, ()).await;
                drop(last);
            }
        }
    }
}

same! {
    mod tuple_with_a_part_that_is_filled_again;
    #[coro::coroutine]
    async fn body(log: &Log) {
        let mut pair = (log.drop_of("a"), log.drop_of("b"));
        log.pend(1, (pair.1, pair.0)).await;
        pair = (log.drop_of("c"), log.drop_of("d"));
        log.pend(1, (pair.0, pair.1)).await;
        if log.test("again", true) {
            pair = (log.drop_of("e"), log.drop_of("f"));
            log.pend(1, pair.0).await;
        }
        log.pend(1, ()).await;
    }
}

same! {
    mod tuple_that_is_matched_and_captured;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let pair = (Some(log.drop_of("a")), log.drop_of("b"));
        let shown = match pair.0 {
            Some(ref some) => some.look(),
            None => 0,
        };
        log.pend(1, ()).await;
        let taken = pair.1;
        let nested = ((log.drop_of("c"), log.drop_of("d")), 1);
        let inner = nested.0.1;
        log.pend(nested.1, ()).await;
        let triple = (log.drop_of("e"), log.drop_of("f"), 2);
        let first = triple.0;
        let look = move || first.look();
        log.pend(triple.2, triple.1).await;
        look() + shown + log.pend(1, taken).await.look() + log.pend(1, inner).await.look()
    }
}

// ---- what still is ----

#[derive(Clone, Copy)]
struct Linked<'a> {
    text: [u8; 8],
    next: Option<&'a [u8; 8]>,
}

same! {
    mod part_that_refers_to_another_is_copied;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut first = Linked { text: *b"original", next: None };
        log.pend(1, ()).await;
        first.next = Some(&first.text);
        let mut copy = first;
        copy.text = *b"replaced";
        log.pend(1, ()).await;
        {
            let other = Linked { text: *b"anything", next: None };
            log.pend(1, &other).await;
        }
        log.event(format!("{:?}", copy.next));
        copy.text.len()
    }
}

same! {
    mod part_that_a_pattern_makes_refer_to_another_is_copied;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut first = Linked { text: *b"original", next: None };
        log.pend(1, ()).await;
        {
            let Linked { ref mut next, ref text } = first;
            *next = Some(text);
        }
        let mut copy = first;
        copy.text = *b"replaced";
        log.pend(1, ()).await;
        {
            let other = Linked { text: *b"anything", next: None };
            log.pend(1, &other).await;
        }
        log.event(format!("{:?}", copy.next));
        copy.text.len()
    }
}

macro_rules! link {
    ($linked:expr) => {
        $linked.next = Some(&$linked.text)
    };
}

same! {
    mod part_that_a_macro_makes_refer_to_another_is_copied;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut first = Linked { text: *b"original", next: None };
        log.pend(1, ()).await;
        link!(first);
        let mut copy = first;
        copy.text = *b"replaced";
        log.pend(1, ()).await;
        {
            let other = Linked { text: *b"anything", next: None };
            log.pend(1, &other).await;
        }
        log.event(format!("{:?}", copy.next));
        copy.text.len()
    }
}

// ---- what shares bytes only if methods have taken it ----

same! {
    mod two_that_methods_may_take;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let first = Some(log.drop_of("first"));
        log.pend(1, ()).await;
        first.unwrap_or(log.drop_of("other")).wait().await.look()
    }
}

same! {
    mod two_that_methods_take_one_after_the_other;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let first = log.drop_of("first");
        if log.pend(1, log.test("finish", true)).await {
            first.renamed("finished");
            let second = log.drop_of("second");
            log.pend(1, ()).await;
            second.renamed("also finished");
        } else {
            return 0;
        }
        log.pend(1, ()).await;
        log.drop_of("last").itself().wait().await.look()
    }
}

// ---- a chain of slots, of which a small one stands outside ----

same! {
    mod chain_with_a_small_parameter;
    start |log| body(log, 3);
    #[coro::coroutine]
    async fn count(log: &Log, count: usize) -> usize {
        log.pend(1, ()).await;
        count
    }
    #[coro::coroutine]
    async fn body(log: &Log, number: usize) -> usize {
        match log.pend(1, [0_u64; 11]).await {
            all => {
                let other = if log.test("first", false) {
                    Some(log.drop_of("a"))
                } else {
                    Some(log.drop_of("b"))
                };
                let reference = &other;
                let counted = count(log, number).await;
                counted + reference.iter().count() + all.len()
            }
        }
    }
}

same! {
    mod chain_with_a_small_part_of_a_tuple;
    #[coro::coroutine]
    async fn body(log: &Log) -> Noisy {
        let (first, number, second) = (log.drop_of("first"), 1, log.drop_of("second"));
        if log.pend(1, log.test("further", true)).await {
            let pair = (log.drop_of("x"), log.drop_of("y"));
            let (x, y) = log.pend(1, pair).await;
            if log.test("copy", true) {
                let _kept = number;
                log.pend(1, ()).await;
            }
            return log.drop_of("end");
        }
        first
    }
}

// ---- what is borrowed on ways that lead out of a statement ----

same! {
    mod borrowed_where_the_function_returns;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let value = log.drop_of("value");
        if log.pend(1, log.test("short", false)).await {
            return value.look();
        }
        let some = Some(log.pend(1, value).await);
        log.pend(1, ()).await;
        some.iter().count()
    }
}

same! {
    mod borrowed_where_a_match_returns;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let value = log.drop_of("value");
        log.pend(1, ()).await;
        match log.list(&["a", "b"]).len() {
            0 => return value.look(),
            1 => {
                let held = [&value];
                return held[0].look();
            }
            _ => {}
        }
        let list = vec![value];
        log.pend(1, [1_u64; 4]).await;
        list.len()
    }
}

// ---- what a method may take, and what else may have become of it ----

same! {
    mod taken_by_a_method_or_dropped;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let first = log.drop_of("first");
        let name = if log.test("finish", true) {
            first.finish()
        } else {
            drop(first);
            String::new()
        };
        log.pend(1, name).await.len()
    }
}

same! {
    mod borrowed_by_a_method_or_dropped;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let first = log.drop_of("first");
        let length = if log.test("look", true) {
            first.look()
        } else {
            drop(first);
            0
        };
        log.pend(1, length).await
    }
}

same! {
    mod taken_by_a_method_and_assigned_anew;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut value = log.drop_of("value");
        value = log.pend(1, value).await;
        let other = value.renamed("other");
        log.pend(1, [1_u64; 9]).await;
        other.look()
    }
}

same! {
    mod arm_of_a_plain_match_behind_one_that_returns;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut list: Vec<Noisy>;
        if log.pend(1, log.test("fill", true)).await {
            list = log.list(&["a", "b"]);
        }
        match (None::<Noisy>, 0) {
            (some @ Some(_), number) => return number,
            (Some(_), _) if log.test("guard", false) => log.event("never"),
            _ => return 1,
        }
        log.pend(1, ()).await;
        2
    }
}

// ---- what is taken apart part by part ----

same! {
    mod struct_taken_apart_by_fields;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let point = Point { x: log.drop_of("x"), y: log.pend(1, log.drop_of("y")).await };
        let pair = (point.y, Some(point.x));
        log.pend(1, ()).await;
        pair.0.look()
    }
}

/// Its drop is its own, and its fields are copied.
struct Counted<'a> {
    log: &'a Log,
    first: u64,
    second: u64,
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.log
            .record(format!("counted {} {}", self.first, self.second));
        self.log.drop_step();
    }
}

fn number(n: u64) -> u64 {
    n
}

same! {
    mod struct_with_a_drop_of_which_all_fields_are_copied;
    #[coro::coroutine]
    async fn body(log: &Log) -> u64 {
        let counted = Counted { log, first: number(1), second: number(2) };
        let (copy, first, second) = (counted.log, counted.first, counted.second);
        log.pend(1, ()).await;
        let other = [number(3), number(4), number(5)];
        log.pend(1, ()).await;
        copy.event("copied");
        other[0] + first + second
    }
}

same! {
    mod struct_of_which_a_field_is_taken_on_one_way;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let point = Point { x: log.drop_of("x"), y: log.drop_of("y") };
        let x = point.x;
        if log.test("also y", true) {
            let y = point.y;
            log.pend(1, ()).await;
            y.look();
        } else {
            log.pend(1, ()).await;
        }
        log.pend(1, [1_u64; 9]).await;
        x.look()
    }
}

fn pair(log: &Log) -> (Noisy, Noisy) {
    (log.drop_of("a"), log.drop_of("b"))
}

same! {
    mod tuple_taken_apart_by_fields;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let pair = log.pend(1, pair(log)).await;
        let first = pair.1;
        let second = Some(pair.0);
        log.pend(1, ()).await;
        first.look() + second.iter().count()
    }
}

same! {
    mod tuple_with_one_part_more;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let (a, b) = pair(log);
        let three = log.pend(1, (a, b, log.drop_of("c"))).await;
        let first = three.0;
        let second = three.1;
        log.pend(1, ()).await;
        first.look() + second.look()
    }
}

/// Not a tuple, and has a drop of its own.
struct Two<'a>(u64, u64, &'a Log);

impl Drop for Two<'_> {
    fn drop(&mut self) {
        self.2.record(format!("two {} {}", self.0, self.1));
        self.2.drop_step();
    }
}

fn two(log: &Log) -> Two<'_> {
    Two(1, 2, log)
}

same! {
    mod tuple_struct_with_a_drop;
    #[coro::coroutine]
    async fn body(log: &Log) -> u64 {
        let two = two(log);
        let sum = two.0;
        let sum = [sum, two.1, number(3)];
        log.pend(1, ()).await;
        let other = [number(4), number(5), number(6)];
        log.pend(1, ()).await;
        other[0] + sum[1]
    }
}

same! {
    mod tuple_taken_apart_in_a_loop;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut sum = 0;
        for turn in 0..2 {
            let both = pair(log);
            let first = both.0;
            if turn == 1 {
                continue;
            }
            let second = both.1;
            log.pend(1, ()).await;
            sum += first.look() + second.look();
        }
        sum
    }
}

/// Has no drop, and is not `Copy`.
struct Mark {
    first: u64,
    second: u64,
}

enum Either {
    Number { number: u64 },
    Text(String),
}

/// Has a drop of its own.
struct Noted<'a> {
    log: &'a Log,
    number: usize,
}

impl Drop for Noted<'_> {
    fn drop(&mut self) {
        self.log.record(format!("noted {}", self.number));
        self.log.drop_step();
    }
}

same! {
    mod written_as_structs_without_a_drop;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mark = Mark { first: 1, second: 2 };
        let mut other: Mark = Mark { first: 3, second: 4 };
        let either = Either::Number { number: 5 };
        let text = Either::Text("a".to_owned());
        let noted = Noted { log, number: 6 };
        log.pend(1, ()).await;
        let number = 7_u64;
        let inner = Mark { first: number, second: 8 };
        log.pend(1, ()).await;
        log.pend(1, 9).await
    }
}
