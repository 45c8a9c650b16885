//! Named receivers of calls whose arguments suspend: an operand where the method takes them, and
//! nothing but a local where it borrows them.
// A value that is known to be there is a receiver like any other, and so is a guard.
#![allow(clippy::await_holding_lock, clippy::unnecessary_literal_unwrap)]
mod common;
use common::*;

/// With methods that take it, borrow it and borrow it mutably.
struct Pair(Noisy, Noisy);

impl Pair {
    fn of(log: &Log, name: &str) -> Pair {
        Pair(log.drop_of(name), log.drop_of(&format!("{name}'")))
    }

    fn joined(self, other: Noisy) -> Noisy {
        self.0.look();
        self.1.look();
        other
    }

    fn looked(&self, other: &Noisy) -> usize {
        self.0.look() + other.look()
    }

    fn changed(&mut self, by: usize) -> &mut Pair {
        self.0.change(if by > 1 { "long" } else { "short" });
        self
    }
}

same! {
    mod taken_before_locals_that_are_younger;
    #[coro::coroutine]
    async fn body(log: &Log) -> Noisy {
        let older = log.drop_of("older");
        let receiver = Pair::of(log, "receiver");
        let younger = log.drop_of("younger");
        let last = receiver.joined(log.pend(2, log.drop_of("argument")).await);
        older.look();
        younger.look();
        last
    }
}

same! {
    mod borrowed_in_its_own_turn;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let receiver = Pair::of(log, "receiver");
        let younger = log.drop_of("younger");
        let sum = receiver.looked(&log.pend(1, log.drop_of("argument")).await);
        sum + younger.look()
    }
}

same! {
    mod borrowed_mutably_in_its_own_turn;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut receiver = Pair::of(log, "receiver");
        let younger = log.drop_of("younger");
        receiver.changed(log.pend(1, log.drop_of("argument")).await.look());
        receiver.changed(log.pend(1, 2).await).changed(log.pend(1, 0).await);
        younger.look()
    }
}

same! {
    mod several_arguments;
    fn gathered(first: Option<Noisy>, others: [Noisy; 3]) -> usize {
        others.iter().map(Noisy::look).sum::<usize>() + first.map_or(0, |first| first.look())
    }
    trait Gather {
        fn gathered(self, first: Noisy, second: Noisy, third: Noisy) -> usize;
    }
    impl Gather for Option<Noisy> {
        fn gathered(self, first: Noisy, second: Noisy, third: Noisy) -> usize {
            gathered(self, [first, second, third])
        }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let receiver = Some(log.drop_of("receiver"));
        let younger = log.drop_of("younger");
        let sum = receiver.gathered(
            log.drop_of("first"),
            log.pend(1, log.drop_of("second")).await,
            log.drop_of("third"),
        );
        let receiver = Some(log.drop_of("another"));
        let sum = sum + receiver.gathered(
            log.pend(1, log.drop_of("fourth")).await,
            log.pend(1, log.drop_of("fifth")).await,
            log.pend(1, log.drop_of("sixth")).await.renamed("seventh"),
        );
        sum + younger.look()
    }
}

same! {
    mod copied_and_used_again;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let number = 3usize;
        let held = log.drop_of("held");
        let power = number.pow(u32::try_from(log.pend(1, held.look()).await).unwrap_or(0));
        power + number.max(log.pend(1, 1).await) + number
    }
}

same! {
    mod parts_of_a_local;
    struct Outer {
        first: Pair,
        inner: (Option<Noisy>, Noisy),
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> Noisy {
        let outer = Outer {
            first: Pair::of(log, "first"),
            inner: (Some(log.drop_of("second")), log.drop_of("third")),
        };
        let younger = log.drop_of("younger");
        let one = outer.inner.0.unwrap_or(log.pend(1, log.drop_of("argument")).await);
        let two = outer.first.looked(&log.pend(1, log.drop_of("borrowed")).await);
        let three = outer.first.joined(log.pend(two - 12, log.drop_of("other")).await);
        log.pend(1, younger.look()).await;
        three.look();
        one
    }
}

same! {
    mod parts_while_others_are_moved;
    fn end(noisy: Noisy) -> usize {
        noisy.look()
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let both = (Some(log.drop_of("left")), log.drop_of("right"), log.drop_of("rest"));
        let younger = log.drop_of("younger");
        let one = both.0.unwrap_or({
            let right = both.1;
            log.pend(1, right.look()).await;
            log.event("between");
            log.pend(1, right).await
        });
        let sum = one.look() + end(both.2);
        log.pend(1, sum).await + younger.look()
    }
}

same! {
    mod parts_if_others_may_have_been_moved;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let both = (Some(log.drop_of("left")), log.drop_of("right"));
        if log.pend(1, log.test("moved", true)).await {
            both.1.finish();
        }
        let one = both.0.unwrap_or(log.pend(1, log.drop_of("other")).await);
        log.pend(1, one).await.look()
    }
}

