//! Borrows that are held across a wait.
// The bodies are about a form, not about the best form.
#![allow(
    clippy::match_like_matches_macro,
    clippy::never_loop,
    clippy::redundant_closure_call,
    clippy::while_let_on_iterator
)]
mod common;
use common::*;

same! {
    mod local_borrowed_by_the_operand;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let local = log.drop_of("local");
        let length = log.pend(1, &local).await.look();
        length + local.look()
    }
}

same! {
    mod local_borrowed_mutably_by_the_operand;
    #[coro::coroutine]
    async fn body(log: &Log) -> Noisy {
        let mut local = log.drop_of("local");
        log.pend(1, &mut local).await.change("!");
        local.change("?");
        local
    }
}

same! {
    mod receiver_borrowed_by_the_operand;
    #[coro::coroutine]
    async fn body(log: &Log) -> Noisy {
        let mut local = log.drop_of("local");
        local.wait().await.look();
        local.wait_mut().await.change("!");
        local
    }
}

same! {
    mod receiver_consumed_by_the_operand;
    #[coro::coroutine]
    async fn body(log: &Log) -> Noisy {
        let local = log.drop_of("local");
        local.look();
        local.wait_own().await
    }
}

same! {
    mod reference_held_in_a_local;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let local = log.drop_of("local");
        let reference = &local;
        log.pend(1, ()).await;
        reference.look() + local.look()
    }
}

same! {
    mod mutable_reference_held_in_a_local;
    #[coro::coroutine]
    async fn body(log: &Log) -> Noisy {
        let mut local = log.drop_of("local");
        let reference = &mut local;
        log.pend(1, ()).await;
        reference.change("!");
        log.pend(1, ()).await;
        reference.change("?");
        local
    }
}

same! {
    mod buffer_is_filled;
    #[coro::coroutine]
    async fn body(log: &Log) -> (usize, [u8; 4]) {
        let held = log.drop_of("held");
        let mut buffer = [0; 4];
        let count = log.fill(1, &mut buffer[1..]).await;
        (count + held.look(), buffer)
    }
}

same! {
    mod source_is_read_into_a_buffer;
    #[coro::coroutine]
    async fn body(log: &Log) -> Result<String, Noisy> {
        let mut source = log.source(&["first", "second"]);
        let mut buffer = [0; 64];
        let count = source.read(&mut buffer).await?;
        let mut text = String::from_utf8_lossy(&buffer[..count]).into_owned();
        let count = source.read(&mut buffer).await?;
        text.push_str(&String::from_utf8_lossy(&buffer[..count]));
        Ok(text)
    }
}

same! {
    mod slice_of_a_local_held;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let list = log.list(&["a", "bb", "ccc"]);
        let slice = &list[1..];
        log.pend(1, ()).await;
        slice.iter().map(Noisy::look).sum::<usize>() + list.len()
    }
}

same! {
    mod string_slice_held;
    #[coro::coroutine]
    async fn body(log: &Log) -> String {
        let text = log.pend(1, String::from("one two three")).await;
        let mut words = text.split(' ');
        let first = words.next().unwrap_or_default();
        log.pend(1, ()).await;
        let second = words.next().unwrap_or_default();
        log.pend(1, ()).await;
        format!("{second} {first} {text}")
    }
}

same! {
    mod iterator_borrows_a_local;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let list = log.list(&["a", "bb", "ccc"]);
        let mut iterator = list.iter().filter(|value| value.name() != "bb");
        let mut sum = 0;
        while let Some(value) = iterator.next() {
            log.pend(1, ()).await;
            sum += value.look();
        }
        sum
    }
}

same! {
    mod reference_stored_in_a_struct;
    struct Reader<'a> {
        value: &'a Noisy,
        count: usize,
    }
    impl Reader<'_> {
        fn read(&mut self) -> usize {
            self.count += 1;
            self.value.look() * self.count
        }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let local = log.drop_of("local");
        let mut reader = Reader { value: &local, count: 0 };
        let first = reader.read();
        log.pend(1, ()).await;
        first + reader.read() + local.look()
    }
}

