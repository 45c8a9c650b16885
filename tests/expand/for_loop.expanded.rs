//! An iterator that lives across a suspension, and borrows a local.
use std::future::ready;
fn sum(numbers: Vec<u32>) -> impl ::coro::__private::Future<Output = u32> {
    if false {
        ::coro::__private::twin::check(move || -> u32 {
            let numbers = numbers;
            {
                let mut sum = 0;
                for number in &numbers {
                    sum += ::coro::__private::twin::wait(ready(*number));
                }
                sum
            }
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
    /// What it keeps while it is suspended.
    #[allow(
        dead_code,
        non_camel_case_types,
        non_snake_case,
        clippy::all,
        clippy::pedantic
    )]
    struct __Frame<Numbers_, Sum_, Number_, Iter_, Ready_> {
        state: __State,
        number_moved: u8,
        numbers: ::coro::__private::Slot<Numbers_>,
        sum: ::coro::__private::Slot<Sum_>,
        number: ::coro::__private::Slot<Number_>,
        iter: ::coro::__private::Slot<Iter_>,
        ready: ::coro::__private::Slot<Ready_>,
    }
    let __frame = ::coro::__private::UnsafeCell::new(__Frame {
        state: __State::Start,
        number_moved: 0,
        numbers: ::coro::__private::Slot::filled(numbers),
        sum: ::coro::__private::Slot::EMPTY,
        number: ::coro::__private::Slot::EMPTY,
        iter: ::coro::__private::Slot::EMPTY,
        ready: ::coro::__private::Slot::EMPTY,
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
                let numbers = ::coro::__private::slot(&raw mut (*__frame).numbers);
                let sum = ::coro::__private::slot(&raw mut (*__frame).sum);
                let number_slot = &raw mut (*__frame).number;
                let mut number_room = ::coro::__private::MaybeUninit::uninit();
                let number = ::coro::__private::place(number_slot, &mut number_room);
                let iter = ::coro::__private::slot(&raw mut (*__frame).iter);
                let ready = ::coro::__private::slot(&raw mut (*__frame).ready);
                let __state = &raw mut (*__frame).state;
                let mut __at = ::coro::__private::enter(__state, __State::Running);
                match __at {
                    __State::Running => {
                        return ::coro::__private::ended(
                            __state,
                            __State::Running,
                            &__resumption,
                            "sum",
                            "panicking",
                        );
                    }
                    __State::Returned => {
                        return ::coro::__private::ended(
                            __state,
                            __State::Returned,
                            &__resumption,
                            "sum",
                            "completion",
                        );
                    }
                    __State::Start if __resumption.is_cancelled() => {
                        let numbers_owner = ::coro::__private::owner(numbers, true);
                        return ::coro::__private::cancelled();
                    }
                    _ => {}
                }
                let mut number_rest = ::coro::__private::Option::None;
                let mut __is_typed = false;
                let __output: u32 = loop {
                    if __is_typed {
                        break ('__body: {
                            let numbers_owner = ::coro::__private::owner(numbers, true);
                            'to_ready: {
                                match __at {
                                    __State::Ready => break 'to_ready,
                                    _ => {}
                                }
                            }
                            {
                                let sum_owner = ::coro::__private::owner(sum, false);
                                let iter_owner = ::coro::__private::owner(
                                    iter,
                                    ::coro::__private::matches!(__at, __State::Ready),
                                );
                                'to_ready_2: {
                                    match __at {
                                        __State::Ready => break 'to_ready_2,
                                        _ => {}
                                    }
                                    sum_owner.init(0);
                                    iter_owner
                                        .init(
                                            ::coro::__private::IntoIterator::into_iter(&(*numbers)),
                                        );
                                }
                                let value = 'repeat: loop {
                                    let number_owner = ::coro::__private::part_owner(
                                        number,
                                        ::coro::__private::matches!(__at, __State::Ready),
                                        if ::coro::__private::matches!(__at, __State::Ready) {
                                            (*__frame).number_moved
                                        } else {
                                            0
                                        },
                                        number_rest,
                                        (),
                                    );
                                    'to_ready_3: {
                                        match __at {
                                            __State::Ready => break 'to_ready_3,
                                            _ => {}
                                        }
                                        number_owner
                                            .init(
                                                match ::coro::__private::Iterator::next(&mut (*iter)) {
                                                    ::coro::__private::Option::Some(item) => item,
                                                    ::coro::__private::Option::None => break 'repeat,
                                                },
                                            );
                                    }
                                    {
                                        let ready_owner = ::coro::__private::owner(
                                            ready,
                                            ::coro::__private::matches!(__at, __State::Ready),
                                        );
                                        'to_ready_4: {
                                            match __at {
                                                __State::Ready => break 'to_ready_4,
                                                _ => {}
                                            }
                                            ready_owner
                                                .init(
                                                    ::coro::__private::IntoFuture::into_future(
                                                        ready(number_owner.part(1u8, &raw const *(*number))),
                                                    ),
                                                );
                                        }
                                        let ready_2 = match __resumption.step(&ready_owner) {
                                            ::coro::__private::Step::Ready(value) => {
                                                __at = __State::Running;
                                                value
                                            }
                                            ::coro::__private::Step::Pending => {
                                                (*__frame).number_moved = number_owner.moved();
                                                return ::coro::__private::suspend(
                                                    __state,
                                                    __State::Ready,
                                                    (
                                                        numbers_owner,
                                                        sum_owner,
                                                        iter_owner,
                                                        number_owner,
                                                        ready_owner,
                                                    ),
                                                );
                                            }
                                            ::coro::__private::Step::Cancelled => {
                                                return ::coro::__private::cancelled();
                                            }
                                        };
                                        (*sum) += ready_2;
                                    };
                                };
                                iter_owner.end();
                                value;
                                sum_owner.take()
                            }
                        });
                    }
                    number_rest = ::coro::__private::Option::Some(|
                        place: *mut _,
                        moved: u8,
                        answers|
                    {
                        use ::coro::__private::{Borrows as _, Takes as _};
                        let whole = ::coro::__private::read(place);
                        if moved & 1u8 != 0 {
                            ::coro::__private::forget((*whole));
                        }
                    });
                    __is_typed = true;
                };
                if false {
                    ::coro::__private::diverge();
                    {
                        use ::coro::__private::{
                            IsCopy as _, IsWithoutDrop as _, MayNeedDrop as _,
                        };
                        let mut same = ::coro::__private::slot_type(number_slot);
                        same = (&&&::coro::__private::probe(
                            ::coro::__private::type_of(number),
                        ))
                            .storage_of();
                    }
                }
                ::coro::__private::leave(__state, __State::Returned, __output)
            },
        )
    }
}