same! {
    mod behind_a_box;
    #[coro::coroutine]
    async fn body(log: &Log) -> Noisy {
        let receiver = Box::new(Pair::of(log, "receiver"));
        let part = Box::new((Some(log.drop_of("part")), log.drop_of("rest")));
        let younger = log.drop_of("younger");
        let one = receiver.joined(log.pend(1, log.drop_of("argument")).await);
        let two = part.0.unwrap_or(log.pend(1, log.drop_of("other")).await);
        log.pend(1, two.look() + younger.look()).await;
        one
    }
}

same! {
    mod parameters;
    start |log| body(log, Some(log.drop_of("a")), (Some(log.drop_of("b")), log.drop_of("c")));
    #[coro::coroutine]
    async fn body(log: &Log, whole: Option<Noisy>, pair: (Option<Noisy>, Noisy)) -> usize {
        let younger = log.drop_of("younger");
        let one = whole.unwrap_or(log.pend(1, log.drop_of("d")).await);
        let two = pair.0.unwrap_or(log.pend(1, log.drop_of("e")).await);
        one.look() + two.look() + younger.look()
    }
}

same! {
    mod self_as_a_receiver;
    start |log| Start(log.drop_of("self"), log.drop_of("self'")).run(log);
    struct Start(Noisy, Noisy);
    impl Start {
        fn joined(self, other: Noisy) -> usize {
            self.0.look() + self.1.look() + other.look()
        }
        #[coro::coroutine]
        async fn run(self, log: &Log) -> usize {
            let younger = log.drop_of("younger");
            let sum = self.joined(log.pend(1, log.drop_of("argument")).await);
            sum + younger.look()
        }
    }
}

same! {
    mod left_by_a_question_mark;
    #[coro::coroutine]
    async fn body(log: &Log) -> Result<Noisy, Noisy> {
        let receiver = Pair::of(log, "receiver");
        let younger = log.drop_of("younger");
        let last = receiver.joined(log.pend(1, Err(log.drop_of("bad"))).await?);
        younger.look();
        Ok(last)
    }
}

same! {
    mod not_left_by_a_question_mark;
    #[coro::coroutine]
    async fn body(log: &Log) -> Result<Noisy, Noisy> {
        let receiver = Some(log.drop_of("receiver"));
        let younger = log.drop_of("younger");
        let last = receiver.unwrap_or(log.pend(1, Ok::<_, Noisy>(log.drop_of("good"))).await?);
        log.pend(1, younger.look()).await;
        Ok(last)
    }
}

same! {
    mod left_by_a_break;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let receiver = Pair::of(log, "receiver");
        let younger = log.drop_of("younger");
        let found = 'found: {
            receiver.joined(match log.pend(1, None).await {
                Some(found) => found,
                None => break 'found 2,
            });
            return 1;
        };
        log.event("left");
        log.pend(found, ()).await;
        younger.look()
    }
}

same! {
    mod left_by_a_break_or_not;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut sum = 0;
        for turn in 0..3 {
            let receiver = Some(log.drop_of("receiver"));
            let part = (Some(log.drop_of("part")), log.drop_of("rest"));
            let younger = log.drop_of("younger");
            'out: {
                let one = receiver.unwrap_or(if log.pend(1, turn == 1).await {
                    break 'out;
                } else {
                    log.pend(1, log.drop_of("unused")).await
                });
                let two = part.0.unwrap_or(if log.pend(1, turn == 2).await {
                    break 'out;
                } else {
                    log.pend(1, log.drop_of("unused")).await
                });
                sum += one.look() + two.look();
            }
            log.event("after");
            sum += log.pend(1, younger.look()).await;
        }
        sum
    }
}