same! {
    mod struct_with_a_drop_borrows_a_local;
    struct Guard<'a>(&'a Noisy);
    impl Drop for Guard<'_> {
        fn drop(&mut self) {
            self.0.log().record(format!("guard of {} dropped", self.0.name()));
        }
    }
    #[coro::coroutine]
    async fn body(log: &Log) {
        let local = log.drop_of("local");
        let _guard = Guard(&local);
        log.pend(1, ()).await;
        local.look();
    }
}

same! {
    mod shared_parameter;
    start |log| outer(log);
    #[coro::coroutine]
    async fn inner(value: &Noisy) -> usize {
        let first = value.look();
        value.wait().await;
        first + value.look()
    }
    #[coro::coroutine]
    async fn outer(log: &Log) -> usize {
        let local = log.drop_of("local");
        inner(&local).await + inner(&log.drop_of("temporary")).await + local.look()
    }
}

same! {
    mod reborrowed_mutable_parameter;
    #[coro::coroutine]
    async fn inner(value: &mut Noisy, times: usize) {
        for _ in 0..times {
            value.change("!");
            value.wait_mut().await.change("?");
        }
        value.change(".");
    }
    #[coro::coroutine]
    async fn middle(value: &mut Noisy) -> &mut Noisy {
        inner(value, 2).await;
        inner(&mut *value, 1).await;
        value
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> Noisy {
        let mut local = log.drop_of("local");
        middle(&mut local).await.change(";");
        local
    }
}

same! {
    mod method_with_shared_self;
    struct Owner {
        value: Noisy,
    }
    impl Owner {
        #[coro::coroutine]
        async fn look(&self, log: &Log) -> usize {
            log.pend(1, ()).await;
            self.value.wait().await.look()
        }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let owner = Owner { value: log.drop_of("value") };
        owner.look(log).await + owner.value.look()
    }
}

same! {
    mod method_with_mutable_self;
    struct Counter {
        value: Noisy,
        count: usize,
    }
    impl Counter {
        #[coro::coroutine]
        async fn advance(&mut self) -> usize {
            self.count += 1;
            self.value.wait_mut().await.change("!");
            self.count += 10;
            self.count
        }
        #[coro::coroutine]
        async fn twice(&mut self) -> usize {
            self.advance().await + self.advance().await
        }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> (usize, Noisy) {
        let mut counter = Counter { value: log.drop_of("value"), count: 0 };
        (counter.twice().await, counter.value)
    }
}

same! {
    mod disjoint_fields_borrowed;
    struct Pair {
        left: Noisy,
        right: Noisy,
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> (Noisy, Noisy) {
        let mut pair = Pair { left: log.drop_of("left"), right: log.drop_of("right") };
        let left = &mut pair.left;
        let right = &mut pair.right;
        log.pend(1, ()).await;
        left.change("!");
        right.wait_mut().await.change("?");
        left.change("?");
        (pair.left, pair.right)
    }
}

same! {
    mod field_borrowed_while_another_is_moved;
    struct Pair {
        left: Noisy,
        right: Noisy,
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let pair = Pair { left: log.drop_of("left"), right: log.drop_of("right") };
        let left = &pair.left;
        let right = log.pend(1, pair.right).await;
        left.look() + right.look()
    }
}

same! {
    mod two_phase_borrow;
    #[coro::coroutine]
    async fn body(log: &Log) -> Vec<usize> {
        let mut list = vec![log.drop_of("a").look()];
        list.push(log.pend(1, 5).await);
        list.push(list.len());
        list.push({
            let sum = list.iter().sum();
            log.pend(1, sum).await
        });
        list
    }
}

same! {
    mod two_phase_borrow_with_a_borrowing_operand;
    #[coro::coroutine]
    async fn body(log: &Log) -> Vec<usize> {
        let mut list = vec![1, 2];
        list.push(log.pend(1, list.len()).await);
        list.push(log.pend(1, &list).await.len() + log.drop_of("x").look());
        list
    }
}

same! {
    mod vector_grows_by_a_borrowing_future;
    #[coro::coroutine]
    async fn body(log: &Log) -> Vec<Noisy> {
        let mut list = Vec::new();
        log.push(1, &mut list, log.drop_of("a")).await.change("!");
        let last = log.push(2, &mut list, log.drop_of("b")).await;
        log.pend(1, ()).await;
        last.change("?");
        list
    }
}

same! {
    mod future_in_a_local_borrows_a_local;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let local = log.drop_of("local");
        let future = log.pend(1, &local);
        log.pend(1, ()).await;
        future.await.look() + local.look()
    }
}

same! {
    mod pinned_future_polled_by_reference;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let local = log.drop_of("local");
        let mut future = std::pin::pin!(log.pend(2, &local));
        log.pend(1, ()).await;
        future.as_mut().await.look() + local.look()
    }
}

same! {
    mod reference_to_a_reference;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let local = log.drop_of("local");
        let first = &local;
        let second = &first;
        log.pend(1, ()).await;
        let third = &second;
        log.pend(1, ()).await;
        third.look() + first.look()
    }
}

