//! A value that is taken apart, in arms of which some wait.
use std::future::ready;
pub enum Request {
    Get(String),
    Put { key: String, value: String },
    Quit,
}
fn answer(request: Request) -> impl ::coro::__private::Future<Output = Option<String>> {
    if false {
        ::coro::__private::twin::check(move || -> Option<String> {
            let request = request;
            {
                match request {
                    Request::Get(key) => Some(::coro::__private::twin::wait(ready(key))),
                    Request::Put { key, value } => {
                        let stored = ::coro::__private::twin::wait(ready(value.len()));
                        Some(format!("{key}: {stored} bytes"))
                    }
                    Request::Quit => None,
                }
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
    struct __Group1<Key2_, Value_, Ready3_> {
        key_2: ::coro::__private::Slot<Key2_>,
        value: ::coro::__private::Slot<Value_>,
        ready_3: ::coro::__private::Slot<Ready3_>,
    }
    #[allow(
        dead_code,
        non_camel_case_types,
        non_snake_case,
        clippy::all,
        clippy::pedantic
    )]
    union __Overlap1<Request_, Key2_, Value_, Ready3_, Ready_> {
        none: (),
        request: ::coro::__private::ManuallyDrop<::coro::__private::Slot<Request_>>,
        group_1: ::coro::__private::ManuallyDrop<__Group1<Key2_, Value_, Ready3_>>,
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
    struct __Frame<Request_, Key2_, Value_, Ready3_, Ready_> {
        state: __State,
        overlap_1: __Overlap1<Request_, Key2_, Value_, Ready3_, Ready_>,
    }
    let __frame = ::coro::__private::UnsafeCell::new(__Frame {
        state: __State::Start,
        overlap_1: __Overlap1 {
            request: ::coro::__private::ManuallyDrop::new(
                ::coro::__private::Slot::filled(request),
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
                let __frame: *mut __Frame<_, _, _, _, _> = ::coro::__private::free_lifetimes(
                    __stored,
                );
                if false {
                    let mut same = __stored;
                    ::coro::__private::diverge();
                    same = __frame;
                }
                let request = ::coro::__private::slot(
                    ::coro::__private::shared(&raw mut (*__frame).overlap_1.request),
                );
                let group_1 = ::coro::__private::shared(
                    &raw mut (*__frame).overlap_1.group_1,
                );
                let key_2 = ::coro::__private::slot(&raw mut (*group_1).key_2);
                let value_slot = &raw mut (*group_1).value;
                let mut value_room = ::coro::__private::MaybeUninit::uninit();
                let value = ::coro::__private::place(value_slot, &mut value_room);
                let ready_3 = ::coro::__private::slot(&raw mut (*group_1).ready_3);
                let ready = ::coro::__private::slot(
                    ::coro::__private::shared(&raw mut (*__frame).overlap_1.ready),
                );
                let mut key_room = ::coro::__private::MaybeUninit::uninit();
                let key = ::coro::__private::stack(&mut key_room);
                let __state = &raw mut (*__frame).state;
                let mut __at = ::coro::__private::enter(__state, __State::Running);
                match __at {
                    __State::Running => {
                        return ::coro::__private::ended(
                            __state,
                            __State::Running,
                            &__resumption,
                            "answer",
                            "panicking",
                        );
                    }
                    __State::Returned => {
                        return ::coro::__private::ended(
                            __state,
                            __State::Returned,
                            &__resumption,
                            "answer",
                            "completion",
                        );
                    }
                    __State::Start if __resumption.is_cancelled() => {
                        let request_owner = ::coro::__private::owner(request, true);
                        return ::coro::__private::cancelled();
                    }
                    _ => {}
                }
                let __output: Option<String> = '__body: {
                    let request_owner = ::coro::__private::owner(
                        request,
                        !::coro::__private::matches!(
                            __at,
                            __State::Ready | __State::Ready2
                        ),
                    );
                    'to_ready: {
                        match __at {
                            __State::Ready | __State::Ready2 => break 'to_ready,
                            _ => {}
                        }
                    }
                    {
                        let __entered = 'to_ready_2: {
                            match __at {
                                __State::Ready => break 'to_ready_2 0usize,
                                __State::Ready2 => break 'to_ready_2 1usize,
                                _ => {}
                            }
                            match request_owner.take() {
                                Request::Get(key_value) => {
                                    ::coro::__private::write(key, key_value);
                                    0usize
                                }
                                Request::Put { key: key_2_value, value: value_value } => {
                                    ::coro::__private::write(key_2, key_2_value);
                                    ::coro::__private::write(value, value_value);
                                    1usize
                                }
                                __whole @ (Request::Quit) => {
                                    request_owner.init(__whole);
                                    { 2usize }
                                }
                            }
                        };
                        match __entered {
                            0usize => {
                                let key_owner = ::coro::__private::owner(
                                    key,
                                    !::coro::__private::matches!(__at, __State::Ready),
                                );
                                let ready_owner = ::coro::__private::owner(
                                    ready,
                                    ::coro::__private::matches!(__at, __State::Ready),
                                );
                                'to_ready_3: {
                                    match __at {
                                        __State::Ready => break 'to_ready_3,
                                        _ => {}
                                    }
                                    ready_owner
                                        .init(
                                            ::coro::__private::IntoFuture::into_future(
                                                ready(key_owner.take()),
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
                                            (request_owner, key_owner, ready_owner),
                                        );
                                    }
                                    ::coro::__private::Step::Cancelled => {
                                        return ::coro::__private::cancelled();
                                    }
                                };
                                Some(({ ready_2 }))
                            }
                            1usize => {
                                let key_2_owner = ::coro::__private::owner(key_2, true);
                                let value_owner = ::coro::__private::owner(
                                    value,
                                    !::coro::__private::matches!(__at, __State::Ready2)
                                        || (::coro::__private::matches!(__at, __State::Ready2)
                                            && ::coro::__private::is_kept(value_slot, value)),
                                );
                                let ready_3_owner = ::coro::__private::owner(
                                    ready_3,
                                    ::coro::__private::matches!(__at, __State::Ready2),
                                );
                                'to_ready_3_2: {
                                    match __at {
                                        __State::Ready2 => break 'to_ready_3_2,
                                        _ => {}
                                    }
                                    ready_3_owner
                                        .init(
                                            ::coro::__private::IntoFuture::into_future(
                                                ready(
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
                                                                            fn len(&self) -> ::coro::__private::Fell {
                                                                                ::coro::__private::Fell
                                                                            }
                                                                        }
                                                                        impl<T: ?Sized> __Asked for &T {}
                                                                        (&*value).len()
                                                                    };
                                                                    let receiver = (&::coro::__private::Shared(&shared))
                                                                        .receiver(value);
                                                                    {
                                                                        trait __Asked {
                                                                            fn len(&self) -> ::coro::__private::Fell {
                                                                                ::coro::__private::Fell
                                                                            }
                                                                        }
                                                                        impl<T: ?Sized> __Asked for T {}
                                                                        receiver.len()
                                                                    }
                                                                };
                                                                ::coro::__private::tie(&__answer, &__found);
                                                                let mut __same = ::coro::__private::slot_type(value_slot);
                                                                __same = (&__answer).slot_of(value);
                                                            }
                                                            if (&__answer).takes() {
                                                                (&__answer).if_taken();
                                                                value_owner.take().len()
                                                            } else {
                                                                (&__answer).if_borrowed();
                                                                (*value).len()
                                                            }
                                                        }
                                                    }),
                                                ),
                                            ),
                                        );
                                }
                                let stored = match __resumption.step(&ready_3_owner) {
                                    ::coro::__private::Step::Ready(value) => {
                                        __at = __State::Running;
                                        value
                                    }
                                    ::coro::__private::Step::Pending => {
                                        return ::coro::__private::suspend(
                                            __state,
                                            __State::Ready2,
                                            (request_owner, key_2_owner, value_owner, ready_3_owner),
                                        );
                                    }
                                    ::coro::__private::Step::Cancelled => {
                                        return ::coro::__private::cancelled();
                                    }
                                };
                                Some(
                                    format!(
                                        "{key}: {stored} bytes",
                                        key = (*key_2),
                                        stored = stored,
                                    ),
                                )
                            }
                            _ => None,
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
