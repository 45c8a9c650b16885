// Of the macros of futures that await by themselves, `select!` is not known: it asks for futures that tell when
// they have ended, and borrows those that are names.
#[coro::coroutine]
async fn selected() -> u32 {
    futures::select! {
        number = std::future::ready(1) => number,
    }
}

fn main() {
    let _ = selected();
}