same! {
    mod borrowed_and_left_by_a_break;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let receiver = Pair::of(log, "receiver");
        let younger = log.drop_of("younger");
        'out: {
            receiver.looked(match log.pend(1, None).await {
                Some(found) => found,
                None => break 'out,
            });
            return 1;
        }
        log.pend(1, ()).await;
        younger.look()
    }
}

same! {
    mod in_a_loop_and_assigned_anew;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut receiver = Some(log.drop_of("receiver"));
        let mut pair = (Some(log.drop_of("part")), log.drop_of("rest"));
        let younger = log.drop_of("younger");
        let mut sum = 0;
        for _ in 0..2 {
            let one = receiver.unwrap_or(log.pend(1, log.drop_of("unused")).await);
            sum += log.pend(1, one.look()).await;
            receiver = Some(log.drop_of("next"));
            log.pend(1, log.drop_of("between")).await.look();
            let two = pair.0.unwrap_or(log.pend(1, log.drop_of("unused")).await);
            sum += log.pend(1, two.look()).await;
            pair.0 = Some(log.drop_of("next part"));
            log.pend(1, log.drop_of("between")).await.look();
        }
        sum + younger.look()
    }
}

same! {
    mod assigned_in_an_argument;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut receiver = Some(log.drop_of("receiver"));
        let younger = log.drop_of("younger");
        let one = receiver.unwrap_or({
            receiver = Some(log.drop_of("new"));
            log.pend(1, log.drop_of("unused")).await
        });
        one.look() + younger.look() + receiver.map_or(0, |receiver| receiver.look())
    }
}

same! {
    mod nested_in_each_other;
    #[coro::coroutine]
    async fn body(log: &Log) -> Noisy {
        let a = Some(log.drop_of("a"));
        let b = Pair::of(log, "b");
        let c = Some(log.drop_of("c"));
        let younger = log.drop_of("younger");
        let last = b.joined(a.unwrap_or(
            Pair::of(log, "temporary").joined(c.unwrap_or(log.pend(1, log.drop_of("d")).await)),
        ));
        younger.look();
        last
    }
}

same! {
    mod among_other_operands;
    fn combine(first: Noisy, second: Noisy, third: Noisy) -> usize {
        first.look() + second.look() + third.look()
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let receiver = Some(log.drop_of("receiver"));
        let other = Some(log.drop_of("other"));
        let younger = log.drop_of("younger");
        let sum = combine(
            log.drop_of("first"),
            receiver.unwrap_or(log.pend(1, log.drop_of("unused")).await),
            other.unwrap_or(log.pend(younger.look() - 6, log.drop_of("unused")).await),
        );
        sum + younger.look()
    }
}

same! {
    mod with_temporaries_around;
    fn length(of: &Noisy, value: Noisy) -> usize {
        of.look() + value.look()
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let receiver = Some(log.drop_of("receiver"));
        let other = Pair::of(log, "other");
        let sum = length(
            &log.drop_of("temporary"),
            receiver.unwrap_or(log.pend(1, log.drop_of("unused").itself()).await.itself().log().drop_of("c")),
        );
        sum + length(
            &log.drop_of("temporary"),
            other.joined(log.pend(1, log.drop_of("d")).await.itself().log().drop_of("e")),
        )
    }
}

same! {
    mod in_conditions_and_tails;
    trait Tested {
        fn tested(self, value: bool) -> bool;
    }
    impl Tested for Option<Noisy> {
        fn tested(self, value: bool) -> bool {
            self.is_some() == value
        }
    }
    #[allow(clippy::never_loop, clippy::match_single_binding)]
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let first = Some(log.drop_of("first"));
        let second = Some(log.drop_of("second"));
        let third = Some(log.drop_of("third"));
        let fourth = Some(log.drop_of("fourth"));
        let younger = log.drop_of("younger");
        if first.tested(log.pend(1, log.test("if", true)).await) {
            log.event("then");
        }
        while second.tested(log.pend(1, log.test("while", true)).await) {
            break;
        }
        let length = match third.unwrap_or(log.pend(1, log.drop_of("unused")).await) {
            found => log.pend(1, found.look()).await,
        };
        younger.look();
        length + { fourth.unwrap_or(log.pend(1, log.drop_of("unused")).await) }.look()
    }
}

same! {
    mod the_tail_of_the_body;
    #[coro::coroutine]
    async fn body(log: &Log) -> Noisy {
        let receiver = Some(log.drop_of("receiver"));
        let younger = log.drop_of("younger");
        younger.look();
        receiver.unwrap_or(log.pend(1, log.drop_of("unused")).await)
    }
}

