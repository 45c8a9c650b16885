//! The forms that a function can have.
// The bodies are about a form, not about the best form.
#![allow(clippy::needless_lifetimes, clippy::toplevel_ref_arg)]
mod common;
use common::*;

same! {
    mod self_by_value;
    struct Owner(Noisy, #[allow(dead_code)] Noisy);
    impl Owner {
        #[coro::coroutine]
        async fn consume(self, log: &Log) -> String {
            let local = log.drop_of("local");
            log.pend(1, ()).await;
            local.look();
            self.0.finish()
        }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> String {
        Owner(log.drop_of("first"), log.drop_of("second")).consume(log).await
    }
}

same! {
    mod mutable_self_by_value;
    struct Owner(Noisy);
    impl Owner {
        #[coro::coroutine]
        async fn builder(mut self, suffix: &str) -> Self {
            let log = self.0.log().clone();
            log.pend(1, ()).await;
            self.0.change(suffix);
            self
        }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> Noisy {
        Owner(log.drop_of("value")).builder("!").await.builder("?").await.0
    }
}

same! {
    mod self_is_the_subject;
    start |log| Owner(log.drop_of("value")).consume(log, log.drop_of("argument"));
    struct Owner(Noisy);
    impl Owner {
        #[coro::coroutine]
        async fn consume(self, log: &Log, argument: Noisy) -> usize {
            log.pend(2, ()).await;
            self.0.look() + argument.look()
        }
    }
}

same! {
    mod shared_self_with_elided_output;
    struct Owner {
        list: Vec<Noisy>,
    }
    impl Owner {
        #[coro::coroutine]
        async fn find(&self, log: &Log, name: &str) -> Option<&Noisy> {
            for value in &self.list {
                log.pend(1, ()).await;
                if value.name() == name {
                    return Some(value);
                }
            }
            None
        }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let owner = Owner { list: log.list(&["a", "bb", "ccc"]) };
        let found = owner.find(log, "bb").await.map_or(0, Noisy::look);
        found + usize::from(owner.find(log, "x").await.is_none())
    }
}

same! {
    mod mutable_self_with_elided_output;
    struct Owner {
        list: Vec<Noisy>,
    }
    impl Owner {
        #[coro::coroutine]
        async fn add(&mut self, log: &Log, name: &str) -> &mut Noisy {
            let value = log.pend(1, log.drop_of(name)).await;
            self.list.push(value);
            log.pend(1, ()).await;
            self.list.last_mut().expect("a value was pushed")
        }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> Vec<Noisy> {
        let mut owner = Owner { list: Vec::new() };
        owner.add(log, "a").await.change("!");
        owner.add(log, "b").await.change("?");
        owner.list
    }
}

same! {
    mod boxed_self;
    struct Owner(Noisy, Noisy);
    impl Owner {
        #[coro::coroutine]
        async fn consume(self: Box<Self>, log: &Log) -> usize {
            log.pend(1, ()).await;
            let first = self.0;
            log.pend(1, ()).await;
            first.look() + self.1.look()
        }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        Box::new(Owner(log.drop_of("first"), log.drop_of("second"))).consume(log).await
    }
}

same! {
    mod shared_pointer_to_self;
    use std::sync::Arc;
    struct Owner(Noisy);
    impl Owner {
        #[coro::coroutine]
        async fn look(self: Arc<Self>) -> usize {
            self.0.wait().await;
            self.0.look()
        }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let owner = Arc::new(Owner(log.drop_of("value")));
        Arc::clone(&owner).look().await + owner.look().await
    }
}

same! {
    mod pinned_self;
    use std::pin::{Pin, pin};
    struct Owner(Noisy);
    impl Owner {
        #[coro::coroutine]
        async fn look(mut self: Pin<&mut Self>, log: &Log) -> usize {
            log.pend(1, ()).await;
            self.0.change("!");
            log.pend(1, ()).await;
            self.as_mut().get_mut().0.look()
        }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut owner = pin!(Owner(log.drop_of("value")));
        owner.as_mut().look(log).await + owner.as_mut().look(log).await
    }
}

same! {
    mod associated_function_and_constants;
    struct Owner;
    impl Owner {
        const TIMES: usize = 2;
        #[coro::coroutine]
        async fn times(log: &Log) -> usize {
            let held = log.drop_of("held");
            log.pend(Self::TIMES, ()).await;
            held.look() * Self::TIMES
        }
        #[coro::coroutine]
        async fn make(log: &Log) -> Self {
            log.pend(Self::times(log).await, Self).await
        }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let Owner = Owner::make(log).await;
        Owner::times(log).await
    }
}

same! {
    mod generic_function;
    use std::fmt::Debug;
    #[coro::coroutine]
    async fn delay<T: Debug>(log: &Log, value: T) -> T {
        log.event(format!("{value:?}"));
        log.pend(1, ()).await;
        value
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> (Noisy, u8, String) {
        (
            delay(log, log.drop_of("value")).await,
            delay(log, 7).await,
            delay::<String>(log, "text".to_owned()).await,
        )
    }
}

same! {
    mod generic_parameter_with_a_where_clause;
    use std::fmt::Display;
    #[coro::coroutine]
    async fn join<I, T>(log: &Log, values: I, between: &str) -> String
    where
        I: IntoIterator<Item = T>,
        T: Display,
    {
        let mut text = String::new();
        for value in values {
            log.pend(1, ()).await;
            if !text.is_empty() {
                text.push_str(between);
            }
            text.push_str(&value.to_string());
        }
        text
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> String {
        let first = join(log, log.list(&["a", "b"]), ", ").await;
        first + &join(log, [1, 2, 3], "-").await
    }
}

same! {
    mod generic_future_parameter;
    #[coro::coroutine]
    async fn both<A: Future, B: Future>(first: A, second: B) -> (A::Output, B::Output) {
        (first.await, second.await)
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> (Noisy, usize) {
        let held = log.drop_of("held");
        both(log.pend(1, log.drop_of("value")), both(log.pend(1, 1), log.pend(1, &held)))
            .await
            .into_pair()
    }
    trait IntoPair {
        fn into_pair(self) -> (Noisy, usize);
    }
    impl IntoPair for (Noisy, (usize, &Noisy)) {
        fn into_pair(self) -> (Noisy, usize) {
            (self.0, self.1.0 + self.1.1.look())
        }
    }
}

same! {
    mod impl_trait_parameters;
    #[coro::coroutine]
    async fn apply(
        log: &Log,
        values: impl IntoIterator<Item = Noisy>,
        mut act: impl FnMut(&Noisy) -> usize,
    ) -> usize {
        let mut sum = 0;
        for value in values {
            log.pend(1, ()).await;
            sum += act(&value);
        }
        sum
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut count = 0;
        let sum = apply(log, log.list(&["a", "bb"]), |value| {
            count += 1;
            value.look()
        })
        .await;
        sum + count
    }
}

same! {
    mod impl_future_parameter;
    #[coro::coroutine]
    async fn twice(future: impl Future<Output = Noisy>) -> usize {
        let value = future.await;
        value.wait().await.look() + value.look()
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        twice(log.pend(1, log.drop_of("value"))).await
    }
}

same! {
    mod constant_generic_parameter;
    #[coro::coroutine]
    async fn fill<const N: usize>(log: &Log, value: u8) -> [u8; N] {
        let held = log.drop_of("held");
        let mut buffer = [value; N];
        log.fill(1, &mut buffer[1..]).await;
        held.look();
        buffer
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> ([u8; 2], [u8; 4]) {
        (fill(log, 1).await, fill::<4>(log, 2).await)
    }
}

same! {
    mod generic_type_with_a_method;
    struct Holder<'a, T> {
        log: &'a Log,
        value: Option<T>,
    }
    impl<'a, T> Holder<'a, T> {
        #[coro::coroutine]
        async fn put(&mut self, value: T) -> Option<T> {
            self.log.pend(1, ()).await;
            let old = self.value.replace(value);
            self.log.pend(1, ()).await;
            old
        }
        #[coro::coroutine]
        async fn log(&self) -> &'a Log {
            self.log.pend(1, self.log).await
        }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut holder = Holder { log, value: None };
        let none = holder.put(log.drop_of("first")).await;
        let first = holder.put(log.drop_of("second")).await;
        holder.log().await.event("found");
        usize::from(none.is_none()) + first.map_or(0, |value| value.look())
    }
}

same! {
    mod named_lifetimes;
    #[coro::coroutine]
    async fn longest<'a>(log: &Log, first: &'a Noisy, second: &'a Noisy) -> &'a Noisy {
        log.pend(1, ()).await;
        if first.look() > second.look() { first } else { second }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let first = log.drop_of("first");
        let second = log.drop_of("the second");
        longest(log, &first, &second).await.look()
    }
}

same! {
    mod two_named_lifetimes;
    #[coro::coroutine]
    async fn choose<'a, 'b: 'a>(
        log: &Log,
        first: &'a Noisy,
        second: &'b Noisy,
    ) -> (&'a Noisy, &'b Noisy) {
        let held: &'a Noisy = second;
        log.pend(1, ()).await;
        first.look();
        (held, second)
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let second = log.drop_of("second");
        let kept = {
            let first = log.drop_of("first");
            choose(log, &first, &second).await.1
        };
        log.pend(1, ()).await;
        kept.look()
    }
}

same! {
    mod saved_borrow_of_a_parameter_under_two_lifetimes;
    struct Cursor<'a, 'b> {
        list: &'a [&'b Noisy],
        position: usize,
    }
    #[coro::coroutine]
    async fn walk<'a, 'b>(log: &Log, list: &'a [&'b Noisy]) -> Option<&'b Noisy> {
        let mut cursor = Cursor { list, position: 0 };
        let mut last = None;
        while cursor.position < cursor.list.len() {
            let value = &cursor.list[cursor.position];
            log.pend(1, ()).await;
            value.look();
            last = Some(*value);
            cursor.position += 1;
        }
        last
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let values = log.list(&["a", "bb"]);
        let list: Vec<&Noisy> = values.iter().collect();
        walk(log, &list).await.map_or(0, Noisy::look)
    }
}

same! {
    mod generic_value_is_borrowed_across_a_wait;
    use std::fmt::Debug;
    #[coro::coroutine]
    async fn show<T: Debug>(log: &Log, value: T) -> String {
        let reference = &value;
        let list = vec![reference, reference];
        log.pend(1, ()).await;
        format!("{list:?}{reference:?}")
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> (String, String) {
        let local = log.drop_of("local");
        (show(log, &local).await, show(log, log.drop_of("owned")).await)
    }
}

same! {
    mod pattern_parameters;
    start |log| body(
        log,
        (log.drop_of("left"), log.drop_of("right")),
        [1, 2, 3],
        Point { x: 4, y: log.drop_of("y") },
    );
    struct Point {
        x: usize,
        y: Noisy,
    }
    #[coro::coroutine]
    async fn body(
        log: &Log,
        (left, mut right): (Noisy, Noisy),
        [first, .., last]: [usize; 3],
        Point { x, y: ref height }: Point,
    ) -> usize {
        log.pend(1, ()).await;
        right.change("!");
        left.look() + right.look() + first + last + x + log.pend(1, height).await.look()
    }
}

same! {
    mod parameters_that_bind_by_reference;
    start |log| body(log, log.drop_of("shared"), log.drop_of("mutable"));
    #[coro::coroutine]
    async fn body(log: &Log, ref shared: Noisy, ref mut mutable: Noisy) -> usize {
        log.pend(1, ()).await;
        mutable.change("!");
        log.pend(1, ()).await;
        shared.look() + mutable.look()
    }
}

same! {
    mod trait_method_with_a_default;
    trait Look {
        fn value(&self) -> &Noisy;
        #[coro::coroutine]
        async fn look_later(&self) -> usize {
            let first = self.value().look();
            self.value().wait().await;
            first + self.value().look()
        }
    }
    struct Plain(Noisy);
    impl Look for Plain {
        fn value(&self) -> &Noisy {
            &self.0
        }
    }
    struct Other(Noisy);
    impl Look for Other {
        fn value(&self) -> &Noisy {
            &self.0
        }
        #[coro::coroutine]
        async fn look_later(&self) -> usize {
            self.0.wait().await.look() * 2
        }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let other = Other(log.drop_of("other"));
        Plain(log.drop_of("plain")).look_later().await + other.look_later().await
    }
}

same! {
    mod trait_with_an_associated_type;
    trait Pool {
        type Item;
        const TIMES: usize;
        async fn take(&mut self, log: &Log) -> Option<Self::Item>;
    }
    struct List(Vec<Noisy>);
    impl Pool for List {
        type Item = Noisy;
        const TIMES: usize = 2;
        #[coro::coroutine]
        async fn take(&mut self, log: &Log) -> Option<Self::Item> {
            log.pend(Self::TIMES, ()).await;
            let item: Self::Item = self.0.pop()?;
            log.pend(1, ()).await;
            Some(item)
        }
    }
    #[coro::coroutine]
    async fn drain<P: Pool>(log: &Log, pool: &mut P) -> usize {
        let mut count = 0;
        while let Some(item) = pool.take(log).await {
            log.pend(P::TIMES, item).await;
            count += 1;
        }
        count
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        drain(log, &mut List(log.list(&["a", "b"]))).await
    }
}

same! {
    mod returns_a_result_alias_and_impl_trait;
    type Outcome<T> = std::result::Result<T, Noisy>;
    #[coro::coroutine]
    async fn names(log: &Log) -> Outcome<impl Iterator<Item = String> + use<>> {
        let list = log.pend(1, Ok::<_, Noisy>(log.list(&["a", "b"]))).await?;
        Ok(list.into_iter().map(Noisy::finish))
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> Outcome<Vec<String>> {
        let names = names(log).await?;
        log.pend(1, ()).await;
        Ok(names.collect())
    }
}

same! {
    mod returns_a_boxed_trait_object;
    #[coro::coroutine]
    async fn make(log: &Log) -> Box<dyn Fn(usize) -> usize + Send + '_> {
        let held = log.pend(1, log.drop_of("held")).await;
        Box::new(move |number| held.look() + number)
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> Result<usize, Box<dyn std::error::Error>> {
        let act = make(log).await;
        log.pend(1, "12").await.parse::<usize>()?;
        let number = log.pend(1, 1).await;
        Ok(act(number))
    }
}

same! {
    mod passed_where_an_async_function_is_wanted;
    #[coro::coroutine]
    async fn look(value: &Noisy) -> usize {
        value.wait().await.look()
    }
    async fn apply(values: &[Noisy], act: impl AsyncFn(&Noisy) -> usize) -> usize {
        let mut sum = 0;
        for value in values {
            sum += act(value).await;
        }
        sum
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let list = log.list(&["a", "bb"]);
        apply(&list, look).await
    }
}

same! {
    mod items_inside_the_body;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        const TIMES: usize = 2;
        struct Local(Noisy);
        impl Local {
            fn look(&self) -> usize {
                self.0.look() * TIMES
            }
        }
        let local = Local(log.drop_of("local"));
        log.pend(TIMES, ()).await;
        fn later(local: &Local) -> usize {
            local.look() + TIMES
        }
        later(&local)
    }
}

same! {
    mod inner_functions_closures_and_blocks_wait_for_themselves;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        async fn inner(log: &Log) -> usize {
            let held = log.drop_of("inner function");
            log.pend(1, ()).await;
            held.look()
        }
        let local = log.drop_of("local");
        let closure = async |number: usize| local.look() + log.pend(1, number).await;
        let block = async { log.pend(1, local.look()).await };
        inner(log).await + closure(1).await + block.await
    }
}

same! {
    mod attributes_are_kept;
    /// A documented function.
    #[coro::coroutine]
    #[allow(unused_variables, non_snake_case)]
    #[must_use]
    #[inline]
    async fn attributed(log: &Log, #[allow(unused_mut)] mut UPPER: usize) -> usize {
        #[allow(unused_mut)]
        let mut unused = log.drop_of("unused");
        #[cfg(any())]
        log.pend(1, nonsense).await;
        #[cfg(all())]
        log.pend(1, ()).await;
        let choice = match UPPER {
            #[cfg(any())]
            1 => log.pend(1, nonsense).await,
            _ => log.pend(1, UPPER).await,
        };
        choice + 1
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        attributed(log, 1).await
    }
}

same! {
    mod raw_and_shadowed_names;
    fn length(log: &Log) -> usize {
        log.event("function");
        3
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let r#match = log.drop_of("raw");
        let sum = length(log);
        log.pend(1, ()).await;
        let length = log.pend(1, sum + r#match.look()).await;
        let r#type = log.pend(1, length).await;
        length + r#type + r#match.look()
    }
}

same! {
    mod user_items_named_like_the_preludes;
    #[derive(Debug)]
    #[allow(dead_code)]
    enum Poll {
        Ready(Noisy),
        Pending,
    }
    #[derive(Debug)]
    struct Pin;
    struct Context;
    #[derive(Debug)]
    struct State(#[allow(dead_code)] Context_);
    #[derive(Debug)]
    struct Context_;
    trait Future {
        fn poll(&self) -> usize;
    }
    impl Future for Noisy {
        fn poll(&self) -> usize {
            self.look()
        }
    }
    #[allow(non_snake_case)]
    fn Some(value: Noisy) -> usize {
        value.look()
    }
    #[allow(non_snake_case)]
    fn Ok(value: Noisy) -> Noisy {
        value
    }
    mod core {
        pub(super) fn number() -> usize {
            7
        }
    }
    mod std {
        pub(super) fn number() -> usize {
            8
        }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> (Poll, Pin, State, usize) {
        let _context = Context;
        let value = log.pend(1, log.drop_of("value")).await;
        let number = Some(log.pend(1, log.drop_of("some")).await) + value.poll();
        let poll = Poll::Ready(Ok(value));
        log.pend(1, ()).await;
        (poll, Pin, State(Context_), number + core::number() + std::number())
    }
}

same! {
    mod no_parameters;
    start |log| outer(log);
    #[coro::coroutine]
    async fn nothing() -> &'static str {
        std::future::ready("nothing").await
    }
    #[coro::coroutine]
    async fn outer(log: &Log) -> &'static str {
        log.pend(1, ()).await;
        nothing().await
    }
}

same! {
    mod no_wait_at_all;
    #[coro::coroutine]
    async fn quiet(value: Noisy) -> usize {
        value.look()
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let sum = quiet(log.drop_of("value")).await;
        log.pend(1, sum).await
    }
}

same! {
    mod an_into_future_operand;
    use std::future::IntoFuture;
    struct Request<'a>(&'a Log, Noisy);
    impl IntoFuture for Request<'_> {
        type Output = Noisy;
        type IntoFuture = Pend<Noisy>;
        fn into_future(self) -> Pend<Noisy> {
            self.0.event("into future");
            self.0.pend(1, self.1)
        }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let held = log.drop_of("held");
        Request(log, log.drop_of("value")).await.look() + held.look()
    }
}

same! {
    mod trait_objects_as_parameters;
    use std::fmt::Display;
    use std::pin::Pin;
    #[coro::coroutine]
    async fn show(
        value: &(dyn Display + Sync),
        future: Pin<&mut (dyn Future<Output = Noisy> + Send)>,
    ) -> String {
        let other = future.await;
        format!("{value}{other}")
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> String {
        let value = log.drop_of("value");
        let future = std::pin::pin!(log.pend(1, log.drop_of("awaited")));
        show(&value, future).await
    }
}

same! {
    mod function_pointer_and_array_parameters;
    #[coro::coroutine]
    async fn apply<const N: usize>(
        log: &Log,
        act: fn(&Noisy) -> usize,
        values: [Noisy; N],
    ) -> usize {
        let mut sum = 0;
        for value in &values {
            log.pend(1, ()).await;
            sum += act(value);
        }
        sum
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        apply(log, Noisy::look, [log.drop_of("a"), log.drop_of("b")]).await
    }
}

same! {
    mod output_that_is_never_made;
    use std::future::poll_fn;
    use std::pin::pin;
    use std::task::Poll;
    #[coro::coroutine]
    async fn forever(log: &Log) -> ! {
        let local = log.drop_of("local");
        loop {
            local.look();
            log.pend(1, ()).await;
        }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut forever = pin!(forever(log));
        let mut count = 0;
        poll_fn(|context| {
            count += 1;
            if count == 3 {
                return Poll::Ready(count);
            }
            forever.as_mut().poll(context).map(|never| never)
        })
        .await
    }
}

same! {
    mod visibility_and_unsafety;
    mod inner {
        use super::*;
        #[allow(unreachable_pub)]
        pub struct Owner(pub(super) Noisy);
        impl Owner {
            pub(crate) async fn visible(&self) -> usize {
                self.0.wait().await.look()
            }
        }
    }
    /// # Safety
    ///
    /// None is needed.
    #[coro::coroutine]
    pub(crate) async unsafe fn trusting(owner: &inner::Owner) -> usize {
        owner.visible().await + owner.0.look()
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let owner = inner::Owner(log.drop_of("value"));
        // SAFETY: the function asks for nothing.
        let future = unsafe { trusting(&owner) };
        future.await
    }
}

same! {
    mod unsafe_block_around_a_wait;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let held = log.drop_of("held");
        let number = 5_usize;
        let pointer = std::ptr::from_ref(&number).expose_provenance();
        // SAFETY: the number is alive and stays where it is.
        let read = unsafe {
            log.pend(1, ()).await;
            *std::ptr::with_exposed_provenance::<usize>(pointer)
        };
        read + held.look()
    }
}

same! {
    mod names_of_states;
    #[coro::coroutine]
    async fn start(log: &Log) -> usize {
        log.pend(1, 1).await
    }
    #[coro::coroutine]
    async fn running(log: &Log) -> usize {
        log.pend(1, 2).await
    }
    #[coro::coroutine]
    async fn returned(log: &Log) -> usize {
        start(log).await + running(log).await + start(log).await
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        start(log).await + running(log).await + returned(log).await
    }
}

same! {
    mod conditions_inside_of_a_body;
    #[allow(dead_code)]
    struct Pair {
        first: Noisy,
        #[cfg(debug_assertions)]
        second: Noisy,
    }
    #[coro::coroutine]
    async fn choose(
        log: &Log,
        #[cfg(any())] missing: Missing,
        #[cfg(not(any()))] given: usize,
    ) -> usize {
        let pair = Pair {
            first: log.drop_of("first"),
            #[cfg(debug_assertions)]
            second: log.pend(1, log.drop_of("second")).await,
        };
        #[cfg(unix)]
        let extra = log.pend(1, given).await;
        #[cfg(not(unix))]
        let extra = missing(given).await;
        let list = [
            #[cfg(any())]
            missing,
            extra,
        ];
        #[cfg(any())]
        return missing.await;
        let Pair {
            first,
            #[cfg(debug_assertions)]
            second: _,
        } = pair;
        log.pend(1, first.look()).await + list.len()
    }
    #[coro::coroutine]
    async fn tail(log: &Log) -> usize {
        let held = log.drop_of("held");
        let block = future! {
            #[cfg(any())]
            missing(held).await;
            log.pend(1, ()).await;
        };
        block.await;
        #[cfg(not(any()))]
        {
            log.pend(1, held.look()).await
        }
        #[cfg(any())]
        {
            missing(held).await
        }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        choose(log, 3).await + tail(log).await
    }
}

same! {
    mod generic_methods_of_a_trait;
    use std::fmt::Debug;
    trait Store {
        #[coro::coroutine]
        async fn put<T: Debug>(&mut self, log: &Log, item: T) -> usize;
        #[coro::coroutine]
        async fn put_twice<T: Debug + Clone>(&mut self, log: &Log, item: T) -> usize {
            let copy = item.clone();
            self.put(log, &copy).await + self.put(log, item).await
        }
    }
    struct Memory<T>(Vec<String>, T);
    impl<Other> Store for Memory<Other> {
        #[coro::coroutine]
        async fn put<T: Debug>(&mut self, log: &Log, item: T) -> usize {
            let reference = &item;
            log.pend(1, ()).await;
            self.0.push(format!("{reference:?}"));
            self.0.len()
        }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> (usize, usize) {
        let mut memory = Memory(Vec::new(), log.drop_of("other"));
        let local = log.drop_of("local");
        let count = memory.put(log, &local).await + memory.put_twice(log, &3).await;
        (count, memory.put(log, log.drop_of("owned")).await)
    }
}

same! {
    mod generic_methods_of_a_trait_that_borrow;
    use std::fmt::Debug;
    trait Find {
        #[coro::coroutine]
        async fn find<'a, K: AsRef<str>>(&'a self, log: &Log, key: K) -> Option<&'a str>;
        #[coro::coroutine]
        async fn both(log: &Log, first: impl Debug, second: impl Debug) -> String;
    }
    impl Find for [String] {
        #[coro::coroutine]
        async fn find<'a, K: AsRef<str>>(&'a self, log: &Log, key: K) -> Option<&'a str> {
            let text = key.as_ref();
            log.pend(1, ()).await;
            self.iter().map(String::as_str).find(|line| line.contains(text))
        }
        #[coro::coroutine]
        async fn both(log: &Log, first: impl Debug, second: impl Debug) -> String {
            let list: [&dyn Debug; 2] = [&first, &second];
            log.pend(1, ()).await;
            format!("{list:?}")
        }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> (Option<usize>, String) {
        let list = [String::from("first"), String::from("second")];
        let local = log.drop_of("local");
        let found = list.find(log, String::from("con")).await.map(str::len);
        (found, <[String]>::both(log, &local, log.drop_of("second")).await)
    }
}

same! {
    mod names_that_the_output_has_as_well;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let state = log.drop_of("state");
        // Kept for nothing but its drop.
        #[allow(unused_variables)]
        let same = log.drop_of("same");
        let (header, header_value) = (log.drop_of("header"), log.drop_of("value"));
        let (header_owner, header_type) = (log.drop_of("owner"), log.drop_of("type"));
        log.pend(1, ()).await;
        let (group, group_1) = (log.drop_of("group"), log.drop_of("group 1"));
        let group_2 = log.pend(1, log.drop_of("group 2")).await;
        let group = log.pend(1, group).await;
        let header = header.renamed("another header");
        log.pend(1, state.look() + header_value.look() + header_owner.look()).await
            + group.look()
            + group_1.look()
            + group_2.look()
            + header.look()
            + header_type.look()
    }
}
