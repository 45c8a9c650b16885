//! Futures of rustc's `async fn`, in boxes.

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

async fn endless() {
    let mut total = 0_u64;
    loop {
        Once(false).await;
        total = black_box(total.wrapping_add(1));
    }
}

/// Ten functions, each of which awaits the next.
mod deep {
    use std::hint::black_box;

    macro_rules! chain {
        ($($name:ident calls $next:path,)*) => {
            $(
                pub(super) async fn $name() {
                    $next().await;
                    black_box(());
                }
            )*
        };
    }
    chain! {
        one calls two, two calls three, three calls four, four calls five, five calls six,
        six calls seven, seven calls eight, eight calls nine, nine calls ten,
        ten calls super::endless,
    }
}

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

/// Suspended for good, at that depth.
pub(crate) fn stay(depth: u32) -> Run {
    if depth == 0 {
        boxed(endless())
    } else {
        boxed(deep::one())
    }
}

/// Ten functions, each of which awaits the next, with the last one pending once.
mod nested {
    use std::hint::black_box;

    macro_rules! chain {
        ($($name:ident calls $next:path,)*) => {
            $(
                pub(super) async fn $name(value: u64) -> u64 {
                    black_box($next(value).await).wrapping_add(1)
                }
            )*
        };
    }
    chain! {
        one calls two, two calls three, three calls four, four calls five, five calls six,
        six calls seven, seven calls eight, eight calls nine, nine calls ten,
        ten calls super::once_with,
    }
}

async fn once_with(value: u64) -> u64 {
    Once(false).await;
    value
}

/// Suspends ten calls deep each time, and returns from there.
pub(crate) fn come_and_go() -> Run {
    boxed(async {
        let mut value = 0;
        loop {
            value = nested::one(value).await;
        }
    })
}

pub(crate) fn by_turns() -> Run {
    let mut futures: Vec<Boxed> = (0..MANY).map(|_| Box::pin(endless()) as Boxed).collect();
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
