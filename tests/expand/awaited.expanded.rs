//! The other spelling, and operands that are evaluated before a suspension.
use std::future::ready;
fn area(
    width: fn() -> u32,
    height: u32,
) -> impl ::coro::__private::Future<Output = u32> {
    if false {
        ::coro::__private::twin::check(move || -> u32 {
            let width = width;
            let height = height;
            { width() * ::coro::__private::twin::wait(ready(height)) }
        })
    }
    /// Where the coroutine stands.
    #[repr(u8)]
    #[allow(dead_code, non_camel_case_types, clippy::all, clippy::pedantic)]
    enum __State {
        Start,
        Ready,
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
    union __Overlap1<Height_, Ready_> {
        none: (),
        height: ::coro::__private::ManuallyDrop<::coro::__private::Slot<Height_>>,
        ready: ::coro::__private::ManuallyDrop<::coro::__private::Slot<Ready_>>,
    }
    /// What it keeps while it is suspended.
    #[allow(
        dead_code,
        non_camel_case_types,
        non_snake_case,
        clippy::all,
        clippy::pedantic
    )]
    struct __Frame<Width_, Height_, Ready_, Value_> {
        state: __State,
        width: ::coro::__private::Slot<Width_>,
        overlap_1: __Overlap1<Height_, Ready_>,
        value: ::coro::__private::Slot<Value_>,
    }
    let __frame = ::coro::__private::UnsafeCell::new(__Frame {
        state: __State::Start,
        width: ::coro::__private::Slot::filled(width),
        overlap_1: __Overlap1 {
            height: ::coro::__private::ManuallyDrop::new(
                ::coro::__private::Slot::filled(height),
            ),
        },
        value: ::coro::__private::Slot::EMPTY,
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
                let __frame: *mut __Frame<_, _, _, _> = ::coro::__private::free_lifetimes(
                    __stored,
                );
                if false {
                    let mut same = __stored;
                    ::coro::__private::diverge();
                    same = __frame;
                }
                let width = ::coro::__private::slot(&raw mut (*__frame).width);
                let height = ::coro::__private::slot(
                    ::coro::__private::shared(&raw mut (*__frame).overlap_1.height),
                );
                let ready = ::coro::__private::slot(
                    ::coro::__private::shared(&raw mut (*__frame).overlap_1.ready),
                );
                let value = ::coro::__private::slot(&raw mut (*__frame).value);
                let __state = &raw mut (*__frame).state;
                let mut __at = ::coro::__private::enter(__state, __State::Running);
                match __at {
                    __State::Running => {
                        return ::coro::__private::ended(
                            __state,
                            __State::Running,
                            &__resumption,
                            "area",
                            "panicking",
                        );
                    }
                    __State::Returned => {
                        return ::coro::__private::ended(
                            __state,
                            __State::Returned,
                            &__resumption,
                            "area",
                            "completion",
                        );
                    }
                    __State::Start if __resumption.is_cancelled() => {
                        let height_owner = ::coro::__private::owner(height, true);
                        let width_owner = ::coro::__private::owner(width, true);
                        return ::coro::__private::cancelled();
                    }
                    _ => {}
                }
                let __output: u32 = '__body: {
                    let width_owner = ::coro::__private::owner(width, true);
                    let height_owner = ::coro::__private::owner(height, false);
                    'to_ready: {
                        match __at {
                            __State::Ready => break 'to_ready,
                            _ => {}
                        }
                    }
                    {
                        let value_owner = ::coro::__private::owner(
                            value,
                            ::coro::__private::matches!(__at, __State::Ready),
                        );
                        let ready_owner = ::coro::__private::owner(
                            ready,
                            ::coro::__private::matches!(__at, __State::Ready),
                        );
                        'to_ready_2: {
                            match __at {
                                __State::Ready => break 'to_ready_2,
                                _ => {}
                            }
                            value_owner.init((*width)());
                            ready_owner
                                .init(
                                    ::coro::__private::IntoFuture::into_future(
                                        ready(height_owner.take()),
                                    ),
                                );
                        }
                        let ready_2 = match __resumption.step(&ready_owner) {
                            ::coro::__private::Step::Ready(value) => {
                                __at = __State::Running;
                                value
                            }
                            ::coro::__private::Step::Pending => {
                                return ::coro::__private::suspend(
                                    __state,
                                    __State::Ready,
                                    (width_owner, height_owner, value_owner, ready_owner),
                                );
                            }
                            ::coro::__private::Step::Cancelled => {
                                return ::coro::__private::cancelled();
                            }
                        };
                        value_owner.take() * ({ ready_2 })
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
