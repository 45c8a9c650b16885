//! A value that is taken apart, in arms of which some wait.
use std::future::ready;

pub(crate) enum Request {
    Get(String),
    Put { key: String, value: String },
    Quit,
}

#[coro::coroutine]
fn answer(request: Request) -> Option<String> {
    match request {
        Request::Get(key) => Some(wait!(ready(key))),
        Request::Put { key, value } => {
            let stored = wait!(ready(value.len()));
            Some(format!("{key}: {stored} bytes"))
        }
        Request::Quit => None,
    }
}
