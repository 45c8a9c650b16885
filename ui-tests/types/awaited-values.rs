//! The output of a suspension has the wrong type: one error each, on the whole suspension.
struct Named {
    name: String,
}

fn takes_text(_: String) {}

async fn number() -> u32 {
    1
}

#[coro::coroutine]
async fn argument() {
    takes_text(number().await);
}

#[coro::coroutine]
async fn condition() {
    if number().await {
        number().await;
    }
}

#[coro::coroutine]
async fn field() -> Named {
    Named {
        name: number().await,
    }
}

#[coro::coroutine]
async fn declared() {
    let name: String = number().await;
    number().await;
    takes_text(name);
}

#[coro::coroutine]
async fn not_awaited() -> u32 {
    let first: u32 = number();
    first + number().await
}

#[coro::coroutine]
async fn pattern() {
    match number().await {
        Some(found) => takes_text(found),
        None => {
            number().await;
        }
    }
}

#[coro::coroutine]
async fn arms(flag: bool) -> u32 {
    let chosen = match flag {
        true => number().await,
        false => "none",
    };
    chosen + number().await
}

fn main() {}
