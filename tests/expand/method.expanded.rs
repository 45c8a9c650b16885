//! A method; what it saves may borrow from `self`.
use std::future::ready;
pub struct Counter {
    counts: Vec<u32>,
}
impl Counter {
    pub fn largest<'coro>(
        &'coro self,
    ) -> impl ::coro::__private::Future<Output = Option<&u32>> {
        if false {
            ::coro::__private::twin::check(move || -> Option<&u32> {
                {
                    let mut largest = self.counts.first()?;
                    for count in &self.counts {
                        if ::coro::__private::twin::wait(ready(count > largest)) {
                            largest = count;
                        }
                    }
                    Some(largest)
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
        struct __Frame<Self_, Largest_, Count_, Iter_, Ready_> {
            state: __State,
            self_: ::coro::__private::Slot<Self_>,
            largest: ::coro::__private::Slot<Largest_>,
            count: ::coro::__private::Slot<Count_>,
            iter: ::coro::__private::Slot<Iter_>,
            ready: ::coro::__private::Slot<Ready_>,
        }
        let __frame = {
            fn outlive<
                'coro,
                Self_,
                Largest_: 'coro,
                Count_: 'coro,
                Iter_: 'coro,
                Ready_: 'coro,
            >(
                frame: __Frame<Self_, Largest_, Count_, Iter_, Ready_>,
            ) -> ::coro::__private::UnsafeCell<
                __Frame<Self_, Largest_, Count_, Iter_, Ready_>,
            > {
                ::coro::__private::UnsafeCell::new(frame)
            }
            outlive::<
                'coro,
                _,
                _,
                _,
                _,
                _,
            >(__Frame {
                state: __State::Start,
                self_: ::coro::__private::Slot::filled(self),
                largest: ::coro::__private::Slot::EMPTY,
                count: ::coro::__private::Slot::EMPTY,
                iter: ::coro::__private::Slot::EMPTY,
                ready: ::coro::__private::Slot::EMPTY,
            })
        };
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
                    let self_ = ::coro::__private::slot(&raw mut (*__frame).self_);
                    let largest = ::coro::__private::slot(&raw mut (*__frame).largest);
                    let count = ::coro::__private::slot(&raw mut (*__frame).count);
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
                                "largest",
                                "panicking",
                            );
                        }
                        __State::Returned => {
                            return ::coro::__private::ended(
                                __state,
                                __State::Returned,
                                &__resumption,
                                "largest",
                                "completion",
                            );
                        }
                        __State::Start if __resumption.is_cancelled() => {
                            let self__owner = ::coro::__private::owner(self_, true);
                            return ::coro::__private::cancelled();
                        }
                        _ => {}
                    }
                    let __output: Option<&u32> = '__body: {
                        let self__owner = ::coro::__private::owner(self_, false);
                        'to_ready: {
                            match __at {
                                __State::Ready => break 'to_ready,
                                _ => {}
                            }
                        }
                        {
                            let largest_owner = ::coro::__private::owner(
                                largest,
                                ::coro::__private::matches!(__at, __State::Ready),
                            );
                            let iter_owner = ::coro::__private::owner(
                                iter,
                                ::coro::__private::matches!(__at, __State::Ready),
                            );
                            'to_ready_2: {
                                match __at {
                                    __State::Ready => break 'to_ready_2,
                                    _ => {}
                                }
                                largest_owner
                                    .init(
                                        (match ::coro::__private::Attempt::branch(
                                            (*self_).counts.first(),
                                        ) {
                                            ::coro::__private::ControlFlow::Continue(value) => value,
                                            ::coro::__private::ControlFlow::Break(left) => {
                                                break '__body ::coro::__private::FromAttempt::from_residual(
                                                    left,
                                                );
                                            }
                                        }),
                                    );
                                iter_owner
                                    .init(
                                        ::coro::__private::IntoIterator::into_iter(&(*self_).counts),
                                    );
                            }
                            let value = 'repeat: loop {
                                let count_owner = ::coro::__private::owner(
                                    count,
                                    ::coro::__private::matches!(__at, __State::Ready),
                                );
                                'to_ready_3: {
                                    match __at {
                                        __State::Ready => break 'to_ready_3,
                                        _ => {}
                                    }
                                    count_owner
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
                                                    ready((*count) > (*largest)),
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
                                                (
                                                    self__owner,
                                                    largest_owner,
                                                    iter_owner,
                                                    count_owner,
                                                    ready_owner,
                                                ),
                                            );
                                        }
                                        ::coro::__private::Step::Cancelled => {
                                            return ::coro::__private::cancelled();
                                        }
                                    };
                                    if ready_2 {
                                        largest_owner.assign(count_owner.take());
                                    }
                                };
                            };
                            iter_owner.end();
                            value;
                            Some(largest_owner.take())
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
}
