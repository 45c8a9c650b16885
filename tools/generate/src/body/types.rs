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

    pub(super) fn pair() -> Type {
        Type::Tuple(vec![Type::Noisy, Type::Noisy])
    }

    /// Whether a use leaves the value where it is.
    pub(super) fn is_copy(&self) -> bool {
        match self {
            Type::Unit | Type::Number | Type::Bool | Type::Shared(_) => true,
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
            | Type::Guard => false,
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
            | Type::Exclusive(inner) => inner,
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
            Type::Closure(_) => formatter.write_str("_"),
        }
    }
}
