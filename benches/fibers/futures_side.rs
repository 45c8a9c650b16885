//! Futures of rustc's `async fn` and of `#[coroutine]`, in boxes.

use std::future::Future;
use std::hint::black_box;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use crate::candidates::{MANY, Run};

type Boxed<T = ()> = Pin<Box<dyn Future<Output = T>>>;

/// Pending once.
struct Once(bool);

impl Future for Once {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }
}

/// Ten functions, each of which awaits the next, and the last one a function that never ends or one
/// that is pending once; compiled by rustc, or by the macro that is the attribute.
macro_rules! nested {
    ($module:ident $(, #[$attribute:meta])?) => {
        mod $module {
            use std::hint::black_box;

            use super::Once;

            $(#[$attribute])?
            pub(super) async fn endless() {
                let mut total = 0_u64;
                loop {
                    Once(false).await;
                    total = black_box(total.wrapping_add(1));
                }
            }

            $(#[$attribute])?
            pub(super) async fn once(value: u64) -> u64 {
                Once(false).await;
                value
            }

            nested! {
                $(#[$attribute])?:
                one calls two, two calls three, three calls four, four calls five, five calls six,
                six calls seven, seven calls eight, eight calls nine, nine calls ten,
                ten calls endless,
            }
            nested! {
                $(#[$attribute])?:
                first awaits second, second awaits third, third awaits fourth,
                fourth awaits fifth, fifth awaits sixth, sixth awaits seventh,
                seventh awaits eighth, eighth awaits ninth, ninth awaits tenth,
                tenth awaits once,
            }
        }
    };
    ($(#[$attribute:meta])?: $name:ident calls $next:ident, $($others:tt)*) => {
        $(#[$attribute])?
        pub(super) async fn $name() {
            $next().await;
            black_box(());
        }
        nested! { $(#[$attribute])?: $($others)* }
    };
    ($(#[$attribute:meta])?: $name:ident awaits $next:ident, $($others:tt)*) => {
        $(#[$attribute])?
        pub(super) async fn $name(value: u64) -> u64 {
            black_box($next(value).await).wrapping_add(1)
        }
        nested! { $(#[$attribute])?: $($others)* }
    };
    ($(#[$attribute:meta])?:) => {};
}
nested!(by_rustc);
nested!(by_us, #[coro::coroutine]);

fn boxed(future: impl Future<Output = ()> + 'static) -> Run {
    let mut future: Boxed = Box::pin(future);
    Box::new(move |units| {
        let mut context = Context::from_waker(Waker::noop());
        (0..units)
            .map(|_| u64::from(future.as_mut().poll(&mut context).is_pending()))
            .sum()
    })
}

pub(crate) fn once() -> Run {
    async fn once(value: u64) -> u64 {
        Once(false).await;
        value + 1
    }
    Box::new(|units| {
        let mut context = Context::from_waker(Waker::noop());
        let mut sum = 0;
        for unit in 0..u64::from(units) {
            let future: Boxed<u64> = Box::pin(once(unit));
            // Neither the allocation nor the call may be optimised away.
            let mut future = black_box(future);
            assert!(future.as_mut().poll(&mut context).is_pending());
            match pin!(future).poll(&mut context) {
                Poll::Ready(value) => sum += value,
                Poll::Pending => unreachable!("it is pending once"),
            }
        }
        sum
    })
}

/// Suspended for good, in no other.
pub(crate) fn stay() -> Run {
    boxed(by_rustc::endless())
}

/// The same, of `#[coroutine]`.
pub(crate) fn stay_by_us() -> Run {
    boxed(by_us::endless())
}

/// Suspended for good, in ten others.
pub(crate) fn stay_deep() -> Run {
    boxed(by_rustc::one())
}

/// The same, of `#[coroutine]`.
pub(crate) fn stay_deep_by_us() -> Run {
    boxed(by_us::one())
}

/// Suspends ten calls deep each time, and returns from there.
pub(crate) fn come_and_go() -> Run {
    boxed(async {
        let mut value = 0;
        loop {
            value = by_rustc::first(value).await;
        }
    })
}

/// The same, of `#[coroutine]`.
pub(crate) fn come_and_go_by_us() -> Run {
    boxed(coro::future! {
        let mut value = 0;
        loop {
            value = wait!(by_us::first(value));
        }
    })
}

pub(crate) fn by_turns() -> Run {
    let mut futures: Vec<Boxed> = (0..MANY)
        .map(|_| Box::pin(by_rustc::endless()) as Boxed)
        .collect();
    Box::new(move |units| {
        let mut context = Context::from_waker(Waker::noop());
        let mut sum = 0;
        for _ in 0..units as usize / MANY {
            for future in &mut futures {
                sum += u64::from(future.as_mut().poll(&mut context).is_pending());
            }
        }
        sum
    })
}

pub(crate) fn parked(count: usize) -> Vec<Boxed> {
    let park = |number| {
        let mut future: Boxed = Box::pin(async move {
            Once(false).await;
            black_box(number);
        });
        let mut context = Context::from_waker(Waker::noop());
        assert!(future.as_mut().poll(&mut context).is_pending());
        future
    };
    (0..count).map(park).collect()
}
