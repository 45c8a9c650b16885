//! Only what has run is jumped over: the branches stay.
use std::time::Duration;
use coro::runtime::time::sleep;
fn pause(long: bool) -> impl ::coro::__private::Future<Output = &'static str> {
    if false {
        ::coro::__private::twin::check(move || -> &'static str {
            let long = long;
            {
                if long {
                    ::coro::__private::twin::wait(sleep(Duration::from_secs(1)));
                    "long"
                } else {
                    ::coro::__private::twin::wait(sleep(Duration::from_millis(1)));
                    "short"
                }
            }
        })
    }
    /// Where the coroutine stands.
    #[repr(u8)]
    #[allow(dead_code, non_camel_case_types, clippy::all, clippy::pedantic)]
    enum __State {
        Start,
        Sleep,
        Sleep2,
        Running,
        Returned,
    }
    #[allow(
        dead_code,
        non_camel_case_types,
        non_snake_case,
        clippy::all,
        clippy::pedantic
    )]
    union __Overlap1<Long_, Sleep_, Sleep2_> {
        none: (),
        long: ::coro::__private::ManuallyDrop<::coro::__private::Slot<Long_>>,
        sleep: ::coro::__private::ManuallyDrop<::coro::__private::Slot<Sleep_>>,
        sleep_2: ::coro::__private::ManuallyDrop<::coro::__private::Slot<Sleep2_>>,
    }
    /// What it keeps while it is suspended.
    #[allow(
        dead_code,
        non_camel_case_types,
        non_snake_case,
        clippy::all,
        clippy::pedantic
    )]
    struct __Frame<Long_, Sleep_, Sleep2_> {
        state: __State,
        overlap_1: __Overlap1<Long_, Sleep_, Sleep2_>,
    }
    let __frame = ::coro::__private::UnsafeCell::new(__Frame {
        state: __State::Start,
        overlap_1: __Overlap1 {
            long: ::coro::__private::ManuallyDrop::new(
                ::coro::__private::Slot::filled(long),
            ),
        },
    });
    #[allow(
        dangerous_implicit_autorefs,
        unreachable_code,
        unused,
        non_snake_case,
        clippy::all,
        clippy::pedantic,
        clippy::nursery,
        clippy::restriction
    )]
    unsafe {
        ::coro::__private::coroutine(
            __frame,
            |__stored, mut __resumption| {
                let __frame: *mut __Frame<_, _, _> = ::coro::__private::free_lifetimes(
                    __stored,
                );
                if false {
                    let mut same = __stored;
                    ::coro::__private::diverge();
                    same = __frame;
                }
                let long = ::coro::__private::slot(
                    ::coro::__private::shared(&raw mut (*__frame).overlap_1.long),
                );
                let sleep = ::coro::__private::slot(
                    ::coro::__private::shared(&raw mut (*__frame).overlap_1.sleep),
                );
                let sleep_2 = ::coro::__private::slot(
                    ::coro::__private::shared(&raw mut (*__frame).overlap_1.sleep_2),
                );
                let __state = &raw mut (*__frame).state;
                let mut __at = ::coro::__private::enter(__state, __State::Running);
                match __at {
                    __State::Running => {
                        return ::coro::__private::ended(
                            __state,
                            __State::Running,
                            &__resumption,
                            "pause",
                            "panicking",
                        );
                    }
                    __State::Returned => {
                        return ::coro::__private::ended(
                            __state,
                            __State::Returned,
                            &__resumption,
                            "pause",
                            "completion",
                        );
                    }
                    __State::Start if __resumption.is_cancelled() => {
                        let long_owner = ::coro::__private::owner(long, true);
                        return ::coro::__private::cancelled();
                    }
                    _ => {}
                }
                let __output: &'static str = '__body: {
                    let long_owner = ::coro::__private::owner(long, false);
                    'to_sleep: {
                        match __at {
                            __State::Sleep | __State::Sleep2 => break 'to_sleep,
                            _ => {}
                        }
                    }
                    {
                        let __entered = 'to_sleep_2: {
                            match __at {
                                __State::Sleep => break 'to_sleep_2 true,
                                __State::Sleep2 => break 'to_sleep_2 false,
                                _ => {}
                            }
                            if long_owner.take() { true } else { false }
                        };
                        if __entered {
                            let sleep_owner = ::coro::__private::owner(
                                sleep,
                                ::coro::__private::matches!(__at, __State::Sleep),
                            );
                            'to_sleep_3: {
                                match __at {
                                    __State::Sleep => break 'to_sleep_3,
                                    _ => {}
                                }
                                sleep_owner
                                    .init(
                                        ::coro::__private::IntoFuture::into_future(
                                            sleep(Duration::from_secs(1)),
                                        ),
                                    );
                            }
                            match __resumption.step(&sleep_owner) {
                                ::coro::__private::Step::Ready(value) => {
                                    __at = __State::Running;
                                    value
                                }
                                ::coro::__private::Step::Pending => {
                                    return ::coro::__private::suspend(
                                        __state,
                                        __State::Sleep,
                                        (long_owner, sleep_owner),
                                    );
                                }
                                ::coro::__private::Step::Cancelled => {
                                    return ::coro::__private::cancelled();
                                }
                            };
                            "long"
                        } else {
                            let sleep_2_owner = ::coro::__private::owner(
                                sleep_2,
                                ::coro::__private::matches!(__at, __State::Sleep2),
                            );
                            'to_sleep_2_2: {
                                match __at {
                                    __State::Sleep2 => break 'to_sleep_2_2,
                                    _ => {}
                                }
                                sleep_2_owner
                                    .init(
                                        ::coro::__private::IntoFuture::into_future(
                                            sleep(Duration::from_millis(1)),
                                        ),
                                    );
                            }
                            match __resumption.step(&sleep_2_owner) {
                                ::coro::__private::Step::Ready(value) => {
                                    __at = __State::Running;
                                    value
                                }
                                ::coro::__private::Step::Pending => {
                                    return ::coro::__private::suspend(
                                        __state,
                                        __State::Sleep2,
                                        (long_owner, sleep_2_owner),
                                    );
                                }
                                ::coro::__private::Step::Cancelled => {
                                    return ::coro::__private::cancelled();
                                }
                            };
                            "short"
                        }
                    }
                };
                if false {
                    ::coro::__private::diverge();
                }
                ::coro::__private::leave(__state, __State::Returned, __output)
            },
        )
    }
}
