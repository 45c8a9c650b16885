//! Early exits, and a value that is owed its drop on some ways only.
use std::future::ready;
use std::num::ParseIntError;
fn parse(
    text: String,
) -> impl ::coro::__private::Future<Output = Result<u32, ParseIntError>> {
    if false {
        ::coro::__private::twin::check(move || -> Result<u32, ParseIntError> {
            let text = text;
            {
                let number: u32 = ::coro::__private::twin::wait(ready(text.parse()))?;
                drop(text);
                ::coro::__private::twin::wait(ready(()));
                Ok(number)
            }
        })
    }
    /// Where the coroutine stands.
    #[repr(u8)]
    #[allow(dead_code, non_camel_case_types, clippy::all, clippy::pedantic)]
    enum __State {
        Start,
        Ready,
        Ready2,
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
    struct __Group1<Number_, Ready3_> {
        number: ::coro::__private::Slot<Number_>,
        ready_3: ::coro::__private::Slot<Ready3_>,
    }
    #[allow(
        dead_code,
        non_camel_case_types,
        non_snake_case,
        clippy::all,
        clippy::pedantic
    )]
    union __Overlap1<Number_, Ready3_, Ready_> {
        none: (),
        group_1: ::coro::__private::ManuallyDrop<__Group1<Number_, Ready3_>>,
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
    struct __Frame<Text_, Number_, Ready3_, Ready_> {
        state: __State,
        text: ::coro::__private::Slot<Text_>,
        overlap_1: __Overlap1<Number_, Ready3_, Ready_>,
    }
    let __frame = ::coro::__private::UnsafeCell::new(__Frame {
        state: __State::Start,
        text: ::coro::__private::Slot::filled(text),
        overlap_1: __Overlap1 { none: () },
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
                let text = ::coro::__private::slot(&raw mut (*__frame).text);
                let group_1 = ::coro::__private::shared(
                    &raw mut (*__frame).overlap_1.group_1,
                );
                let number = ::coro::__private::slot(&raw mut (*group_1).number);
                let ready_3 = ::coro::__private::slot(&raw mut (*group_1).ready_3);
                let ready = ::coro::__private::slot(
                    ::coro::__private::shared(&raw mut (*__frame).overlap_1.ready),
                );
                let mut ready_2_room = ::coro::__private::MaybeUninit::uninit();
                let ready_2 = ::coro::__private::stack(&mut ready_2_room);
                let __state = &raw mut (*__frame).state;
                let mut __at = ::coro::__private::enter(__state, __State::Running);
                match __at {
                    __State::Running => {
                        return ::coro::__private::ended(
                            __state,
                            __State::Running,
                            &__resumption,
                            "parse",
                            "panicking",
                        );
                    }
                    __State::Returned => {
                        return ::coro::__private::ended(
                            __state,
                            __State::Returned,
                            &__resumption,
                            "parse",
                            "completion",
                        );
                    }
                    __State::Start if __resumption.is_cancelled() => {
                        let text_owner = ::coro::__private::owner(text, true);
                        return ::coro::__private::cancelled();
                    }
                    _ => {}
                }
                let __output: Result<u32, ParseIntError> = '__body: {
                    let text_owner = ::coro::__private::owner(
                        text,
                        !::coro::__private::matches!(__at, __State::Ready2),
                    );
                    'to_ready: {
                        match __at {
                            __State::Ready | __State::Ready2 => break 'to_ready,
                            _ => {}
                        }
                    }
                    {
                        let ready_owner = ::coro::__private::owner(
                            ready,
                            ::coro::__private::matches!(__at, __State::Ready),
                        );
                        let ready_2_owner = ::coro::__private::owner(ready_2, false);
                        let number_owner = ::coro::__private::owner(number, false);
                        let ready_3_owner = ::coro::__private::owner(
                            ready_3,
                            ::coro::__private::matches!(__at, __State::Ready2),
                        );
                        'to_ready_3: {
                            'to_ready_2: {
                                match __at {
                                    __State::Ready => break 'to_ready_2,
                                    __State::Ready2 => break 'to_ready_3,
                                    _ => {}
                                }
                                ready_owner
                                    .init(
                                        ::coro::__private::IntoFuture::into_future(
                                            ready((*text).parse()),
                                        ),
                                    );
                            }
                            ready_2_owner
                                .init(
                                    match __resumption.step(&ready_owner) {
                                        ::coro::__private::Step::Ready(value) => {
                                            __at = __State::Running;
                                            value
                                        }
                                        ::coro::__private::Step::Pending => {
                                            return ::coro::__private::suspend(
                                                __state,
                                                __State::Ready,
                                                (text_owner, ready_owner),
                                            );
                                        }
                                        ::coro::__private::Step::Cancelled => {
                                            return ::coro::__private::cancelled();
                                        }
                                    },
                                );
                            ::coro::__private::typed::<u32>(number);
                            number_owner
                                .init(
                                    (match ::coro::__private::Attempt::branch(
                                        ({ ready_2_owner.take() }),
                                    ) {
                                        ::coro::__private::ControlFlow::Continue(value) => value,
                                        ::coro::__private::ControlFlow::Break(left) => {
                                            break '__body ::coro::__private::FromAttempt::from_residual(
                                                left,
                                            );
                                        }
                                    }),
                                );
                            drop(text_owner.take());
                            ready_3_owner
                                .init(
                                    ::coro::__private::IntoFuture::into_future(ready(())),
                                );
                        }
                        match __resumption.step(&ready_3_owner) {
                            ::coro::__private::Step::Ready(value) => {
                                __at = __State::Running;
                                value
                            }
                            ::coro::__private::Step::Pending => {
                                return ::coro::__private::suspend(
                                    __state,
                                    __State::Ready2,
                                    (
                                        text_owner,
                                        ready_owner,
                                        ready_2_owner,
                                        number_owner,
                                        ready_3_owner,
                                    ),
                                );
                            }
                            ::coro::__private::Step::Cancelled => {
                                return ::coro::__private::cancelled();
                            }
                        };
                        Ok(number_owner.take())
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
