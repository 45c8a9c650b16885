//! Early exits, and a value that is owed its drop on some ways only.
use std::future::ready;
use std::num::ParseIntError;
#[allow(mismatched_lifetime_syntaxes)]
fn parse(
    text: String,
) -> impl ::coro::__private::Future<Output = Result<u32, ParseIntError>> {
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
            move || -> Result<u32, ParseIntError> {
                #[allow(unused_imports, redundant_imports)]
                {
                    __coro::standard::is_primitive::<u32>();
                }
                let text = text;
                let output: Result<u32, ParseIntError> = '__body: {
                    let number: u32 = ({ __coro::twin::wait })(ready(text.parse()))?;
                    drop(text);
                    ({ __coro::twin::wait })(ready(()));
                    Ok(number)
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
        union __Overlap1<Number_, Ready_3_, Ready_> {
            none: (),
            group_1: (
                __coro::ManuallyDrop<__coro::Slot<Number_>>,
                __coro::ManuallyDrop<__coro::Slot<Ready_3_>>,
            ),
            ready: __coro::ManuallyDrop<Ready_>,
        }
        /// What it keeps while it is suspended.
        struct __Frame<Text_, Number_, Ready_3_, Ready_> {
            state: __State,
            text: __coro::Slot<Text_>,
            overlap_1: __Overlap1<Number_, Ready_3_, Ready_>,
        }
        impl<Text_, Number_, Ready_3_, Ready_> __coro::Frame
        for __Frame<Text_, Number_, Ready_3_, Ready_> {
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
            Number_: __coro::Send,
            Ready_3_: __coro::Send,
            Ready_: __coro::Send,
        > __coro::Send for __Frame<Text_, Number_, Ready_3_, Ready_> {}
        let __frame = __coro::UnsafeCell::new(__Frame {
            state: __State::Start,
            text: __coro::Slot::filled(text),
            overlap_1: __Overlap1 { none: () },
        });
        __coro::coroutine(
            __type,
            __frame,
            |
                __stored,
                mut __resumption,
            | -> __coro::Resumed<_, Result<u32, ParseIntError>> {
                __coro::Resumed(
                    '__poll: {
                        let __frame = __stored as *mut __Frame<_, _, _, _>;
                        if false {
                            __coro::diverge();
                            return __coro::of_frame(__frame);
                        }
                        let text = __coro::slot(&raw mut (*__frame).text);
                        let number = __coro::shared_slot(
                            &raw mut (*__frame).overlap_1.group_1.0,
                        );
                        let ready_3 = __coro::shared_slot(
                            &raw mut (*__frame).overlap_1.group_1.1,
                        );
                        let ready = __coro::shared(&raw mut (*__frame).overlap_1.ready);
                        let mut __at = __coro::read(&raw const (*__frame).state) as u8;
                        if __at >= __State::Panicked as u8 {
                            if __resumption.is_cancelled() {
                                break '__poll __coro::Poll::Pending;
                            }
                            __coro::polled_again(
                                "parse",
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
                        let __output: Result<u32, ParseIntError> = '__body: {
                            let text_owner = __coro::owner(
                                text,
                                !__coro::is_at(__at, __State::Ready_2 as u8),
                            );
                            {
                                let ready_owner = __coro::owner(
                                    ready,
                                    __coro::is_at(__at, __State::Ready as u8),
                                );
                                let number_owner = __coro::plain(number);
                                let ready_3_owner = __coro::owner(
                                    ready_3,
                                    __coro::is_at(__at, __State::Ready_2 as u8),
                                );
                                'to_ready_3: {
                                    'to_ready: {
                                        if __coro::is_at(__at, __State::Ready as u8) {
                                            break 'to_ready;
                                        }
                                        if __coro::is_at(__at, __State::Ready_2 as u8) {
                                            break 'to_ready_3;
                                        }
                                        ready_owner
                                            .init(({ __coro::twin::awaited })(ready((*text).parse())));
                                    }
                                    let ready_2 = (
                                        match ({ __coro::step })(&mut __resumption, &ready_owner) {
                                            __coro::Step::Ready(value) => {
                                                __at = __State::Start as u8;
                                                ({ __coro::output })(value)
                                            }
                                            __coro::Step::Pending => {
                                                text_owner.keep();
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
                                    __coro::typed::<u32>(number);
                                    let number_value: u32 = (match ({
                                        __coro::Attempt::branch
                                    })((ready_2).0) {
                                        __coro::ControlFlow::Continue(value) => value,
                                        __coro::ControlFlow::Break(left) => {
                                            break '__body ({ __coro::FromAttempt::from_residual })(left);
                                        }
                                    });
                                    number_owner.init(number_value);
                                    drop(__coro::take(&text_owner));
                                    ready_3_owner.init(({ __coro::twin::awaited })(ready(())));
                                }
                                match ({
                                    __coro::step
                                })(&mut __resumption, &ready_3_owner) {
                                    __coro::Step::Ready(value) => {
                                        __at = __State::Start as u8;
                                        ({ __coro::output })(value)
                                    }
                                    __coro::Step::Pending => {
                                        text_owner.keep();
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
                                Ok((*number))
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
