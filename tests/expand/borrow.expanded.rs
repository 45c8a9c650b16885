//! A local that is borrowed across two suspensions stays at one address.
use std::future::ready;
#[allow(mismatched_lifetime_syntaxes)]
fn longest_line(text: String) -> impl ::coro::__private::Future<Output = String> {
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
            move || -> String {
                let text = text;
                let output: String = '__body: {
                    let lines: Vec<&str> = text.lines().collect();
                    let first = match ({ __coro::twin::wait })(ready(lines[0])) {
                        value => ({ __coro::output })(__coro::ManuallyDrop::new(value)),
                    };
                    let second = match ({ __coro::twin::wait })(ready(lines[1])) {
                        value => ({ __coro::output })(__coro::ManuallyDrop::new(value)),
                    };
                    let longest = if first.len() < second.len() {
                        second
                    } else {
                        first
                    };
                    longest.to_owned()
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
        union __Overlap1<First_, Ready_2_, Ready_> {
            none: (),
            group_1: (
                __coro::ManuallyDrop<__coro::Slot<First_>>,
                __coro::ManuallyDrop<__coro::Slot<Ready_2_>>,
            ),
            ready: __coro::ManuallyDrop<Ready_>,
        }
        /// What it keeps while it is suspended.
        struct __Frame<Text_, Lines_, First_, Ready_2_, Ready_> {
            state: __State,
            text: __coro::Slot<Text_>,
            lines: __coro::Slot<Lines_>,
            overlap_1: __Overlap1<First_, Ready_2_, Ready_>,
        }
        impl<Text_, Lines_, First_, Ready_2_, Ready_> __coro::Frame
        for __Frame<Text_, Lines_, First_, Ready_2_, Ready_> {
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
            Text_: __coro::Send,
            Lines_: __coro::Send,
            First_: __coro::Send,
            Ready_2_: __coro::Send,
            Ready_: __coro::Send,
        > __coro::Send for __Frame<Text_, Lines_, First_, Ready_2_, Ready_> {}
        let __frame = __coro::UnsafeCell::new(__Frame {
            state: __State::Start,
            text: __coro::Slot::filled(text),
            lines: __coro::Slot { empty: () },
            overlap_1: __Overlap1 { none: () },
        });
        __coro::coroutine(
            __type,
            __frame,
            |__stored, mut __resumption| -> __coro::Resumed<_, String> {
                __coro::Resumed(
                    '__poll: {
                        let __frame = __stored as *mut __Frame<_, _, _, _, _>;
                        if false {
                            __coro::diverge();
                            return __coro::of_frame(__frame);
                        }
                        let text = __coro::slot(&raw mut (*__frame).text);
                        let lines = __coro::slot(&raw mut (*__frame).lines);
                        let first = __coro::shared_slot(
                            &raw mut (*__frame).overlap_1.group_1.0,
                        );
                        let ready_2 = __coro::shared_slot(
                            &raw mut (*__frame).overlap_1.group_1.1,
                        );
                        let ready = __coro::shared(&raw mut (*__frame).overlap_1.ready);
                        let mut __at = __coro::read(&raw const (*__frame).state) as u8;
                        if __at >= __State::Panicked as u8 {
                            if __resumption.is_cancelled() {
                                break '__poll __coro::Poll::Pending;
                            }
                            __coro::polled_again(
                                "longest_line",
                                __at == __State::Panicked as u8,
                            );
                        }
                        let __running = __coro::running(
                            &raw mut (*__frame).state as *mut u8,
                            __State::Panicked as u8,
                        );
                        if __resumption.is_cancelled() & (__at == __State::Start as u8) {
                            let text_owner = __coro::owner(text, true);
                            break '__poll __coro::Poll::Pending;
                        }
                        let __output: String = '__body: {
                            let text_owner = __coro::owner(text, true);
                            {
                                let lines_owner = __coro::owner(
                                    lines,
                                    __coro::is_from(
                                        __at,
                                        __State::Ready as u8,
                                        __State::Ready_2 as u8,
                                    ),
                                );
                                let ready_owner = __coro::owner(
                                    ready,
                                    __coro::is_at(__at, __State::Ready as u8),
                                );
                                let first_owner = __coro::owner(
                                    first,
                                    __coro::is_at(__at, __State::Ready_2 as u8),
                                );
                                let ready_2_owner = __coro::owner(
                                    ready_2,
                                    __coro::is_at(__at, __State::Ready_2 as u8),
                                );
                                'to_ready_2: {
                                    'to_ready: {
                                        if __coro::is_at(__at, __State::Ready as u8) {
                                            break 'to_ready;
                                        }
                                        if __coro::is_at(__at, __State::Ready_2 as u8) {
                                            break 'to_ready_2;
                                        }
                                        __coro::typed::<Vec<&str>>(lines);
                                        let lines_value: Vec<&str> = (*text).lines().collect();
                                        lines_owner.init(lines_value);
                                        ready_owner
                                            .init(({ __coro::twin::awaited })(ready((*lines)[0])));
                                    }
                                    first_owner
                                        .init(
                                            match ({ __coro::step })(&mut __resumption, &ready_owner) {
                                                __coro::Step::Ready(value) => {
                                                    __at = __State::Start as u8;
                                                    ({ __coro::output })(value)
                                                }
                                                __coro::Step::Pending => {
                                                    text_owner.keep();
                                                    lines_owner.keep();
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
                                    ready_2_owner
                                        .init(({ __coro::twin::awaited })(ready((*lines)[1])));
                                }
                                let second = match ({
                                    __coro::step
                                })(&mut __resumption, &ready_2_owner) {
                                    __coro::Step::Ready(value) => {
                                        __at = __State::Start as u8;
                                        ({ __coro::output })(value)
                                    }
                                    __coro::Step::Pending => {
                                        text_owner.keep();
                                        lines_owner.keep();
                                        first_owner.keep();
                                        ready_2_owner.keep();
                                        break '__poll __coro::suspend(
                                            &__running,
                                            __State::Ready_2 as u8,
                                        );
                                    }
                                    __coro::Step::Cancelled => {
                                        break '__poll __coro::Poll::Pending;
                                    }
                                };
                                let longest = if (*first).len() < second.len() {
                                    second
                                } else {
                                    __coro::take(&first_owner)
                                };
                                longest.to_owned()
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
