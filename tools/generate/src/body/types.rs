//! The types of generated values. Most of them own something that logs its drop.
use std::fmt;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Type {
    Unit,
    Number,
    Bool,
    Noisy,
    Point,
    Shape,
    Tuple(Vec<Type>),
    Option(Box<Type>),
    Vec(Box<Type>),
    /// Of two.
    Array(Box<Type>),
    Boxed(Box<Type>),
    /// The error is a `Noisy`.
    Result(Box<Type>),
    Shared(Box<Type>),
    Exclusive(Box<Type>),
    /// A reference beside a value.
    Holder,
    /// A reference with a drop of its own.
    Guard,
    Closure(Call),
    /// A number without a drop that would keep it.
    Word,
    /// The same as a struct, which is not copied.
    Mark,
    /// A reference to a `Word` or a `Mark` of the family.
    Lent(Family),
    /// `Cell<Option<_>>`.
    Cell(Box<Type>),
    /// `RefCell<Vec<_>>`.
    List(Box<Type>),
    /// `Mutex<Vec<_>>`.
    Locked(Box<Type>),
    Counted(Box<Type>),
    Sender(Box<Type>),
    Receiver(Box<Type>),
    /// Two references that may get new values.
    Cursor(Family),
    /// A boxed closure that gives a number.
    Call(Family),
    /// What gives a number when it is awaited.
    Future(Family),
    /// Of what a slice refers to.
    Iterator(Box<Type>),
    /// An exclusive one.
    Slice(Box<Type>),
}

/// What may share: the locals that the references in all values of a family may refer to are chosen
/// when the family is made, so that a reference may go from any of the values to any other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Family {
    pub(super) number: usize,
    pub(super) item: Item,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Item {
    Word,
    Mark,
}

impl Item {
    pub(super) fn ty(self) -> Type {
        match self {
            Item::Word => Type::Word,
            Item::Mark => Type::Mark,
        }
    }
}

/// What a closure may be called as, and what the call gives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Call {
    /// A number.
    Often,
    /// A number; the closure is called mutably.
    Mutably,
    /// A `Noisy`.
    Once,
    /// Nothing; the closure takes a reference and puts it into what is shared.
    Puts(Family),
    /// A reference of the family, if there is one.
    Gets(Family),
}

impl Type {
    pub(super) fn option(of: Type) -> Type {
        Type::Option(Box::new(of))
    }

    pub(super) fn vec(of: Type) -> Type {
        Type::Vec(Box::new(of))
    }

    pub(super) fn result(of: Type) -> Type {
        Type::Result(Box::new(of))
    }

    pub(super) fn shared(of: Type) -> Type {
        Type::Shared(Box::new(of))
    }

    pub(super) fn exclusive(of: Type) -> Type {
        Type::Exclusive(Box::new(of))
    }

    pub(super) fn counted(of: Type) -> Type {
        Type::Counted(Box::new(of))
    }

    pub(super) fn pair() -> Type {
        Type::Tuple(vec![Type::Noisy, Type::Noisy])
    }

    /// Whether a use leaves the value where it is.
    pub(super) fn is_copy(&self) -> bool {
        match self {
            Type::Unit
            | Type::Number
            | Type::Bool
            | Type::Word
            | Type::Shared(_)
            | Type::Lent(_) => true,
            Type::Tuple(parts) => parts.iter().all(Type::is_copy),
            Type::Option(inner) | Type::Array(inner) => inner.is_copy(),
            Type::Closure(_)
            | Type::Noisy
            | Type::Point
            | Type::Shape
            | Type::Vec(_)
            | Type::Boxed(_)
            | Type::Result(_)
            | Type::Exclusive(_)
            | Type::Holder
            | Type::Guard
            | Type::Mark
            | Type::Cell(_)
            | Type::List(_)
            | Type::Locked(_)
            | Type::Counted(_)
            | Type::Sender(_)
            | Type::Receiver(_)
            | Type::Cursor(_)
            | Type::Call(_)
            | Type::Future(_)
            | Type::Iterator(_)
            | Type::Slice(_) => false,
        }
    }

    /// The family of the references inside.
    pub(super) fn family(&self) -> Option<Family> {
        match self {
            Type::Lent(family)
            | Type::Cursor(family)
            | Type::Call(family)
            | Type::Future(family)
            | Type::Closure(Call::Puts(family) | Call::Gets(family)) => Some(*family),
            Type::Tuple(parts) => parts.iter().find_map(Type::family),
            _ if self.inner() == self => None,
            _ => self.inner().family(),
        }
    }

