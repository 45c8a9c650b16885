//! Methods that are called on a place with operands, while an argument or an index suspends.
// A place may be behind a guard.
#![allow(clippy::await_holding_lock, clippy::await_holding_refcell_ref)]

mod common;
use common::*;
use std::collections::HashMap;
use std::ops::{Index, IndexMut};

/// A list that logs how it is indexed.
struct Watched<'a>(&'a Log, Vec<Vec<Noisy>>);
impl Index<usize> for Watched<'_> {
    type Output = Vec<Noisy>;
    fn index(&self, index: usize) -> &Vec<Noisy> {
        self.0.event(format!("index {index}"));
        &self.1[index]
    }
}
impl IndexMut<usize> for Watched<'_> {
    fn index_mut(&mut self, index: usize) -> &mut Vec<Noisy> {
        self.0.event(format!("index {index} mutably"));
        &mut self.1[index]
    }
}

same! {
    mod a_method_changes_an_element;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut lists = vec![log.list(&["a"]), log.list(&["b"])];
        let index = 1;
        lists[index].push(log.pend(1, log.drop_of("c")).await);
        lists[usize::from(log.test("index", false))].insert(
            log.pend(1, 0).await,
            log.drop_of("d"),
        );
        lists[0].len() + lists[1].len()
    }
}

same! {
    mod a_method_looks_at_an_element;
    #[coro::coroutine]
    async fn body(log: &Log) -> bool {
        let names = vec!["first".to_owned(), "second".to_owned()];
        let lists = [vec![1, 2, 3], vec![4]];
        let index = 0;
        names[index].starts_with(log.pend(1, "fir").await)
            && lists[index].contains(&log.pend(1, 2).await)
            && names[index + 1].len() > log.pend(1, 1).await
    }
}

same! {
    mod the_place_is_indexed_once_and_first;
    #[coro::coroutine]
    async fn body(log: &Log) -> Option<usize> {
        let mut lists = Watched(log, vec![log.list(&["a", "b"]), log.list(&["c"])]);
        lists[log.pend(1, 0).await].push(log.pend(1, log.drop_of("d")).await);
        lists[1].truncate(log.pend(1, 0).await);
        lists[0].get(log.pend(1, 2).await).map(Noisy::look)
    }
}

same! {
    mod an_index_out_of_bounds_comes_before_the_argument;
    #[coro::coroutine]
    async fn body(log: &Log) {
        let mut lists = vec![log.list(&["a"])];
        let index = log.pend(1, 1).await;
        if log.test("within", false) || log.pend(1, false).await {
            lists[index].push(log.pend(1, log.drop_of("never")).await);
        }
        lists[index - 1].push(log.pend(1, log.drop_of("b")).await);
    }
}

same! {
    mod an_element_that_is_copied;
    #[coro::coroutine]
    async fn body(log: &Log) -> (u32, u32, u32) {
        let mut numbers = vec![2u32, 3];
        let index = 1;
        let power = numbers[index].pow(log.pend(1, 2).await);
        let most = numbers[index].max(log.pend(1, 2).await);
        // Copied before it changes.
        let old = numbers[index].wrapping_add({
            numbers[1] = 7;
            numbers.push(1);
            log.pend(1, numbers[1]).await
        });
        (power, most, old)
    }
}

same! {
    mod references_in_a_list;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let (mut first, mut second) = (log.list(&["a"]), log.list(&["b"]));
        {
            let lists = [&mut first, &mut second];
            let index = 1;
            lists[index].push(log.pend(1, log.drop_of("c")).await);
            lists[0].push(log.pend(1, log.drop_of("d")).await);
        }
        let mut shared = vec![&first, &second];
        let index = 0;
        // A shared reference is copied out of the list, which may change.
        let one = shared[index].get({
            shared.clear();
            log.pend(1, 0).await
        });
        one.map_or(0, Noisy::look) + second.len()
    }
}

same! {
    mod behind_a_guard;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let cell = std::cell::RefCell::new(log.list(&["a"]));
        (*cell.borrow_mut()).push(log.pend(1, log.drop_of("b")).await);
        cell.borrow().len()
    }
}

same! {
    mod behind_a_box;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut boxes = vec![Box::new(log.list(&["c"]))];
        let index = 0;
        boxes[index].push(log.pend(1, log.drop_of("d")).await);
        boxes[index].swap(log.pend(1, 0).await, 1);
        boxes[index].len()
    }
}

same! {
    mod slices;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut arrays = [[1, 2, 3]];
        let index = 0;
        arrays[index].swap(log.pend(1, 0).await, 2);
        let found = arrays[index][1..].contains(&log.pend(1, 1).await);
        let mut text = [String::from("text")];
        text[index].push_str(log.pend(1, "s").await);
        text[index][..2].make_ascii_uppercase();
        text[0].len() + usize::from(found)
    }
}

same! {
    mod a_suspension_inside_of_the_place;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut lists = vec![vec![log.list(&["a"]), log.list(&["b"])]];
        let index = usize::from(log.test("index", false));
        lists[index][log.pend(1, 1).await].push(log.drop_of("c"));
        lists[index][log.pend(1, 1).await].push(log.pend(1, log.drop_of("d")).await);
        lists[index][log.pend(1, 0).await].clear();
        lists[index][log.pend(1, 1).await].len()
    }
}