same! {
    mod a_closure_among_the_arguments;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let receiver = Some(log.drop_of("receiver"));
        let younger = log.drop_of("younger");
        let sum = receiver.map_or(log.pend(1, 3).await, |noisy| noisy.look());
        sum + younger.look()
    }
}

same! {
    mod what_is_called;
    start |log| body(log, adder(log, "parameter"));
    fn adder(log: &Log, name: &str) -> impl FnOnce(Noisy) -> usize + use<> {
        let captured = log.drop_of(name);
        move |noisy| captured.finish().len() + noisy.look()
    }
    #[coro::coroutine]
    async fn body(log: &Log, parameter: impl FnOnce(Noisy) -> usize) -> usize {
        let local = adder(log, "local");
        let younger = log.drop_of("younger");
        let sum = local(log.pend(1, log.drop_of("first")).await);
        let sum = sum + parameter(log.pend(1, log.drop_of("second")).await);
        sum + younger.look()
    }
}

same! {
    mod methods_named_as_those_of_iterators;
    trait Named {
        fn all(self) -> usize;
        fn any(&self, is_any: bool) -> bool;
        fn find(self, name: &str) -> Noisy;
    }
    impl Named for Noisy {
        fn all(self) -> usize {
            self.finish().len()
        }
        fn any(&self, is_any: bool) -> bool {
            is_any && self.look() > 0
        }
        fn find(self, name: &str) -> Noisy {
            self.renamed(name)
        }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let (all, any, find) = (log.drop_of("all"), log.drop_of("any"), log.drop_of("find"));
        let (text, mut counts) = (String::from("a text"), vec![1, 0].into_iter());
        let younger = log.drop_of("younger");
        log.pend(1, ()).await;
        let found = find.find("found");
        let sum = all.all() + usize::from(any.any(log.pend(1, true).await));
        log.event("called");
        let is_zero = |count: usize| count == 0;
        let sum = sum + usize::from(counts.any(is_zero)) + text.find("text").unwrap_or_default();
        log.pend(1, ()).await;
        sum + Noisy::look(&found) + younger.look()
    }
}

same! {
    mod a_closure_that_is_called;
    fn length(noisy: Noisy) -> usize {
        noisy.finish().len()
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let captured = log.drop_of("captured");
        let borrowing = |noisy: Noisy| captured.look() + noisy.look();
        let younger = log.drop_of("younger");
        let sum = borrowing(log.pend(1, log.drop_of("first")).await);
        let taken = log.drop_of("taken");
        let taking = |noisy: Noisy| length(taken) + noisy.look();
        let youngest = log.drop_of("youngest");
        let sum = sum + taking(log.pend(1, log.drop_of("second")).await);
        sum + younger.look() + youngest.look()
    }
}

same! {
    mod methods_of_ones_own_called_as_those_that_take;
    struct Counts(Vec<Noisy>);
    impl Counts {
        fn map(self, is_one: impl Fn(&Noisy) -> usize) -> Vec<usize> { self.0.iter().map(is_one).collect() }
        fn for_each(&self, is_one: impl Fn(&Noisy)) { self.0.iter().for_each(is_one) }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let made = |name: &str| Counts(vec![log.drop_of(name), log.drop_of(name)]);
        let (one, two) = (made("one"), made("two"));
        log.pend(1, ()).await;
        let all = one.map(|it| it.look());
        log.event("all");
        log.pend(1, ()).await;
        two.for_each(|it| { it.look(); });
        log.event("any");
        log.pend(1, ()).await;
        all.len()
    }
}