same! {
    mod option_of_a_reference;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let list = log.list(&["a", "bb"]);
        let mut longest: Option<&Noisy> = None;
        for value in &list {
            log.pend(1, ()).await;
            if longest.is_none_or(|other| other.name().len() < value.name().len()) {
                longest = Some(value);
            }
        }
        longest.map_or(0, Noisy::look)
    }
}

same! {
    mod reference_is_reassigned;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let first = log.drop_of("first");
        let second = log.drop_of("second");
        let mut reference = &first;
        log.pend(1, ()).await;
        let sum = reference.look();
        reference = &second;
        log.pend(1, ()).await;
        sum + reference.look()
    }
}

same! {
    mod mutable_reference_walks_a_list;
    struct Node {
        value: Noisy,
        next: Option<Box<Node>>,
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> Vec<String> {
        let last = Node { value: log.drop_of("last"), next: None };
        let mut head = Node { value: log.drop_of("head"), next: Some(Box::new(last)) };
        let mut cursor = &mut head;
        loop {
            cursor.value.change("!");
            log.pend(1, ()).await;
            match cursor.next {
                Some(ref mut next) => cursor = next,
                None => break,
            }
        }
        cursor.value.change("?");
        let next = head.next.as_ref().map(|next| next.value.name().to_owned());
        vec![head.value.name().to_owned(), next.unwrap_or_default()]
    }
}

same! {
    mod closure_borrows_a_saved_local;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let local = log.drop_of("local");
        let look = |times: usize| local.look() * times;
        log.pend(1, ()).await;
        let first = look(1);
        log.pend(1, ()).await;
        first + look(2) + local.look()
    }
}

same! {
    mod closure_borrows_mutably;
    #[coro::coroutine]
    async fn body(log: &Log) -> Noisy {
        let mut local = log.drop_of("local");
        let mut change = |suffix: &str| {
            local.change(suffix);
        };
        change("!");
        log.pend(1, ()).await;
        change("?");
        local
    }
}

same! {
    mod closure_captures_by_move;
    #[coro::coroutine]
    async fn body(log: &Log) -> String {
        let local = log.drop_of("local");
        let other = log.drop_of("other");
        let consume = move || local.finish();
        log.pend(1, ()).await;
        other.look();
        consume()
    }
}

same! {
    mod closures_outlive_the_iteration;
    #[coro::coroutine]
    async fn body(log: &Log) -> Vec<String> {
        let mut closures: Vec<Box<dyn FnOnce() -> String + Send>> = Vec::new();
        for value in log.list(&["a", "b", "c"]) {
            log.pend(1, ()).await;
            closures.push(Box::new(move || value.finish()));
        }
        log.pend(1, ()).await;
        closures.into_iter().map(|closure| closure()).collect()
    }
}

same! {
    mod closure_captures_fields_apart;
    struct Pair {
        left: Noisy,
        right: Noisy,
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut pair = Pair { left: log.drop_of("left"), right: log.drop_of("right") };
        let look = || pair.left.look();
        pair.right.wait_mut().await.change("!");
        let sum = look();
        log.pend(1, ()).await;
        sum + pair.right.look() + pair.left.look()
    }
}

same! {
    mod ref_patterns;
    #[coro::coroutine]
    async fn body(log: &Log) -> (Noisy, Noisy) {
        let mut pair = (log.drop_of("left"), log.drop_of("right"));
        {
            let (ref left, ref mut right) = pair;
            log.pend(1, ()).await;
            right.change(left.name());
        }
        log.pend(1, ()).await;
        pair
    }
}