same! {
    mod indexed_by_a_key;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut lists = HashMap::new();
        lists.insert("key".to_owned(), log.list(&["a", "b"]));
        let key = "key".to_owned();
        lists[&key].get(log.pend(1, 1).await).map_or(0, Noisy::look)
            + lists[&*key].len()
    }
}

same! {
    mod a_part_of_a_value;
    struct Pair {
        first: Vec<Noisy>,
        second: Noisy,
    }
    fn pair(log: &Log) -> Pair {
        Pair { first: log.list(&["a"]), second: log.drop_of("b") }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        pair(log).first.push(log.pend(1, log.drop_of("c")).await);
        pair(log).second.change(log.pend(1, "d").await).look()
    }
}

same! {
    mod a_field_of_an_element;
    struct Account {
        entries: Vec<Noisy>,
        balance: u32,
    }
    struct Bank {
        accounts: Vec<Account>,
    }
    impl Bank {
        #[coro::coroutine]
        async fn enter(&mut self, log: &Log, account: usize) -> u32 {
            self.accounts[account].entries.push(log.pend(1, log.drop_of("entry")).await);
            self.accounts[account].balance += log.pend(1, 5).await;
            self.accounts[account].balance.saturating_sub(log.pend(1, 2).await)
        }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> u32 {
        let account = Account { entries: log.list(&["first"]), balance: 1 };
        let mut bank = Bank { accounts: vec![account] };
        bank.enter(log, 0).await
    }
}

same! {
    mod in_a_condition_and_a_tail;
    #[coro::coroutine]
    async fn body(log: &Log) -> Option<Noisy> {
        let mut lists = vec![log.list(&["a", "b"])];
        let index = 0;
        if lists[index].remove(log.pend(1, 1).await).look() > 0 {
            log.event("removed");
        }
        while lists[index].len() < log.pend(1, 3).await {
            lists[index].push(log.pend(1, log.drop_of("c")).await);
        }
        lists[index].drain(log.pend(1, 0).await..).next()
    }
}

same! {
    mod places_behind_temporaries;
    use std::sync::Mutex;
    struct State {
        lists: Vec<Vec<Noisy>>,
        slots: Vec<Option<u32>>,
    }
    #[coro::coroutine]
    async fn read(log: &Log, name: &str) -> Result<Noisy, String> {
        log.pend(1, Ok(log.drop_of(name))).await
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> Result<u32, String> {
        let lists = vec![log.list(&["a"]), Vec::new()];
        let mut state = State { lists, slots: vec![None, Some(3)] };
        let index = 1;
        {
            let shared = Mutex::new(&mut state);
            shared.lock().unwrap().lists[index].push(read(log, "b").await?);
            shared.lock().unwrap().lists[index].extend(Some(read(log, "c").await?));
        }
        let old = state.slots[0].replace(log.pend(1, 5).await);
        let or = state.slots[1].map_or(log.pend(1, 1).await, |n| n + 1);
        state.lists.get_mut(0).ok_or("none")?[0].change(log.pend(1, "!").await);
        let found = state.lists[1].iter().zip(log.pend(1, [1, 2]).await).count();
        Ok(or + old.unwrap_or(found as u32))
    }
}

same! {
    mod generic_methods_of_elements;
    trait Add {
        fn add(&mut self, name: impl Into<String>) -> usize;
        fn both<T: AsRef<str>>(&self, other: T) -> String;
    }
    impl Add for Vec<String> {
        fn add(&mut self, name: impl Into<String>) -> usize {
            self.push(name.into());
            self.len()
        }
        fn both<T: AsRef<str>>(&self, other: T) -> String {
            format!("{self:?}{}", other.as_ref())
        }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> (usize, String, String) {
        let mut lists = [vec![String::from("a")], Vec::new()];
        let index = 1;
        let count = lists[index].add(log.pend(1, "b").await);
        let both = lists[index].both::<String>(log.pend(1, String::from("c")).await);
        let numbers = [1.5f64, 2.5];
        let most = numbers[index].max(log.pend(1, 2.0).await);
        (count, both, format!("{most:?}"))
    }
}

same! {
    mod closures_for_methods_of_elements;
    struct Kept(Noisy);
    impl Kept {
        fn with<R>(&self, look: impl FnOnce(&Noisy) -> R) -> R { look(&self.0) }
        fn change_by(&mut self, change: impl FnOnce(&mut Noisy, usize), by: usize) { change(&mut self.0, by) }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut lists = vec![vec![log.list(&["a", "b"]), log.list(&["c"])], Vec::new()];
        let mut kept = vec![Kept(log.drop_of("kept"))];
        let (first, second) = (0, 1);
        lists[log.pend(1, first).await][log.pend(1, first).await].retain(|it| it.name() != "a");
        log.event("retained");
        lists[log.test("index", false) as usize][log.pend(1, second).await].sort_by_key(|it| it.look());
        let mut count = 0;
        lists[log.pend(1, 0).await][log.pend(1, 1).await].iter().for_each(|it| count += it.look());
        let seen = kept[log.pend(1, 0).await].with(|it| it.look());
        kept[log.test("zero", false) as usize].change_by(|it, by| { it.change(&by.to_string()); }, log.pend(1, 3).await);
        let found = lists[first][log.pend(1, 0).await].iter().any(|it| it.look() == 4);
        count + seen + usize::from(found)
    }
}
