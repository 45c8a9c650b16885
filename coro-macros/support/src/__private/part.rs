//! Parts of values as patterns bind them: read out of a value, or looked at while a guard runs.
use core::marker::PhantomData;
use core::ptr;

/// The type of a part that a pattern binds.
pub struct PartType<V>(PhantomData<fn() -> V>);

impl<V> Clone for PartType<V> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn clone(&self) -> Self {
        *self
    }
}
impl<V> Copy for PartType<V> {}

/// A type that is still to be inferred.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn part_type<V>() -> PartType<V> {
    PartType(PhantomData)
}

impl<V> PartType<V> {
    /// Says what it is. Never called.
    pub fn is(self, _: V) {}

    /// The part behind a reference that a pattern has bound instead of it, while a guard runs.
    ///
    /// # Safety
    ///
    /// The part has a value, which nobody changes as long as the view is used.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub unsafe fn view<R: ViewPart<V>>(self, reference: &R) -> &V {
        // SAFETY: as the caller promises.
        unsafe { reference.view() }
    }

    /// The part behind a reference that a pattern has bound instead of it.
    ///
    /// # Safety
    ///
    /// The part has a value, which nobody reads again unless it is `Copy`; what it borrows, if it
    /// is a reference, may be borrowed as long as rustc has found in the twin.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub unsafe fn read<R: ReadPart<V>>(self, reference: R) -> V {
        // SAFETY: as the caller promises.
        unsafe { reference.read() }
    }
}

/// A reference that stands for a part: for what it refers to, or for itself where the pattern
/// would have bound a reference anyway. That one has a lifetime of its own: an arm that is not
/// taken must not hold what the next arm moves.
pub trait ReadPart<V> {
    /// Reads the part.
    ///
    /// # Safety
    ///
    /// As for [`PartType::read`].
    unsafe fn read(self) -> V;
}

impl<A> ReadPart<A> for &mut A {
    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn read(self) -> A {
        // SAFETY: as the caller promises.
        unsafe { ptr::read(self) }
    }
}
impl<'part, A: ?Sized> ReadPart<&'part mut A> for &mut A {
    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn read(self) -> &'part mut A {
        // SAFETY: as the caller promises.
        unsafe { &mut *ptr::from_mut(self) }
    }
}
impl<'part, A: ?Sized> ReadPart<&'part A> for &A {
    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn read(self) -> &'part A {
        // SAFETY: as the caller promises.
        unsafe { &*ptr::from_ref(self) }
    }
}
/// The pattern says `ref`.
impl<'part, A: ?Sized> ReadPart<&'part A> for &mut A {
    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn read(self) -> &'part A {
        // SAFETY: as the caller promises.
        unsafe { &*ptr::from_ref(self) }
    }
}

/// A reference that stands for a part, looked at and not taken.
pub trait ViewPart<V> {
    /// Looks at the part.
    ///
    /// # Safety
    ///
    /// As for [`PartType::view`].
    unsafe fn view(&self) -> &V;
}

impl<A> ViewPart<A> for &mut A {
    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn view(&self) -> &A {
        self
    }
}
impl<A> ViewPart<A> for &A {
    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn view(&self) -> &A {
        self
    }
}
impl<'a, A: ?Sized> ViewPart<&'a mut A> for &'a mut A {
    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn view(&self) -> &&'a mut A {
        self
    }
}
impl<'a, A: ?Sized> ViewPart<&'a A> for &'a A {
    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn view(&self) -> &&'a A {
        self
    }
}
/// The pattern says `ref`.
impl<'a, A: ?Sized> ViewPart<&'a A> for &'a mut A {
    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn view(&self) -> &&'a A {
        // SAFETY: the two references look the same, and behind a shared one there is no
        // difference in what they permit.
        unsafe { &*(&raw const *self).cast::<&'a A>() }
    }
}
/// The scrutinee has been matched by a shared reference, and holds an exclusive one.
impl<'a, A: ?Sized> ViewPart<&'a mut A> for &A {
    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn view(&self) -> &&'a mut A {
        // SAFETY: as above.
        unsafe { &*(&raw const *self).cast::<&'a mut A>() }
    }
}

/// What patterns are matched against that take parts of it.
///
/// # Safety
///
/// The place has a value, of which the patterns bind parts that nobody else uses as long as they
/// are bound. Through a place that is shared, patterns bind only what is `Copy` or shared.
#[cfg_attr(not(debug_assertions), inline(always))]
pub unsafe fn matched<'a, P: ?Sized>(place: *const P) -> &'a mut P {
    // SAFETY: as the caller promises.
    unsafe { &mut *place.cast_mut() }
}

/// The same, where patterns are only tried.
///
/// # Safety
///
/// The place has a value that nobody changes as long as the reference is used.
#[cfg_attr(not(debug_assertions), inline(always))]
pub unsafe fn viewed<'a, P: ?Sized>(place: *const P) -> &'a P {
    // SAFETY: as the caller promises.
    unsafe { &*place }
}
