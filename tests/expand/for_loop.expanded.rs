//! An iterator that lives across a suspension, and borrows a local.
use std::future::ready;
#[allow(mismatched_lifetime_syntaxes)]
fn sum(numbers: Vec<u32>) -> impl ::coro::__private::Future<Output = u32> {
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
                let numbers = numbers;
                let output: u32 = '__body: {
                    let mut sum = 0;
                    for number in &numbers {
                        sum += ({ __coro::twin::wait })(ready(*number));
                    }
                    sum
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
        /// What it keeps while it is suspended.
        struct __Frame<Numbers_, Sum_, Number_, Iter_, Ready_> {
            state: __State,
            number_moved: u8,
            numbers: __coro::Slot<Numbers_>,
            sum: __coro::Slot<Sum_>,
            number: __coro::Slot<Number_>,
            iter: __coro::Slot<Iter_>,
            ready: __coro::Slot<Ready_>,
        }
        impl<Numbers_, Sum_, Number_, Iter_, Ready_> __coro::Frame
        for __Frame<Numbers_, Sum_, Number_, Iter_, Ready_> {
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
            Numbers_: __coro::Send,
            Sum_: __coro::Send,
            Number_: __coro::Send,
            Iter_: __coro::Send,
            Ready_: __coro::Send,
        > __coro::Send for __Frame<Numbers_, Sum_, Number_, Iter_, Ready_> {}
        let __frame = __coro::UnsafeCell::new(__Frame {
            state: __State::Start,
            number_moved: 0,
            numbers: __coro::Slot::filled(numbers),
            sum: __coro::Slot { empty: () },
            number: __coro::Slot { empty: () },
            iter: __coro::Slot { empty: () },
            ready: __coro::Slot { empty: () },
        });
        __coro::coroutine(
            __type,
            __frame,
            |__stored, mut __resumption| -> __coro::Resumed<_, u32> {
                __coro::Resumed(
                    '__poll: {
                        let __frame = __stored as *mut __Frame<_, _, _, _, _>;
                        if false {
                            __coro::diverge();
                            return __coro::of_frame(__frame);
                        }
                        let numbers = __coro::slot(&raw mut (*__frame).numbers);
                        let sum = __coro::slot(&raw mut (*__frame).sum);
                        let number_slot = &raw mut (*__frame).number;
                        let mut number_room = __coro::MaybeUninit::uninit();
                        let number = __coro::place(number_slot, &mut number_room);
                        let iter = __coro::slot(&raw mut (*__frame).iter);
                        let ready = __coro::slot(&raw mut (*__frame).ready);
                        let mut __at = __coro::read(&raw const (*__frame).state) as u8;
                        if __at >= __State::Panicked as u8 {
                            if __resumption.is_cancelled() {
                                break '__poll __coro::Poll::Pending;
                            }
                            __coro::polled_again("sum", __at == __State::Panicked as u8);
                        }
                        let __running = __coro::running(
                            &raw mut (*__frame).state as *mut u8,
                            __State::Panicked as u8,
                        );
                        if __resumption.is_cancelled() & (__at == __State::Start as u8) {
                            let numbers_owner = __coro::owner(numbers, true);
                            break '__poll __coro::Poll::Pending;
                        }
                        let mut number_rest = __coro::Option::None;
                        let mut __is_typed = false;
                        let __output: u32 = loop {
                            if __is_typed {
                                break ('__body: {
                                    let numbers_owner = __coro::owner(numbers, true);
                                    {
                                        let sum_owner = __coro::plain(sum);
                                        let iter_owner = __coro::owner(
                                            iter,
                                            __coro::is_at(__at, __State::Ready as u8),
                                        );
                                        'to_ready: {
                                            if __coro::is_at(__at, __State::Ready as u8) {
                                                break 'to_ready;
                                            }
                                            sum_owner.init(0);
                                            iter_owner
                                                .init(({ __coro::IntoIterator::into_iter })(&(*numbers)));
                                        }
                                        let value = 'repeat: loop {
                                            let number_owner = __coro::part_owner(
                                                number,
                                                (__coro::is_at(__at, __State::Ready as u8))
                                                    & __coro::is_kept(number_slot, number),
                                                if __coro::is_at(__at, __State::Ready as u8) {
                                                    (*__frame).number_moved as u64
                                                } else {
                                                    0
                                                },
                                                number_rest,
                                                (),
                                            );
                                            'to_ready_2: {
                                                if __coro::is_at(__at, __State::Ready as u8) {
                                                    break 'to_ready_2;
                                                }
                                                number_owner
                                                    .init(
                                                        match ({ __coro::Iterator::next })(&mut (*iter)) {
                                                            __coro::Option::Some(item) => item,
                                                            __coro::Option::None => break 'repeat,
                                                            _ => __coro::unmatched(),
                                                        },
                                                    );
                                            }
                                            {
                                                let ready_owner = __coro::owner(
                                                    ready,
                                                    __coro::is_at(__at, __State::Ready as u8),
                                                );
                                                'to_ready_3: {
                                                    if __coro::is_at(__at, __State::Ready as u8) {
                                                        break 'to_ready_3;
                                                    }
                                                    ready_owner
                                                        .init(
                                                            ({
                                                                __coro::twin::awaited
                                                            })(ready(number_owner.part(1u64, &raw const *(*number)))),
                                                        );
                                                }
                                                let ready_2 = (
                                                    match ({ __coro::step })(&mut __resumption, &ready_owner) {
                                                        __coro::Step::Ready(value) => {
                                                            __at = __State::Start as u8;
                                                            ({ __coro::output })(value)
                                                        }
                                                        __coro::Step::Pending => {
                                                            (*__frame).number_moved = number_owner.moved() as u8;
                                                            numbers_owner.keep();
                                                            iter_owner.keep();
                                                            number_owner.keep();
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
                                                (*sum) += (ready_2).0;
                                            };
                                        };
                                        iter_owner.end();
                                        value;
                                        (*sum)
                                    }
                                });
                            }
                            number_rest = __coro::Option::Some(|
                                place: *mut _,
                                moved: u64,
                                answers|
                            {
                                use __coro::{Borrows as _, Takes as _};
                                let whole = __coro::read(place);
                                match moved {
                                    1u64 => {
                                        __coro::forget((*whole));
                                    }
                                    _ => {}
                                }
                            });
                            __is_typed = true;
                        };
                        if false {
                            __coro::diverge();
                            {
                                use __coro::{
                                    IsCopy as _, IsFuture as _, IsWithoutDrop as _,
                                    MayNeedDrop as _,
                                };
                                let mut __same = __coro::slot_type(number_slot);
                                __same = (&&&&__coro::probe(__coro::type_of(number)))
                                    .storage_of();
                            }
                        }
                        __coro::leave(&__running, __State::Returned as u8, __output)
                    },
                    __coro::PhantomData,
                )
            },
        )
    }
}