same! {
    mod address_of_a_saved_local_stays;
    #[coro::coroutine]
    async fn body(log: &Log) -> bool {
        let mut local = log.drop_of("local");
        let before = std::ptr::from_ref(&local).addr();
        log.pend(1, ()).await;
        let between = std::ptr::from_ref(&local).addr();
        log.pend(1, ()).await;
        local.change("!");
        before == between && between == std::ptr::from_ref(&local).addr()
    }
}

same! {
    mod raw_pointer_as_a_number;
    #[coro::coroutine]
    async fn body(log: &Log) -> (u8, Noisy) {
        let held = log.drop_of("held");
        let buffer = [1_u8, 2, 3];
        let address = buffer.as_ptr().addr();
        log.pend(1, ()).await;
        let offset = buffer[1..].as_ptr().addr() - address;
        (buffer[offset], held)
    }
}

same! {
    mod guard_is_dropped_before_the_wait;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let cell = std::sync::Mutex::new(log.drop_of("value"));
        {
            let mut guard = cell.lock().expect("no thread panicked");
            guard.change("!");
        }
        log.pend(1, ()).await;
        let guard = cell.lock().expect("no thread panicked");
        guard.look()
    }
}

same! {
    mod reference_into_a_box;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let boxed = Box::new(log.drop_of("boxed"));
        let inside = &*boxed;
        log.pend(1, ()).await;
        let sum = inside.look();
        let moved = *boxed;
        log.pend(1, ()).await;
        sum + moved.look()
    }
}

same! {
    mod reference_returned_by_a_method_is_held;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let local = log.drop_of("local");
        let itself = local.itself();
        log.pend(1, ()).await;
        itself.look() + local.itself().wait().await.look()
    }
}

same! {
    mod borrowed_argument_beside_a_wait;
    fn both(first: &Noisy, second: usize, third: &mut Noisy) -> usize {
        third.change("!");
        first.look() + second
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let first = log.drop_of("first");
        let mut third = log.drop_of("third");
        let sum = both(&first, log.pend(1, 1).await, &mut third);
        sum + both(&first, log.pend(1, 2).await, &mut log.drop_of("temporary"))
    }
}

same! {
    mod mutable_borrow_ends_before_the_next;
    #[coro::coroutine]
    async fn body(log: &Log) -> Vec<u8> {
        let held = log.drop_of("held");
        let mut buffer = vec![0; 2];
        let first = &mut buffer;
        log.pend(1, ()).await;
        first.push(1);
        let second = &mut buffer;
        log.fill(1, second).await;
        second.push(9);
        held.look();
        buffer
    }
}

same! {
    mod written_through_a_reference;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let bytes = [1_u8, 2, 3, 4];
        let mut list: Vec<&[u8]> = Vec::new();
        {
            let writer = &mut list;
            writer.push(&bytes[1..]);
        }
        log.pend(1, [9_u64; 8]).await;
        log.pend(1, [8_u64; 8]).await;
        list.iter().map(|part| usize::from(part[0])).sum()
    }
}

same! {
    mod written_by_a_function_through_a_reference;
    fn keep<'a>(list: &mut Vec<&'a [u8]>, part: &'a [u8]) {
        list.push(part);
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let bytes = [1_u8, 2, 3, 4];
        let mut list: Vec<&[u8]> = Vec::new();
        let writer = &mut list;
        keep(writer, &bytes[2..]);
        log.pend(1, [9_u64; 8]).await;
        log.pend(1, [8_u64; 8]).await;
        list.iter().map(|part| usize::from(part[0])).sum()
    }
}

same! {
    mod written_into_a_parameter;
    start |log| body(log, Vec::new());
    #[coro::coroutine]
    async fn body(log: &Log, mut list: Vec<&[u8]>) -> usize {
        let bytes = [1_u8, 2, 3, 4];
        list.push(&bytes[1..]);
        log.pend(1, [9_u64; 8]).await;
        log.pend(1, [8_u64; 8]).await;
        list.iter().map(|part| usize::from(part[0])).sum()
    }
}

same! {
    mod written_through_a_cell;
    use std::cell::RefCell;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let bytes = [1_u8, 2, 3, 4];
        let list: RefCell<Vec<&[u8]>> = RefCell::new(Vec::new());
        {
            let shared = &list;
            let writer = shared;
            writer.borrow_mut().push(&bytes[1..]);
        }
        log.pend(1, [9_u64; 8]).await;
        log.pend(1, [8_u64; 8]).await;
        list.borrow().iter().map(|part| usize::from(part[0])).sum()
    }
}

