//! Types of saved locals that the text does not state, and coercions into those that it does.
mod common;
use common::*;
use std::any::type_name_of_val;
use std::fmt::Debug;

same! {
    mod collection_filled_after_the_wait;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut list = Vec::new();
        log.pend(1, ()).await;
        list.push(log.drop_of("a"));
        log.pend(1, ()).await;
        list.len()
    }
}

same! {
    mod option_set_after_the_wait;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut place = None;
        let mut other = Default::default();
        for name in ["a", "bb"] {
            let value = log.pend(1, log.drop_of(name)).await;
            other = value.look();
            place = Some(value);
        }
        place.map_or(0, |value| value.look()) + other
    }
}

same! {
    mod integers_fall_back;
    #[coro::coroutine]
    async fn body(log: &Log) -> (&'static str, &'static str, &'static str) {
        let held = log.drop_of("held");
        let mut plain = 1;
        let float = 1.5;
        let byte = 200;
        log.pend(1, ()).await;
        plain += 1;
        let sized: u8 = byte;
        held.look();
        log.pend(1, plain).await;
        (type_name_of_val(&plain), type_name_of_val(&float), type_name_of_val(&sized))
    }
}

same! {
    mod type_names_of_saved_locals;
    #[coro::coroutine]
    async fn body(log: &Log) -> [&'static str; 3] {
        let text = String::from("x");
        let reference = &text;
        let mut list = vec![reference];
        log.pend(1, ()).await;
        list.push(reference);
        [type_name_of_val(&text), type_name_of_val(&reference), type_name_of_val(&list)]
    }
}

same! {
    mod annotated_result_of_a_generic_call;
    #[coro::coroutine]
    async fn body(log: &Log) -> Result<u16, std::num::ParseIntError> {
        let number: u16 = log.pend(1, "12").await.parse()?;
        let list: Vec<_> = log.pend(1, log.list(&["a", "b"])).await.into_iter().collect();
        let sum = "30".parse::<u16>()?;
        log.pend(1, ()).await;
        Ok(number + sum + list.len() as u16)
    }
}

same! {
    mod closure_parameter_known_from_its_call;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let held = log.drop_of("held");
        let add = |left, right| held.look() + left + right;
        log.pend(1, ()).await;
        add(1, log.pend(1, 2_usize).await)
    }
}

same! {
    mod reference_to_a_trait_object;
    #[coro::coroutine]
    async fn body(log: &Log) -> String {
        let local = log.drop_of("local");
        let object: &dyn Debug = &local;
        log.drop_of("x").look();
        let text = format!("{object:?}");
        log.pend(1, text).await
    }
}

same! {
    mod reference_to_a_trait_object_across_a_wait;
    #[coro::coroutine]
    async fn body(log: &Log) -> String {
        let local = log.drop_of("local");
        let number = 7;
        let mut object: &(dyn Debug + Sync) = &local;
        log.pend(1, ()).await;
        let first = format!("{object:?}");
        object = &number;
        log.pend(1, ()).await;
        format!("{first}{object:?}")
    }
}

same! {
    mod boxed_trait_object;
    #[coro::coroutine]
    async fn body(log: &Log) -> String {
        let mut boxed: Box<dyn Debug + Send> = Box::new(log.drop_of("first"));
        let first = format!("{boxed:?}");
        log.pend(1, ()).await;
        boxed = Box::new(log.pend(1, 7).await);
        log.pend(1, ()).await;
        format!("{first}{boxed:?}")
    }
}

same! {
    mod array_reference_becomes_a_slice;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let short = [log.drop_of("a")];
        let long = [log.drop_of("b"), log.drop_of("c")];
        let mut slice: &[Noisy] = &short;
        let mut sum = 0;
        for _ in 0..2 {
            log.pend(1, ()).await;
            sum += slice.iter().map(Noisy::look).sum::<usize>();
            slice = &long;
        }
        sum
    }
}

same! {
    mod text_reference_is_dereferenced;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let owned = log.pend(1, String::from("owned")).await;
        let held = log.drop_of("held");
        let text: &str = &owned;
        log.pend(1, ()).await;
        text.len() + held.look()
    }
}

same! {
    mod function_items_become_a_pointer;
    fn one(value: &Noisy) -> usize {
        value.look()
    }
    fn two(value: &Noisy) -> usize {
        value.look() * 2
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let value = log.drop_of("value");
        let mut sum = 0;
        for flag in [true, false] {
            let act = if log.pend(1, flag).await { one } else { two };
            let same: fn(&Noisy) -> usize = one;
            log.pend(1, ()).await;
            sum += act(&value) + same(&value);
        }
        sum
    }
}