same! {
    mod methods_of_ones_own_called_as_those_that_borrow;
    struct Counts(Vec<Noisy>, usize);
    impl Counts {
        fn all(self, is_one: impl Fn(&Noisy) -> bool) -> bool { self.0.into_iter().all(|it| is_one(&it)) }
        fn any(&self, is_one: impl Fn(&Noisy) -> bool) -> bool { self.0.iter().any(is_one) }
        fn position(&mut self, is_one: impl Fn(&Noisy) -> bool) -> Option<usize> { self.1 += 1; self.0.iter().position(is_one) }
        fn try_fold<A>(self, start: A, fold: impl Fn(A, &Noisy) -> A) -> A { self.0.iter().fold(start, fold) }
        fn find(&self, is_one: impl Fn(&Noisy) -> bool) -> Option<&Noisy> { self.0.iter().find(|it| is_one(it)) }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let made = |name: &str| Counts(vec![log.drop_of(name), log.drop_of(name)], 0);
        let (one, two, mut three, four, five) = (made("one"), made("two"), made("three"), made("four"), made("five"));
        let mut iter = vec![1, 2, 3].into_iter();
        let mut other = [1, 2, 3].iter();
        log.pend(1, ()).await;
        let all = one.all(|it| it.look() > 0);
        log.event("all");
        log.pend(1, ()).await;
        let any = two.any(|it| it.look() > 3);
        log.event("any");
        log.pend(1, ()).await;
        let position = three.position(|it| it.look() > 5).unwrap_or(7);
        log.event("position");
        log.pend(1, ()).await;
        let folded = four.try_fold(log.drop_of("start").look(), |sum, it| sum + it.look());
        log.event("folded");
        let found = five.find(|it| it.look() > 1);
        log.event("found");
        log.pend(1, ()).await;
        let of_iter = iter.any(|it| it == 2);
        let of_other = other.find(|it| **it == 2);
        log.pend(1, ()).await;
        folded + position + usize::from(all) + usize::from(any) + found.map_or(0, |it| it.look()) + usize::from(of_iter) + of_other.copied().unwrap_or(0)
    }
}

same! {
    mod methods_that_take_closures;
    struct Builder(Noisy);
    impl Builder {
        async fn for_each<F: Future<Output = usize>>(self, each: impl Fn(usize) -> F) -> usize {
            each(self.0.look()).await
        }
        fn with<R>(&self, look: impl FnOnce(&Noisy) -> R) -> R { look(&self.0) }
        fn change<R: Default>(&mut self, look: impl FnOnce(&mut Noisy) -> R) -> R { look(&mut self.0) }
        fn fold(self, by: fn(Noisy) -> usize, other: usize) -> usize { by(self.0) + other }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let (one, two, mut three) = (Builder(log.drop_of("one")), Builder(log.drop_of("two")), Builder(log.drop_of("three")));
        let mut list = vec![log.drop_of("a"), log.drop_of("b")];
        let mut option = Some(log.drop_of("option"));
        let four = Builder(log.drop_of("four"));
        let mut numbers = vec![3, 1, 2];
        log.pend(1, ()).await;
        let first = one.for_each(|count| async move { count + 1 }).await;
        log.event("for each");
        log.pend(1, ()).await;
        let seen = two.with(|it| it.look());
        log.event("seen");
        log.pend(1, ()).await;
        let changed = three.change(|it| it.change("?").look());
        numbers.sort_by(|a, b| b.cmp(a));
        list.retain(|it| it.look() > 4);
        log.event("retained");
        log.pend(1, ()).await;
        option.get_or_insert_with(|| log.drop_of("made")).look();
        let by = four.fold(|it| it.look(), log.drop_of("other").look());
        log.event("four");
        log.pend(1, ()).await;
        first + seen + changed + by
    }
}

trait Described {
    fn described(&self, log: &Log) -> usize;
}
impl Described for u64 {
    fn described(&self, log: &Log) -> usize {
        log.event(format!("described {self}"));
        1
    }
}

same! {
    mod method_of_a_trait_on_a_reference;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let list = vec![7_u64, 8];
        let mut sum = 0;
        for item in list.iter() {
            let text = item.to_string();
            log.pend(1, ()).await;
            log.event(text);
        }
        for item in list.iter() {
            sum += item.described(log);
            log.pend(1, ()).await;
        }
        if let Some(first) = list.first() {
            log.pend(1, ()).await;
            sum += first.described(log);
            log.pend(1, ()).await;
        }
        sum
    }
}

same! {
    mod methods_that_references_have_too;
    use std::collections::HashMap;
    #[coro::coroutine]
    async fn body(log: &Log) -> Option<(String, usize)> {
        let map = HashMap::from([("a", String::from("long")), ("b", String::from("b"))]);
        let mut lists = vec![vec![log.drop_of("first")], Vec::new()];
        let (first, second, third) = (map.get("a")?, map.get("b")?, map.get("a"));
        let list = lists.first_mut()?;
        let locked = std::sync::Mutex::new(vec![1, 2]);
        let guard = locked.lock().ok()?;
        log.pend(1, ()).await;
        let owned = first.clone() + &second.to_string() + third.cloned()?.as_str();
        let copied = guard.clone().len() + guard.to_owned().len();
        let last = list.pop()?;
        log.pend(copied, ()).await;
        Some((owned, last.look()))
    }
}

