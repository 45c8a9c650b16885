//! Only what has run is jumped over: the branches stay.
use std::time::Duration;

use coro::runtime::time::sleep;

#[coro::coroutine]
fn pause(long: bool) -> &'static str {
    if long {
        wait!(sleep(Duration::from_secs(1)));
        "long"
    } else {
        wait!(sleep(Duration::from_millis(1)));
        "short"
    }
}