same! {
    mod closures_become_a_pointer;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let value = log.drop_of("value");
        let table: [fn(usize) -> usize; 2] = [|number| number + 1, |number| number * 2];
        let mut sum = 0;
        for act in table {
            sum = act(sum + log.pend(1, 1).await);
        }
        sum + value.look()
    }
}

same! {
    mod unnameable_types_are_saved;
    fn numbers(log: &Log) -> impl Iterator<Item = usize> {
        let held = log.drop_of("held by the iterator");
        (0..3).map(move |number| number + held.look())
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut numbers = numbers(log);
        let first = numbers.next();
        log.pend(1, ()).await;
        first.unwrap_or(0) + numbers.next().unwrap_or(0)
    }
}

same! {
    mod autoref_level_of_a_receiver;
    trait Level {
        fn level(&self) -> usize;
    }
    impl Level for Noisy {
        fn level(&self) -> usize {
            self.look()
        }
    }
    impl Level for &Noisy {
        fn level(&self) -> usize {
            self.look() + 100
        }
    }
    impl Level for &mut Noisy {
        fn level(&self) -> usize {
            self.look() + 200
        }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> [usize; 4] {
        let mut value = log.drop_of("value");
        let mut other = log.drop_of("other");
        let reference = &other;
        log.pend(1, ()).await;
        let first = (&reference).level();
        let second = reference.level();
        let mutable = &mut other;
        log.pend(1, ()).await;
        let third = (&mutable).level();
        value.wait_mut().await.change("!");
        [value.level(), first, second, third]
    }
}

same! {
    mod receivers_of_every_kind;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut place = Some(log.drop_of("place"));
        let number: Option<usize> = log.pend(1, Some(4)).await;
        log.pend(1, ()).await;
        let borrowed = place.as_ref().map_or(0, Noisy::look);
        log.pend(1, ()).await;
        let taken = place.take();
        log.pend(1, ()).await;
        let length = taken.map_or(0, |value| value.look());
        // Copied, not moved.
        let copied = number.unwrap_or(0);
        log.pend(1, ()).await;
        borrowed + length + copied + number.unwrap_or(0) + usize::from(place.is_none())
    }
}

same! {
    mod copies_and_moves_look_alike;
    #[derive(Clone, Copy)]
    struct Copied(usize);
    struct Moved(Noisy);
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let copied = Copied(1);
        let moved = Moved(log.drop_of("moved"));
        let other = copied;
        let taken = moved;
        log.pend(1, ()).await;
        let field = copied.0;
        let inner = taken.0;
        log.pend(1, ()).await;
        copied.0 + other.0 + field + inner.look()
    }
}

same! {
    mod mutable_reference_is_moved_or_reborrowed;
    #[coro::coroutine]
    async fn body(log: &Log) -> Noisy {
        let mut value = log.drop_of("value");
        let first = &mut value;
        let second: &mut Noisy = first;
        second.change("1");
        log.pend(1, ()).await;
        first.change("2");
        let third = first;
        log.pend(1, ()).await;
        third.change("3");
        value
    }
}

same! {
    mod diverging_branches_take_the_other_type;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let held = log.drop_of("held");
        let value = if log.pend(1, true).await {
            log.drop_of("value")
        } else {
            return 0;
        };
        let number = match log.pend(1, Some(1)).await {
            Some(number) => number,
            None => panic!("{held:?}"),
        };
        log.pend(1, ()).await;
        value.look() + number
    }
}

same! {
    mod types_flow_backwards_through_a_loop;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut last = None;
        let mut seen = Vec::new();
        let mut count = 0;
        loop {
            if let Some(value) = last.take() {
                log.pend(1, ()).await;
                seen.push(value);
            }
            if count == 2 {
                break;
            }
            count += 1;
            last = Some(log.drop_of("value"));
        }
        seen.iter().map(Noisy::look).sum::<usize>() + count
    }
}

same! {
    mod references_in_an_operand;
    async fn total(log: &Log, parts: &[(u64, &[u8])]) -> usize {
        log.pend(1, parts.len() + parts[0].1.len()).await
    }
    async fn shown(log: &Log, parts: &[&dyn std::fmt::Debug]) -> String {
        log.pend(1, format!("{parts:?}")).await
    }
    async fn both(log: &Log, parts: &(&str, &[usize]), more: &[&str; 2]) -> usize {
        log.pend(1, parts.0.len() + parts.1.len() + more[0].len()).await
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let list = vec![1, 2, 3];
        let (text, noisy, numbers) = (String::from("text"), log.drop_of("noisy"), vec![1usize]);
        let count = total(log, &[(1, &list)]).await;
        let shown = shown(log, &[&text, &noisy, &1]).await;
        let both = both(log, &(&text, &numbers), &[&text, &shown]).await;
        let plain = log.pend(1, &[1, 2]).await.len();
        count + shown.len() + both + plain + log.pend(1, &[noisy.itself(), &noisy]).await.len()
    }
}