same! {
    mod closure_takes_what_it_captures;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let part = log.drop_of("part");
        let other = log.drop_of("other");
        let mut total = 0;
        let native = log.drop_of("native").look();
        log.pend(1, ()).await;
        let take = || {
            total += native + other.look();
            part
        };
        log.event("made");
        log.pend(1, ()).await;
        let taken = take();
        total + taken.look() + other.look()
    }
}

same! {
    mod functions_as_arguments;
    start |log| {
        let (once, often) = (log.drop_of("once"), log.drop_of("often"));
        body(log, move |n| once.look() + n, move || often.look(), |n| n + 1)
    };
    #[coro::coroutine]
    async fn body(
        log: &Log,
        once: impl FnOnce(usize) -> usize,
        mut often: impl FnMut() -> usize,
        pointer: fn(usize) -> usize,
    ) -> usize {
        log.pend(1, ()).await;
        let first = once(pointer(2));
        log.event("called once");
        log.pend(1, ()).await;
        let second = often() + often();
        log.pend(1, ()).await;
        first + second
    }
}

same! {
    mod boxed_functions;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let (once, often) = (log.drop_of("once"), log.drop_of("often"));
        let once: Box<dyn FnOnce() -> usize> = Box::new(move || once.finish().len());
        let often: Box<dyn Fn(usize) -> usize> = Box::new(move |n| often.look() + n);
        log.pend(1, ()).await;
        let first = once();
        log.event("called once");
        let second = often(log.pend(1, 1).await) + often(2);
        log.pend(1, ()).await;
        first + second
    }
}

same! {
    mod closures_in_closures;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let address = 4_usize;
        let held = log.drop_of("held");
        let other = log.drop_of("other");
        let all = move || [1, 2].map(|n| n + address + held.look());
        let by_need = || [1].map(|n| n + other.look());
        log.pend(1, ()).await;
        let sum: usize = all().into_iter().chain(by_need()).sum();
        sum + address
    }
}

same! {
    mod matches_in_closures_and_guards;
    #[coro::coroutine]
    async fn body(log: &Log) -> Result<usize, usize> {
        let text = String::from("a text");
        let pair = (log.drop_of("first"), Some(log.drop_of("second")));
        let length = |limit: usize| match text.len().checked_sub(limit).ok_or(limit)? {
            0 => Err(0),
            length => Ok(length),
        };
        let kept = log.pend(1, log.drop_of("kept")).await;
        let block = async {
            match length(log.pend(1, 2).await)? {
                1 => Err(1),
                rest => Ok(rest + kept.look()),
            }
        };
        let sum = block.await? + length(3)?;
        let second = move || match &pair.1 {
            Some(second) => second.look(),
            None => 0,
        };
        log.pend(1, ()).await;
        let found = match Some(kept) {
            Some(kept) if match kept.look() { 4 => log.test("by a match", false), _ => true } => 1,
            Some(kept) if (|| match kept.look() { 4 => true, _ => false })() => {
                log.pend(1, ()).await;
                kept.look()
            }
            _ => 0,
        };
        Ok(sum + second() + found)
    }
}

same! {
    mod a_method_of_several_lifetimes_that_takes_itself;
    struct Queue<'a, T> {
        items: &'a mut Vec<T>,
    }
    struct Entry<'n, 'q, 'a, T, U> {
        queue: &'q mut Queue<'a, T>,
        name: &'n mut Noisy,
        other: U,
    }
    impl<'n, T: std::fmt::Debug, U: std::fmt::Debug> Entry<'n, '_, '_, T, U> {
        #[coro::coroutine]
        pub(crate) async fn renamed(self, log: &Log) -> &'n Noisy {
            let (items, name) = (&mut self.queue.items, self.name);
            log.event(format!("{:?} of {items:?}", self.other));
            log.pend(items.len(), ()).await;
            items.pop();
            name.change("changed");
            log.pend(items.len(), ()).await;
            name
        }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let (mut name, mut list) = (log.drop_of("name"), log.list(&["a", "bb"]));
        let mut queue = Queue { items: &mut list };
        let entry = Entry { queue: &mut queue, name: &mut name, other: log.drop_of("other") };
        let renamed = entry.renamed(log).await.look();
        renamed + list.len()
    }
}
