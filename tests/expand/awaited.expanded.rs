//! The other spelling, and operands that are evaluated before a suspension.
use std::future::ready;
#[allow(mismatched_lifetime_syntaxes)]
fn area(
    width: fn() -> u32,
    height: u32,
) -> impl ::coro::__private::Future<Output = u32> {
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
            move || -> u32 {
                #[allow(unused_imports, redundant_imports)]
                {
                    __coro::standard::is_primitive::<u32>();
                }
                let width = width;
                let height = height;
                let output: u32 = '__body: {
                    width() * ({ __coro::twin::wait })(ready(height))
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
            Panicked,
            Returned,
        }
        union __Overlap1<Height_, Ready_> {
            none: (),
            height: __coro::ManuallyDrop<Height_>,
            ready: __coro::ManuallyDrop<Ready_>,
        }
        /// What it keeps while it is suspended.
        struct __Frame<Width_, Height_, Ready_, Value_> {
            state: __State,
            width_owed: bool,
            width: __coro::Slot<Width_>,
            overlap_1: __Overlap1<Height_, Ready_>,
            value: __coro::Slot<Value_>,
        }
        impl<Width_, Height_, Ready_, Value_> __coro::Frame
        for __Frame<Width_, Height_, Ready_, Value_> {
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
            Width_: __coro::Send,
            Height_: __coro::Send,
            Ready_: __coro::Send,
            Value_: __coro::Send,
        > __coro::Send for __Frame<Width_, Height_, Ready_, Value_> {}
        let __frame = __coro::UnsafeCell::new(__Frame {
            state: __State::Start,
            width_owed: false,
            width: __coro::Slot::filled(width),
            overlap_1: __Overlap1 {
                height: __coro::ManuallyDrop::new(height),
            },
            value: __coro::Slot { empty: () },
        });
        __coro::coroutine(
            __type,
            __frame,
            |__stored, mut __resumption| -> __coro::Resumed<_, u32> {
                __coro::Resumed(
                    '__poll: {
                        let __frame = __stored as *mut __Frame<_, _, _, _>;
                        if false {
                            __coro::diverge();
                            return __coro::of_frame(__frame);
                        }
                        let width = __coro::slot(&raw mut (*__frame).width);
                        let height = __coro::shared(
                            &raw mut (*__frame).overlap_1.height,
                        );
                        let ready = __coro::shared(&raw mut (*__frame).overlap_1.ready);
                        let value = __coro::slot(&raw mut (*__frame).value);
                        let mut __at = __coro::read(&raw const (*__frame).state) as u8;
                        if __at >= __State::Panicked as u8 {
                            if __resumption.is_cancelled() {
                                break '__poll __coro::Poll::Pending;
                            }
                            __coro::polled_again(
                                "area",
                                __at == __State::Panicked as u8,
                            );
                        }
                        let __running = __coro::running(
                            &raw mut (*__frame).state as *mut u8,
                            __State::Panicked as u8,
                        );
                        if __resumption.is_cancelled() & (__at == __State::Start as u8) {
                            let width_owner = __coro::owner(width, true);
                            break '__poll __coro::Poll::Pending;
                        }
                        let __output: u32 = '__body: {
                            let width_owner = __coro::owner(
                                width,
                                !__coro::is_at(__at, __State::Ready as u8)
                                    | (__coro::is_at(__at, __State::Ready as u8)
                                        & __coro::read(&raw const (*__frame).width_owed)),
                            );
                            {
                                let value_owner = __coro::owner(
                                    value,
                                    __coro::is_at(__at, __State::Ready as u8),
                                );
                                let ready_owner = __coro::owner(
                                    ready,
                                    __coro::is_at(__at, __State::Ready as u8),
                                );
                                'to_ready: {
                                    if __coro::is_at(__at, __State::Ready as u8) {
                                        break 'to_ready;
                                    }
                                    value_owner
                                        .init(
                                            (match () {
                                                () => {
                                                    use __coro::{Borrows as _, Takes as _};
                                                    let __answer = __coro::Answer(__coro::PhantomData);
                                                    if false {
                                                        __coro::diverge();
                                                        use __coro::call::with_0::{InPlace as _, Taken as _};
                                                        let __found = (&__coro::ask_standard(width))
                                                            .found_by_call();
                                                        __coro::tie(&__answer, &__found);
                                                    }
                                                    if (&__answer).takes() {
                                                        (&__answer).if_taken();
                                                        (width_owner.take())()
                                                    } else {
                                                        (&__answer).if_borrowed();
                                                        (*width)()
                                                    }
                                                }
                                            }),
                                        );
                                    ready_owner
                                        .init(({ __coro::twin::awaited })(ready((*height))));
                                }
                                let ready_2 = (
                                    match ({ __coro::step })(&mut __resumption, &ready_owner) {
                                        __coro::Step::Ready(value) => {
                                            __at = __State::Start as u8;
                                            ({ __coro::output })(value)
                                        }
                                        __coro::Step::Pending => {
                                            width_owner.note_owed(&raw mut (*__frame).width_owed);
                                            width_owner.keep();
                                            value_owner.keep();
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
                                __coro::take(&value_owner) * (ready_2).0
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