same! {
    mod collections_borrowed_last;
    use std::collections::HashMap;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut queue = Vec::new();
        let mut names: HashMap<u8, Noisy> = HashMap::new();
        let text = format!("{} text ", log.pend(1, 7).await);
        queue.push(log.pend(1, log.drop_of("pushed")).await);
        names.insert(log.pend(1, 3).await, log.drop_of("kept"));
        let after = log.drop_of("after");
        let length = queue.len() + text.trim().len();
        log.pend(2, ()).await;
        after.look() + length + names.contains_key(&log.pend(1, 3).await) as usize
    }
}

same! {
    mod collections_returned_from;
    start |log| body(log, vec![log.drop_of("first")]);
    #[coro::coroutine]
    async fn body(log: &Log, mut all: Vec<Noisy>) -> Option<Noisy> {
        all.push(log.drop_of("second"));
        log.pend(1, ()).await;
        let older = log.drop_of("older");
        log.step();
        older.look();
        all.pop()
    }
}

same! {
    mod copy_called_like_a_collection;
    #[derive(Clone, Copy)]
    struct String(usize);
    impl String {
        fn new() -> String {
            String(3)
        }
        fn len(self) -> usize {
            self.0
        }
        fn trim(&self) -> usize {
            self.0 + 1
        }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let first = String::new();
        let second = String::new();
        let held = log.drop_of("held");
        log.pend(1, ()).await;
        held.look() + first.len() + second.trim()
    }
}

/// What is made step by step, with closures.
struct Made {
    value: Noisy,
    steps: Vec<Box<dyn Fn(usize) -> usize>>,
}

impl Made {
    fn step(mut self, step: impl Fn(usize) -> usize + 'static) -> Self {
        self.value.log().event("step");
        self.steps.push(Box::new(step));
        self
    }
    fn boxed(mut self, step: Box<dyn Fn(usize) -> usize>) -> Self {
        self.steps.push(step);
        self
    }
    fn changed(&mut self, change: impl FnOnce(&mut Vec<Box<dyn Fn(usize) -> usize>>)) -> &mut Self {
        change(&mut self.steps);
        self
    }
    fn each(&self, mut each: impl FnMut(usize)) {
        self.steps.iter().for_each(|step| each(step(1)));
    }
    fn done(self, done: impl FnOnce(Noisy) -> usize) -> usize {
        done(self.value)
    }
}

same! {
    mod own_methods_with_closures;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut made = Made { value: log.drop_of("value"), steps: Vec::new() };
        let more = log.pend(1, 2).await;
        made = made.step(move |x| x + more);
        if log.pend(1, more).await == 2 {
            made.changed(|steps| steps.clear());
            made = made.step(|x| x);
        }
        let mut sum = 0;
        made.each(|x| sum += x);
        log.pend(1, ()).await;
        let made = made.step(move |x| x * more);
        let other = Made { value: log.drop_of("other"), steps: Vec::new() };
        log.pend(1, ()).await;
        other.each(|x| sum += x);
        log.event("other");
        let made = made.boxed(Box::new(move |x| x + more));
        log.pend(1, ()).await;
        let made = made.done(|value| value.look());
        sum += made;
        log.pend(1, sum).await
    }
}

/// Any value may be looked at on the way.
trait Through: Sized {
    fn through(self, look: impl FnOnce(&Self)) -> Self {
        look(&self);
        self
    }
}

impl Through for Vec<Noisy> {}

same! {
    mod methods_of_traits_with_closures;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let list = vec![log.drop_of("one"), log.drop_of("two")];
        log.pend(1, ()).await;
        let list = list.through(|list| log.event(list.len().to_string()));
        log.pend(1, ()).await;
        list.len()
    }
}

same! {
    mod entries_of_maps_with_closures;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut map = std::collections::BTreeMap::new();
        let entry = map.entry(1);
        log.pend(1, ()).await;
        let first = entry.or_insert_with(|| log.drop_of("made")).look();
        let entry = map.entry(1);
        log.pend(1, ()).await;
        let entry = entry.and_modify(|value| log.event(value.look().to_string()));
        log.pend(1, ()).await;
        first + entry.or_insert_with_key(|_| log.drop_of("other")).look()
    }
}
