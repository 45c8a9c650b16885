//! A local that is borrowed across two suspensions stays at one address.
use std::future::ready;
fn longest_line(text: String) -> impl ::coro::__private::Future<Output = String> {
    if false {
        ::coro::__private::twin::check(move || -> String {
            let text = text;
            {
                let lines: Vec<&str> = text.lines().collect();
                let first = ::coro::__private::twin::wait(ready(lines[0]));
                let second = ::coro::__private::twin::wait(ready(lines[1]));
                let longest = if first.len() < second.len() { second } else { first };
                longest.to_owned()
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
    struct __Group1<First_, Ready2_> {
        first: ::coro::__private::Slot<First_>,
        ready_2: ::coro::__private::Slot<Ready2_>,
    }
    #[allow(
        dead_code,
        non_camel_case_types,
        non_snake_case,
        clippy::all,
        clippy::pedantic
    )]
    union __Overlap1<First_, Ready2_, Ready_> {
        none: (),
        group_1: ::coro::__private::ManuallyDrop<__Group1<First_, Ready2_>>,
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
    struct __Frame<Text_, Lines_, First_, Ready2_, Ready_> {
        state: __State,
        text_owed: bool,
        text: ::coro::__private::Slot<Text_>,
        lines: ::coro::__private::Slot<Lines_>,
        overlap_1: __Overlap1<First_, Ready2_, Ready_>,
    }
    let __frame = ::coro::__private::UnsafeCell::new(__Frame {
        state: __State::Start,
        text_owed: false,
        text: ::coro::__private::Slot::filled(text),
        lines: ::coro::__private::Slot::EMPTY,
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
                let __frame: *mut __Frame<_, _, _, _, _> = ::coro::__private::free_lifetimes(
                    __stored,
                );
                if false {
                    let mut same = __stored;
                    ::coro::__private::diverge();
                    same = __frame;
                }
                let text = ::coro::__private::slot(&raw mut (*__frame).text);
                let lines = ::coro::__private::slot(&raw mut (*__frame).lines);
                let group_1 = ::coro::__private::shared(
                    &raw mut (*__frame).overlap_1.group_1,
                );
                let first = ::coro::__private::slot(&raw mut (*group_1).first);
                let ready_2 = ::coro::__private::slot(&raw mut (*group_1).ready_2);
                let ready = ::coro::__private::slot(
                    ::coro::__private::shared(&raw mut (*__frame).overlap_1.ready),
                );
                let __state = &raw mut (*__frame).state;
                let mut __at = ::coro::__private::enter(__state, __State::Running);
                match __at {
                    __State::Running => {
                        return ::coro::__private::ended(
                            __state,
                            __State::Running,
                            &__resumption,
                            "longest_line",
                            "panicking",
                        );
                    }
                    __State::Returned => {
                        return ::coro::__private::ended(
                            __state,
                            __State::Returned,
                            &__resumption,
                            "longest_line",
                            "completion",
                        );
                    }
                    __State::Start if __resumption.is_cancelled() => {
                        let text_owner = ::coro::__private::owner(text, true);
                        return ::coro::__private::cancelled();
                    }
                    _ => {}
                }
                let __output: String = '__body: {
                    let text_owner = ::coro::__private::owner(
                        text,
                        !::coro::__private::matches!(
                            __at,
                            __State::Ready | __State::Ready2
                        )
                            || (::coro::__private::matches!(
                                __at,
                                __State::Ready | __State::Ready2
                            ) && (*__frame).text_owed),
                    );
                    'to_ready: {
                        match __at {
                            __State::Ready | __State::Ready2 => break 'to_ready,
                            _ => {}
                        }
                    }
                    {
                        let lines_owner = ::coro::__private::owner(
                            lines,
                            ::coro::__private::matches!(
                                __at,
                                __State::Ready | __State::Ready2
                            ),
                        );
                        let ready_owner = ::coro::__private::owner(
                            ready,
                            ::coro::__private::matches!(__at, __State::Ready),
                        );
                        let first_owner = ::coro::__private::owner(
                            first,
                            ::coro::__private::matches!(__at, __State::Ready2),
                        );
                        let ready_2_owner = ::coro::__private::owner(
                            ready_2,
                            ::coro::__private::matches!(__at, __State::Ready2),
                        );
                        'to_ready_2_2: {
                            'to_ready_2: {
                                match __at {
                                    __State::Ready => break 'to_ready_2,
                                    __State::Ready2 => break 'to_ready_2_2,
                                    _ => {}
                                }
                                ::coro::__private::typed::<Vec<&str>>(lines);
                                lines_owner
                                    .init(
                                        (match () {
                                            () => {
                                                use ::coro::__private::{
                                                    AskIterator as _, AskOrdered as _, AskOther as _,
                                                    AskReference as _, AskStandard as _, AskUnordered as _,
                                                    AskValue as _, Borrows as _, SharedFell as _,
                                                    SharedFound as _, Takes as _,
                                                };
                                                let __answer = ::coro::__private::answer();
                                                if false {
                                                    ::coro::__private::diverge();
                                                    let __found = {
                                                        let shared = {
                                                            trait __Asked {
                                                                fn lines(&self) -> ::coro::__private::Fell {
                                                                    ::coro::__private::Fell
                                                                }
                                                            }
                                                            impl<T: ?Sized> __Asked for &T {}
                                                            (&*text).lines()
                                                        };
                                                        let receiver = (&::coro::__private::Shared(&shared))
                                                            .receiver(text);
                                                        {
                                                            trait __Asked {
                                                                fn lines(&self) -> ::coro::__private::Fell {
                                                                    ::coro::__private::Fell
                                                                }
                                                            }
                                                            impl<T: ?Sized> __Asked for T {}
                                                            receiver.lines()
                                                        }
                                                    };
                                                    ::coro::__private::tie(&__answer, &__found);
                                                }
                                                if (&__answer).takes() {
                                                    (&__answer).if_taken();
                                                    text_owner.take().lines()
                                                } else {
                                                    (&__answer).if_borrowed();
                                                    (*text).lines()
                                                }
                                            }
                                        })
                                            .collect(),
                                    );
                                ready_owner
                                    .init(
                                        ::coro::__private::IntoFuture::into_future(
                                            ready((*lines)[0]),
                                        ),
                                    );
                            }
                            first_owner
                                .init(
                                    match __resumption.step(&ready_owner) {
                                        ::coro::__private::Step::Ready(value) => {
                                            __at = __State::Running;
                                            value
                                        }
                                        ::coro::__private::Step::Pending => {
                                            (*__frame).text_owed = text_owner.is_owed();
                                            return ::coro::__private::suspend(
                                                __state,
                                                __State::Ready,
                                                (text_owner, lines_owner, ready_owner),
                                            );
                                        }
                                        ::coro::__private::Step::Cancelled => {
                                            return ::coro::__private::cancelled();
                                        }
                                    },
                                );
                            ready_2_owner
                                .init(
                                    ::coro::__private::IntoFuture::into_future(
                                        ready((*lines)[1]),
                                    ),
                                );
                        }
                        let second = match __resumption.step(&ready_2_owner) {
                            ::coro::__private::Step::Ready(value) => {
                                __at = __State::Running;
                                value
                            }
                            ::coro::__private::Step::Pending => {
                                (*__frame).text_owed = text_owner.is_owed();
                                return ::coro::__private::suspend(
                                    __state,
                                    __State::Ready2,
                                    (
                                        text_owner,
                                        lines_owner,
                                        ready_owner,
                                        first_owner,
                                        ready_2_owner,
                                    ),
                                );
                            }
                            ::coro::__private::Step::Cancelled => {
                                return ::coro::__private::cancelled();
                            }
                        };
                        let longest = if (*first).len() < second.len() {
                            second
                        } else {
                            first_owner.take()
                        };
                        longest.to_owned()
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
