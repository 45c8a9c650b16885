//! A value that is taken apart, in arms of which some wait.
use std::future::ready;
pub(crate) enum Request {
    Get(String),
    Put { key: String, value: String },
    Quit,
}
#[allow(mismatched_lifetime_syntaxes)]
fn answer(request: Request) -> impl ::coro::__private::Future<Output = Option<String>> {
    #[allow(unused_imports)]
    use ::coro::__private as __coro;
    let __type = __coro::twin::output();
    #[allow(
        clippy::manual_map,
        clippy::option_if_let_else,
        clippy::question_mark,
        clippy::manual_let_else,
        clippy::match_single_binding
    )]
    if false {
        __coro::twin::check(
            &__type,
            move || -> Option<String> {
                #[allow(unused_imports, redundant_imports)]
                {
                    {
                        use __coro::standard::*;
                        use format as _;
                    }
                }
                let request = request;
                let output: Option<String> = '__body: {
                    match request {
                        Request::Get(key) => Some(({ __coro::twin::wait })(ready(key))),
                        Request::Put { key, value } => {
                            let stored = match ({
                                __coro::twin::wait
                            })(ready(value.len())) {
                                value => {
                                    ({ __coro::output })(__coro::ManuallyDrop::new(value))
                                }
                            };
                            Some(format!("{key}: {stored} bytes"))
                        }
                        Request::Quit => None,
                    }
                };
                #[allow(unreachable_code, clippy::needless_return)] return output;
            },
        )
    }
    #[allow(
        warnings,
        dangerous_implicit_autorefs,
        let_underscore,
        unreachable_code,
        unused,
        unused_qualifications,
        non_snake_case,
        clippy::all,
        clippy::pedantic,
        clippy::nursery,
        clippy::restriction
    )]
    unsafe {
        /// Where the coroutine stands.
        #[repr(u8)]
        enum __State {
            Start,
            Ready,
            Ready_2,
            Panicked,
            Returned,
        }
        union __Overlap1<Request_, Key_2_, Value_, Ready_3_, Ready_> {
            none: (),
            request: __coro::ManuallyDrop<Request_>,
            group_1: (
                __coro::ManuallyDrop<__coro::Slot<Key_2_>>,
                __coro::ManuallyDrop<__coro::Slot<Value_>>,
                __coro::ManuallyDrop<__coro::Slot<Ready_3_>>,
            ),
            ready: __coro::ManuallyDrop<Ready_>,
        }
        /// What it keeps while it is suspended.
        struct __Frame<Request_, Key_2_, Value_, Ready_3_, Ready_> {
            state: __State,
            overlap_1: __Overlap1<Request_, Key_2_, Value_, Ready_3_, Ready_>,
        }
        impl<Request_, Key_2_, Value_, Ready_3_, Ready_> __coro::Frame
        for __Frame<Request_, Key_2_, Value_, Ready_3_, Ready_> {
            unsafe fn has_ended(frame: *const Self) -> bool {
                unsafe {
                    __coro::matches!(
                        (*frame).state,
                        __State::Panicked | __State::Returned
                    )
                }
            }
        }
        unsafe impl<
            Request_: __coro::Send,
            Key_2_: __coro::Send,
            Value_: __coro::Send,
            Ready_3_: __coro::Send,
            Ready_: __coro::Send,
        > __coro::Send for __Frame<Request_, Key_2_, Value_, Ready_3_, Ready_> {}
        let __frame = __coro::UnsafeCell::new(__Frame {
            state: __State::Start,
            overlap_1: __Overlap1 {
                request: __coro::ManuallyDrop::new(request),
            },
        });
        __coro::coroutine(
            __type,
            __frame,
            |__stored, mut __resumption| -> __coro::Resumed<_, Option<String>> {
                __coro::Resumed(
                    '__poll: {
                        let __frame = __stored as *mut __Frame<_, _, _, _, _>;
                        if false {
                            __coro::diverge();
                            return __coro::of_frame(__frame);
                        }
                        let request = __coro::shared(
                            &raw mut (*__frame).overlap_1.request,
                        );
                        let key_2 = __coro::shared_slot(
                            &raw mut (*__frame).overlap_1.group_1.0,
                        );
                        let value_slot = __coro::shared(
                            &raw mut (*__frame).overlap_1.group_1.1,
                        );
                        let mut value_room = __coro::MaybeUninit::uninit();
                        let value = __coro::place(value_slot, &mut value_room);
                        let ready_3 = __coro::shared_slot(
                            &raw mut (*__frame).overlap_1.group_1.2,
                        );
                        let ready = __coro::shared(&raw mut (*__frame).overlap_1.ready);
                        let mut key_room = __coro::MaybeUninit::uninit();
                        let key = __coro::stack(&mut key_room);
                        let mut __at = __coro::read(&raw const (*__frame).state) as u8;
                        if __at >= __State::Panicked as u8 {
                            if __resumption.is_cancelled() {
                                break '__poll __coro::Poll::Pending;
                            }
                            __coro::polled_again(
                                "answer",
                                __at == __State::Panicked as u8,
                            );
                        }
                        let __running = __coro::running(
                            &raw mut (*__frame).state as *mut u8,
                            __State::Panicked as u8,
                        );
                        if __resumption.is_cancelled() & (__at == __State::Start as u8) {
                            let request_owner = __coro::owner(request, true);
                            break '__poll __coro::Poll::Pending;
                        }
                        let __output: Option<String> = '__body: {
                            let request_owner = __coro::owner(
                                request,
                                !__coro::is_from(
                                    __at,
                                    __State::Ready as u8,
                                    __State::Ready_2 as u8,
                                ),
                            );
                            {
                                let __entered = 'to_ready: {
                                    if __coro::is_at(__at, __State::Ready as u8) {
                                        break 'to_ready 0usize;
                                    }
                                    if __coro::is_at(__at, __State::Ready_2 as u8) {
                                        break 'to_ready 1usize;
                                    }
                                    match (request_owner.take()) {
                                        Request::Get(key_value) => {
                                            __coro::write(key, key_value);
                                            0usize
                                        }
                                        Request::Put { key: key_2_value, value: value_value } => {
                                            __coro::write(key_2, key_2_value);
                                            __coro::write(value, value_value);
                                            1usize
                                        }
                                        __whole @ (Request::Quit) => {
                                            request_owner.init(__whole);
                                            { 2usize }
                                        }
                                        _ => __coro::unmatched(),
                                    }
                                };
                                match (__entered) {
                                    0usize => {
                                        let key_owner = __coro::owner(
                                            key,
                                            !__coro::is_at(__at, __State::Ready as u8),
                                        );
                                        let ready_owner = __coro::owner(
                                            ready,
                                            __coro::is_at(__at, __State::Ready as u8),
                                        );
                                        'to_ready_2: {
                                            if __coro::is_at(__at, __State::Ready as u8) {
                                                break 'to_ready_2;
                                            }
                                            ready_owner
                                                .init(
                                                    ({ __coro::twin::awaited })(ready(__coro::take(&key_owner))),
                                                );
                                        }
                                        let ready_2 = (
                                            match ({ __coro::step })(&mut __resumption, &ready_owner) {
                                                __coro::Step::Ready(value) => {
                                                    __at = __State::Start as u8;
                                                    ({ __coro::output })(value)
                                                }
                                                __coro::Step::Pending => {
                                                    ready_owner.keep();
                                                    break '__poll __coro::suspend(
                                                        &__running,
                                                        __State::Ready as u8,
                                                    );
                                                }
                                                __coro::Step::Cancelled => {
                                                    break '__poll __coro::Poll::Pending;
                                                }
                                            },
                                        );
                                        Some((ready_2).0)
                                    }
                                    1usize => {
                                        let key_2_owner = __coro::owner(key_2, true);
                                        let value_owner = __coro::owner(
                                            value,
                                            !__coro::is_at(__at, __State::Ready_2 as u8)
                                                | (__coro::is_at(__at, __State::Ready_2 as u8)
                                                    & __coro::is_kept(value_slot, value)),
                                        );
                                        let ready_3_owner = __coro::owner(
                                            ready_3,
                                            __coro::is_at(__at, __State::Ready_2 as u8),
                                        );
                                        'to_ready_3: {
                                            if __coro::is_at(__at, __State::Ready_2 as u8) {
                                                break 'to_ready_3;
                                            }
                                            ready_3_owner
                                                .init(
                                                    ({
                                                        __coro::twin::awaited
                                                    })(
                                                        ready(
                                                            (match () {
                                                                () => {
                                                                    use __coro::asking::*;
                                                                    let __returned = __coro::Answer(__coro::PhantomData);
                                                                    let __answer = __coro::Answer(__coro::PhantomData);
                                                                    if false {
                                                                        __coro::diverge();
                                                                        let __found = {
                                                                            let __asked = (&__coro::ask_reference(value))
                                                                                .unless_shared(value);
                                                                            let __shared = {
                                                                                trait __Asked {
                                                                                    fn len(&self) -> __coro::Fell {
                                                                                        __coro::Fell
                                                                                    }
                                                                                }
                                                                                impl<T: ?Sized> __Asked for &T {}
                                                                                impl __Asked for __coro::NoReceiver {}
                                                                                (&*__asked).len()
                                                                            };
                                                                            let __of_type = (&__coro::Shared(&__shared))
                                                                                .receiver(__asked);
                                                                            let __shared = (&__coro::ask_reference(__asked))
                                                                                .unless_reference(__shared);
                                                                            (&__coro::Shared(&__shared)).returns(&__returned);
                                                                            let __taken = {
                                                                                trait __Asked {
                                                                                    fn len(&self) -> __coro::Fell {
                                                                                        __coro::Fell
                                                                                    }
                                                                                }
                                                                                impl<T: ?Sized> __Asked for T {}
                                                                                __of_type.len()
                                                                            };
                                                                            (&__coro::Shared(&__taken)).returns(&__returned);
                                                                            (&__coro::ask_reference(value)).or_shared(__taken)
                                                                        };
                                                                        __coro::tie(&__answer, &__found);
                                                                        let mut __same = __coro::slot_type(value_slot);
                                                                        __same = (&__answer).slot_of(value);
                                                                    }
                                                                    __coro::returned(
                                                                        &__returned,
                                                                        if (&__answer).takes() {
                                                                            (&__answer).if_taken();
                                                                            value_owner.take().len()
                                                                        } else {
                                                                            (&__answer).if_borrowed();
                                                                            (*value).len()
                                                                        },
                                                                    )
                                                                }
                                                            }),
                                                        ),
                                                    ),
                                                );
                                        }
                                        let stored = match ({
                                            __coro::step
                                        })(&mut __resumption, &ready_3_owner) {
                                            __coro::Step::Ready(value) => {
                                                __at = __State::Start as u8;
                                                ({ __coro::output })(value)
                                            }
                                            __coro::Step::Pending => {
                                                key_2_owner.keep();
                                                value_owner.keep();
                                                ready_3_owner.keep();
                                                break '__poll __coro::suspend(
                                                    &__running,
                                                    __State::Ready_2 as u8,
                                                );
                                            }
                                            __coro::Step::Cancelled => {
                                                break '__poll __coro::Poll::Pending;
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
                        __coro::leave(&__running, __State::Returned as u8, __output)
                    },
                    __coro::PhantomData,
                )
            },
        )
    }
}
