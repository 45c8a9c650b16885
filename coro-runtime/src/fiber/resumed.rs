//! What comes out of a resume.

/// What a fiber hands over when it gives control back.
///
/// # Examples
///
/// ```
/// use coro_runtime::fiber::Resumed;
///
/// let resumed: Resumed<u32, &str> = Resumed::Yielded(7);
/// assert_eq!(resumed.yielded(), Some(7));
/// assert_eq!(resumed.returned(), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[must_use = "it carries the value that the fiber handed over"]
pub enum Resumed<Yield, Return> {
    /// The fiber suspended itself, with this value.
    Yielded(Yield),
    /// The fiber's closure returned this value; the fiber is over.
    Returned(Return),
}

impl<Yield, Return> Resumed<Yield, Return> {
    /// The value that was yielded.
    ///
    /// # Examples
    ///
    /// See [`Resumed`].
    #[inline]
    #[must_use]
    pub fn yielded(self) -> Option<Yield> {
        match self {
            Self::Yielded(value) => Some(value),
            Self::Returned(_) => None,
        }
    }

    /// The value that was returned.
    ///
    /// # Examples
    ///
    /// See [`Resumed`].
    #[inline]
    #[must_use]
    pub fn returned(self) -> Option<Return> {
        match self {
            Self::Yielded(_) => None,
            Self::Returned(value) => Some(value),
        }
    }
}
