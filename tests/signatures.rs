//! Signatures that say less than they mean: lifetimes that are left out.
mod common;
use common::*;

same! {
    mod lifetimes_left_out_in_arguments_of_some_type;
    #[coro::coroutine]
    async fn named(log: &Log, name: impl Into<Option<&str>>, others: &[impl AsRef<[&str]>]) -> usize {
        let held = log.drop_of("held");
        log.pend(1, ()).await;
        let name = name.into();
        log.pend(1, ()).await;
        name.map_or(0, str::len) + others.iter().map(|other| other.as_ref().len()).sum::<usize>() + held.look()
    }
    #[coro::coroutine]
    async fn last(log: &Log, names: impl IntoIterator<Item = &str>, shown: impl Fn(&str) -> String) -> String {
        let mut last = "";
        for name in names {
            log.event(shown(name));
            log.pend(1, ()).await;
            last = name;
        }
        shown(last)
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> (usize, String) {
        let text = String::from("first second");
        let number = named(log, text.as_str(), &[["x", "y"]]).await + named(log, None, &[[]; 1]).await;
        (number, last(log, text.split(' '), str::to_uppercase).await)
    }
}

same! {
    mod lifetimes_left_out_in_methods;
    trait Find {
        #[coro::coroutine]
        async fn find(&self, log: &Log, name: impl Into<Option<&str>>) -> usize;
    }
    struct Names<'a>(Vec<&'a str>);
    impl Find for Names<'_> {
        #[coro::coroutine]
        async fn find(&self, log: &Log, name: impl Into<Option<&str>>) -> usize {
            let name = name.into();
            log.pend(1, ()).await;
            self.0.iter().filter(|known| Some(**known) == name).count()
        }
    }
    impl<'a> Names<'a> {
        #[coro::coroutine]
        async fn or_first(&self, log: &Log, name: impl Into<Option<&'a str>>) -> &'a str {
            let name = name.into();
            log.pend(1, ()).await;
            name.unwrap_or(self.0[0])
        }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> (usize, usize) {
        let names = Names(vec!["one", "two", "one"]);
        let found = names.find(log, "one").await + names.find(log, None).await;
        (found, names.or_first(log, None).await.len() + names.or_first(log, "three").await.len())
    }
}

#[coro::coroutine(boxed)]
fn boxed(name: impl Into<Option<&str>>) -> usize {
    let name = name.into();
    wait!(std::future::ready(()));
    name.map_or(0, str::len)
}

#[coro::coroutine(direct = directly)]
fn also_directly(name: impl Into<Option<&str>>) -> usize {
    wait!(std::future::ready(()));
    name.into().map_or(0, str::len)
}

#[test]
fn lifetimes_left_out_with_options() {
    let name = String::from("name");
    assert_eq!(coro::runtime::block_on(boxed(&*name)), 4);
    assert_eq!(coro::runtime::block_on(also_directly(&*name)), 4);
    assert_eq!(directly(&*name), 4);
}