    /// Whether the value has a drop that may look at what it borrows.
    pub(super) fn borrows_to_the_end(&self) -> bool {
        match self {
            Type::Guard | Type::Sender(_) | Type::Receiver(_) | Type::Call(_) | Type::Future(_) => {
                true
            }
            Type::Tuple(parts) => parts.iter().any(Type::borrows_to_the_end),
            Type::Shared(_) | Type::Exclusive(_) => false,
            _ => self.inner() != self && self.inner().borrows_to_the_end(),
        }
    }

    /// Whether expressions of the type cannot be made anywhere.
    pub(super) fn is_made_once(&self) -> bool {
        match self {
            Type::Closure(_)
            | Type::Shared(_)
            | Type::Exclusive(_)
            | Type::Holder
            | Type::Guard
            | Type::Future(_)
            | Type::Iterator(_)
            | Type::Slice(_) => true,
            Type::Tuple(parts) => parts.iter().any(Type::is_made_once),
            _ => self.inner() != self && self.inner().is_made_once(),
        }
    }

    /// The type inside, of a type that has one.
    pub(super) fn inner(&self) -> &Type {
        match self {
            Type::Option(inner)
            | Type::Vec(inner)
            | Type::Array(inner)
            | Type::Boxed(inner)
            | Type::Result(inner)
            | Type::Shared(inner)
            | Type::Exclusive(inner)
            | Type::Cell(inner)
            | Type::List(inner)
            | Type::Locked(inner)
            | Type::Counted(inner)
            | Type::Sender(inner)
            | Type::Receiver(inner)
            | Type::Iterator(inner)
            | Type::Slice(inner) => inner,
            _ => self,
        }
    }

    /// The fields that a value has a name for.
    pub(super) fn fields(&self) -> Vec<(String, Type)> {
        match self {
            Type::Tuple(parts) => parts
                .iter()
                .enumerate()
                .map(|(index, part)| (index.to_string(), part.clone()))
                .collect(),
            Type::Point => vec![("x".to_owned(), Type::Noisy), ("y".to_owned(), Type::Noisy)],
            Type::Holder => vec![
                ("held".to_owned(), Type::shared(Type::Noisy)),
                ("own".to_owned(), Type::Noisy),
            ],
            Type::Cursor(family) => vec![
                ("at".to_owned(), Type::Lent(*family)),
                ("before".to_owned(), Type::option(Type::Lent(*family))),
            ],
            _ => Vec::new(),
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Unit => formatter.write_str("()"),
            Type::Number => formatter.write_str("usize"),
            Type::Bool => formatter.write_str("bool"),
            Type::Noisy => formatter.write_str("Noisy"),
            Type::Point => formatter.write_str("Point"),
            Type::Shape => formatter.write_str("Shape"),
            Type::Tuple(parts) => {
                formatter.write_str("(")?;
                for part in parts {
                    write!(formatter, "{part}, ")?;
                }
                formatter.write_str(")")
            }
            Type::Option(inner) => write!(formatter, "Option<{inner}>"),
            Type::Vec(inner) => write!(formatter, "Vec<{inner}>"),
            Type::Array(inner) => write!(formatter, "[{inner}; 2]"),
            Type::Boxed(inner) => write!(formatter, "Box<{inner}>"),
            Type::Result(inner) => write!(formatter, "Result<{inner}, Noisy>"),
            Type::Shared(inner) => write!(formatter, "&{inner}"),
            Type::Exclusive(inner) => write!(formatter, "&mut {inner}"),
            Type::Holder => formatter.write_str("Holder<'_>"),
            Type::Guard => formatter.write_str("Guard<'_>"),
            Type::Closure(_) | Type::Future(_) => formatter.write_str("_"),
            Type::Word => formatter.write_str("u64"),
            Type::Mark => formatter.write_str("Mark"),
            Type::Lent(family) => write!(formatter, "&{}", family.item.ty()),
            Type::Cell(inner) => write!(formatter, "Cell<Option<{inner}>>"),
            Type::List(inner) => write!(formatter, "RefCell<Vec<{inner}>>"),
            Type::Locked(inner) => write!(formatter, "Mutex<Vec<{inner}>>"),
            Type::Counted(inner) => write!(formatter, "Rc<{inner}>"),
            Type::Sender(inner) => write!(formatter, "mpsc::Sender<{inner}>"),
            Type::Receiver(inner) => write!(formatter, "mpsc::Receiver<{inner}>"),
            Type::Cursor(family) => write!(formatter, "Cursor<'_, {}>", family.item.ty()),
            Type::Call(_) => formatter.write_str("Call<'_>"),
            Type::Iterator(inner) => write!(formatter, "std::slice::Iter<'_, {inner}>"),
            Type::Slice(inner) => write!(formatter, "&mut [{inner}]"),
        }
    }
}
