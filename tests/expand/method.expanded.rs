//! A method; what it saves may borrow from `self`.
use std::future::ready;
pub(crate) struct Counter {
    counts: Vec<u32>,
}
impl Counter {
    #[allow(mismatched_lifetime_syntaxes)]
    pub(crate) fn largest<'coro>(
        &'coro self,
    ) -> impl ::coro::__private::Future<Output = Option<&u32>> {
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
                move || -> Option<&u32> {
                    let output: Option<&u32> = '__body: {
                        let mut largest = self.counts.first()?;
                        for count in &self.counts {
                            if ({ __coro::twin::wait })(ready(count > largest)) {
                                largest = count;
                            }
                        }
                        Some(largest)
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
            struct __Frame<Self_, Largest_, Count_, Iter_, Ready_> {
                state: __State,
                self_: __coro::Slot<Self_>,
                largest: __coro::Slot<Largest_>,
                count: __coro::Slot<Count_>,
                iter: __coro::Slot<Iter_>,
                ready: __coro::Slot<Ready_>,
            }
            impl<Self_, Largest_, Count_, Iter_, Ready_> __coro::Frame
            for __Frame<Self_, Largest_, Count_, Iter_, Ready_> {
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
                Self_: __coro::Send,
                Largest_: __coro::Send,
                Count_: __coro::Send,
                Iter_: __coro::Send,
                Ready_: __coro::Send,
            > __coro::Send for __Frame<Self_, Largest_, Count_, Iter_, Ready_> {}
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
                ) -> __coro::UnsafeCell<
                    __Frame<Self_, Largest_, Count_, Iter_, Ready_>,
                > {
                    __coro::UnsafeCell::new(frame)
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
                    self_: __coro::Slot::filled(self),
                    largest: __coro::Slot { empty: () },
                    count: __coro::Slot { empty: () },
                    iter: __coro::Slot { empty: () },
                    ready: __coro::Slot { empty: () },
                })
            };
            __coro::coroutine(
                __type,
                __frame,
                |__stored, mut __resumption| -> __coro::Resumed<_, Option<&u32>> {
                    __coro::Resumed(
                        '__poll: {
                            let __frame = __stored as *mut __Frame<_, _, _, _, _>;
                            if false {
                                __coro::diverge();
                                return __coro::of_frame(__frame);
                            }
                            let self_ = __coro::slot(&raw mut (*__frame).self_);
                            let largest = __coro::slot(&raw mut (*__frame).largest);
                            let count = __coro::slot(&raw mut (*__frame).count);
                            let iter = __coro::slot(&raw mut (*__frame).iter);
                            let ready = __coro::slot(&raw mut (*__frame).ready);
                            let mut __at = __coro::read(&raw const (*__frame).state)
                                as u8;
                            if __at >= __State::Panicked as u8 {
                                if __resumption.is_cancelled() {
                                    break '__poll __coro::Poll::Pending;
                                }
                                __coro::polled_again(
                                    "largest",
                                    __at == __State::Panicked as u8,
                                );
                            }
                            let __running = __coro::running(
                                &raw mut (*__frame).state as *mut u8,
                                __State::Panicked as u8,
                            );
                            if __resumption.is_cancelled()
                                & (__at == __State::Start as u8)
                            {
                                break '__poll __coro::Poll::Pending;
                            }
                            let __output: Option<&u32> = '__body: {
                                {
                                    let largest_owner = __coro::owner(
                                        largest,
                                        __coro::is_at(__at, __State::Ready as u8),
                                    );
                                    let iter_owner = __coro::owner(
                                        iter,
                                        __coro::is_at(__at, __State::Ready as u8),
                                    );
                                    'to_ready: {
                                        if __coro::is_at(__at, __State::Ready as u8) {
                                            break 'to_ready;
                                        }
                                        largest_owner
                                            .init(
                                                (match ({
                                                    __coro::Attempt::branch
                                                })((*self_).counts.first()) {
                                                    __coro::ControlFlow::Continue(value) => value,
                                                    __coro::ControlFlow::Break(left) => {
                                                        break '__body ({ __coro::FromAttempt::from_residual })(left);
                                                    }
                                                }),
                                            );
                                        iter_owner
                                            .init(
                                                ({ __coro::IntoIterator::into_iter })(&(*self_).counts),
                                            );
                                    }
                                    let value = 'repeat: loop {
                                        let count_owner = __coro::owner(
                                            count,
                                            __coro::is_at(__at, __State::Ready as u8),
                                        );
                                        'to_ready_2: {
                                            if __coro::is_at(__at, __State::Ready as u8) {
                                                break 'to_ready_2;
                                            }
                                            count_owner
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
                                                        ({ __coro::twin::awaited })(ready((*count) > (*largest))),
                                                    );
                                            }
                                            let ready_2 = (
                                                match ({ __coro::step })(&mut __resumption, &ready_owner) {
                                                    __coro::Step::Ready(value) => {
                                                        __at = __State::Start as u8;
                                                        ({ __coro::output })(value)
                                                    }
                                                    __coro::Step::Pending => {
                                                        largest_owner.keep();
                                                        iter_owner.keep();
                                                        count_owner.keep();
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
                                            if (ready_2).0 {
                                                largest_owner.assign(__coro::take(&count_owner));
                                            }
                                        };
                                    };
                                    iter_owner.end();
                                    value;
                                    Some(__coro::take(&largest_owner))
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
}
