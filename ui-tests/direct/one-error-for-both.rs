#[coro::coroutine(direct = wrong_type_directly)]
fn wrong_type() -> u32 {
    let text = wait!(std::future::ready("text"));
    let number: u32 = text;
    number
}

#[coro::coroutine(direct = wrong_borrow_directly)]
fn wrong_borrow(list: &mut Vec<u32>) -> u32 {
    let first = &list[0];
    wait!(std::future::ready(()));
    list.push(1);
    *first
}

#[coro::coroutine(direct = no_future_directly)]
fn no_future() {
    wait!(1);
}

#[coro::coroutine(direct = wrong_place_directly)]
fn wrong_place() -> Option<u32> {
    Some(1).map(|one| wait!(std::future::ready(one)))
}

fn main() {
    wrong_type_directly();
    wrong_borrow_directly(&mut Vec::new());
    no_future_directly();
    wrong_place_directly();
}