same! {
    mod type_arguments_that_are_inferred;
    start |log| body(log, [1, 2, 3].into_iter());
    #[coro::coroutine]
    async fn body(log: &Log, numbers: impl Iterator<Item = usize>) -> (usize, Vec<usize>) {
        let mut list = numbers.collect::<Vec<_>>();
        log.pend(1, ()).await;
        list.push(4);
        let heap = log.pend(1, (0..3).collect::<std::collections::BinaryHeap<_>>()).await;
        let halves = list.iter().map(|&n| (n, n / 2));
        log.pend(1, ()).await;
        let (_, halves) = halves.unzip::<_, _, Vec<_>, Vec<_>>();
        (heap.len(), log.pend(1, halves).await)
    }
}

same! {
    mod type_parameter_of_a_method_that_takes_its_receiver;
    #[derive(Debug)]
    enum Failure<E> {
        Own,
        Other(E),
    }
    struct Item(Noisy);
    impl Item {
        fn check<E>(self, expected: usize) -> Result<Noisy, Failure<E>> {
            if self.0.look() == expected { Ok(self.0) } else { Err(Failure::Own) }
        }
    }
    #[coro::coroutine]
    async fn other<E>(log: &Log, failure: Option<E>) -> Result<(), Failure<E>> {
        log.pend(1, failure).await.map_or(Ok(()), |failure| Err(Failure::Other(failure)))
    }
    #[coro::coroutine]
    async fn checked<E>(log: &Log, item: Item, failure: Option<E>) -> Result<usize, Failure<E>> {
        let length = item.0.look();
        other(log, failure).await?;
        Ok(item.check(length)?.finish().len())
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> Result<usize, Failure<u8>> {
        let (first, second) = (Item(log.drop_of("first")), Item(log.drop_of("second")));
        let younger = log.drop_of("younger");
        let sum = checked(log, Item(log.drop_of("third")), None::<u8>).await?;
        let kept = first.check(5)?;
        other(log, None).await?;
        let sum = sum + kept.look() + second.check(log.pend(1, 7).await)?.look();
        Ok(sum + younger.look())
    }
}

same! {
    mod type_arguments_that_are_left_to_inference;
    struct Row(Noisy);
    impl Row {
        fn get<T: From<usize>>(&self, added: usize) -> Result<T, ()> {
            Ok(T::from(self.0.look() + added))
        }
        fn gather<T: FromIterator<Noisy>>(self) -> Option<T> {
            Some(std::iter::once(self.0).collect())
        }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> Option<usize> {
        let first = Row(log.drop_of("first"));
        let list = log.list(&["a", "bb"]).into_iter();
        log.pend(1, ()).await;
        let list = list.collect::<Vec<_>>();
        let gathered = first.gather::<Vec<_>>()?;
        let second = Row(log.drop_of("second"));
        let sum: usize = second.get(list.len()).ok()?;
        Some(sum + gathered.first()?.look())
    }
}

same! {
    mod a_reference_that_a_closure_moves;
    use std::pin::Pin;
    use std::task::{Context, Poll, Waker};
    #[coro::coroutine]
    async fn lazy<T>(log: &Log, act: impl FnOnce(&mut Context<'_>) -> T) -> T {
        log.pend(1, ()).await;
        act(&mut Context::from_waker(Waker::noop()))
    }
    fn add(list: &mut Vec<u8>) {
        list.push(1);
    }
    fn first(list: impl AsRef<[u8]>) -> usize {
        list.as_ref()[0].into()
    }
    #[coro::coroutine]
    async fn pushed(log: &Log, list: &mut Vec<u8>, shared: &[u8]) -> usize {
        let number = shared.len();
        let sum = lazy(log, |_| { add(list); number }).await;
        let sum = sum + lazy(log, |_| { add(list); first(shared) }).await;
        let mut twice = |by: usize| { add(list); by + first(shared) };
        let sum = twice(sum) + twice(log.pend(1, 2).await);
        sum + lazy(log, |_| { let list = Pin::new(list); list.len() + first(shared) }).await + first(shared)
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut leaf = Box::pin(log.pend(1, 3));
        let polled = {
            let leaf = &mut leaf;
            let polled = lazy(log, |context| Pin::new(leaf).poll(context)).await;
            matches!(polled, Poll::Pending)
        };
        let mut list = Vec::new();
        let sum = pushed(log, &mut list, &[4, 5]).await;
        sum + list.len() + usize::from(polled) + leaf.await
    }
}
