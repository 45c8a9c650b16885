//! Where a body ends, and what is left of it without its chunks.

use super::error::Error;

/// How long the size line of a chunk, or all trailers together, may be.
const OVERHEAD: usize = 8 * 1024;

/// How a body's end is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    /// There is no body.
    Empty,
    /// By its length.
    Length(u64),
    /// By an empty chunk.
    Chunked,
    /// By the end of the connection.
    UntilClose,
}

/// Takes a body out of the bytes of a connection, in whatever pieces they come.
///
/// ```text
/// Length ───────────────────────────────────────────────────────────> Done
/// Size ──> Extension ──> SizeEnd ──> Data ──> DataReturn ──> DataEnd ──> Size
///                           └─ size 0 ──> Trailer <──> TrailerLine ──> Done
/// UntilClose
/// ```
#[derive(Debug)]
pub(super) struct Decoder {
    state: State,
    /// How many bytes the body may still have.
    room: usize,
    limit: usize,
    /// How many bytes the present line, or all trailers, have.
    overhead: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// So many bytes are to come, and then nothing.
    Length(u64),
    /// In the digits of a chunk's size.
    Size {
        size: u64,
        digits: u8,
    },
    /// Behind the digits, where extensions may stand that nobody uses.
    Extension(u64),
    /// A line feed must end the line.
    SizeEnd(u64),
    /// So many bytes of the chunk are to come.
    Data(u64),
    /// A carriage return and a line feed must follow a chunk.
    DataReturn,
    DataEnd,
    /// At the start of a trailer's line, after a carriage return or not.
    Trailer {
        returned: bool,
    },
    /// Inside of a trailer's line.
    TrailerLine,
    UntilClose,
    Done,
}

impl Decoder {
    /// A decoder of a body that may have `limit` bytes.
    pub(super) fn new(framing: Framing, limit: usize) -> Result<Decoder, Error> {
        let state = match framing {
            Framing::Empty | Framing::Length(0) => State::Done,
            Framing::Length(length) if length > limit as u64 => {
                return Err(Error::BodyTooLarge { limit });
            }
            Framing::Length(length) => State::Length(length),
            Framing::Chunked => State::Size { size: 0, digits: 0 },
            Framing::UntilClose => State::UntilClose,
        };
        Ok(Decoder {
            state,
            room: limit,
            limit,
            overhead: 0,
        })
    }

    pub(super) fn is_done(&self) -> bool {
        self.state == State::Done
    }

    /// Notes the end of the connection: an error unless that is where the body ends.
    pub(super) fn end(&self) -> Result<(), Error> {
        match self.state {
            State::Done | State::UntilClose => Ok(()),
            State::Length(_)
            | State::Size { .. }
            | State::Extension(_)
            | State::SizeEnd(_)
            | State::Data(_)
            | State::DataReturn
            | State::DataEnd
            | State::Trailer { .. }
            | State::TrailerLine => Err(Error::CutShort),
        }
    }

    /// Moves what `input` has of the body to `body`, and tells how many bytes of `input` are
    /// done with.
    pub(super) fn decode(&mut self, input: &[u8], body: &mut Vec<u8>) -> Result<usize, Error> {
        let mut used = 0;
        while used < input.len() && !self.is_done() {
            let rest = &input[used..];
            used += match self.state {
                State::Length(left) => {
                    let count = self.take(rest, left, body)?;
                    self.state = match left - count as u64 {
                        0 => State::Done,
                        left => State::Length(left),
                    };
                    count
                }
                State::Data(left) => {
                    let count = self.take(rest, left, body)?;
                    self.state = match left - count as u64 {
                        0 => State::DataReturn,
                        left => State::Data(left),
                    };
                    count
                }
                State::UntilClose => self.take(rest, u64::MAX, body)?,
                _ => {
                    self.state = self.step(rest[0])?;
                    1
                }
            };
        }
        Ok(used)
    }

    /// Moves up to `left` bytes to `body`.
    fn take(&mut self, input: &[u8], left: u64, body: &mut Vec<u8>) -> Result<usize, Error> {
        let count = usize::try_from(left).map_or(input.len(), |left| left.min(input.len()));
        if count > self.room {
            return Err(Error::BodyTooLarge { limit: self.limit });
        }
        self.room -= count;
        body.extend_from_slice(&input[..count]);
        Ok(count)
    }

    /// The state after one more byte of what stands between chunks.
    fn step(&mut self, byte: u8) -> Result<State, Error> {
        self.overhead += 1;
        if self.overhead > OVERHEAD {
            return Err(Error::MalformedChunk(
                "its size or the trailers are too long",
            ));
        }
        match self.state {
            State::Size { size, digits } => match (char::from(byte).to_digit(16), byte) {
                (Some(_), _) if size >> 60 != 0 => {
                    Err(Error::MalformedChunk("its size is too large"))
                }
                (Some(digit), _) => Ok(State::Size {
                    size: size << 4 | u64::from(digit),
                    digits: 1,
                }),
                (None, b';' | b' ' | b'\t') if digits > 0 => Ok(State::Extension(size)),
                (None, b'\r') if digits > 0 => Ok(State::SizeEnd(size)),
                (None, _) => Err(Error::MalformedChunk("its size is no hexadecimal number")),
            },
            State::Extension(size) => match byte {
                b'\r' => Ok(State::SizeEnd(size)),
                b'\n' => Err(Error::MalformedChunk("a line feed stands alone")),
                _ => Ok(self.state),
            },
            State::SizeEnd(size) => match (byte, size) {
                (b'\n', 0) => {
                    self.overhead = 0;
                    Ok(State::Trailer { returned: false })
                }
                (b'\n', _) if size > self.room as u64 => {
                    Err(Error::BodyTooLarge { limit: self.limit })
                }
                (b'\n', _) => Ok(State::Data(size)),
                _ => Err(Error::MalformedChunk("a carriage return stands alone")),
            },
            State::DataReturn if byte == b'\r' => Ok(State::DataEnd),
            State::DataEnd if byte == b'\n' => {
                self.overhead = 0;
                Ok(State::Size { size: 0, digits: 0 })
            }
            State::DataReturn | State::DataEnd => {
                Err(Error::MalformedChunk("it is longer than its size"))
            }
            // Nobody uses the trailers, so they are only searched for their end.
            State::Trailer { returned } => match (byte, returned) {
                (b'\n', true) => Ok(State::Done),
                (b'\r', false) => Ok(State::Trailer { returned: true }),
                (_, true) => Err(Error::MalformedChunk("a carriage return stands alone")),
                (_, false) => Ok(State::TrailerLine),
            },
            State::TrailerLine => match byte {
                b'\n' => Ok(State::Trailer { returned: false }),
                _ => Ok(State::TrailerLine),
            },
            State::Length(_) | State::Data(_) | State::UntilClose | State::Done => Ok(self.state),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Decodes `input` in pieces of at most `piece` bytes. The body and what is left over.
    fn decoded(
        framing: Framing,
        input: &[u8],
        piece: usize,
        limit: usize,
    ) -> Result<(Vec<u8>, usize), Error> {
        let mut decoder = Decoder::new(framing, limit)?;
        let mut body = Vec::new();
        let mut used = 0;
        while used < input.len() && !decoder.is_done() {
            let end = input.len().min(used + piece);
            used += decoder.decode(&input[used..end], &mut body)?;
        }
        decoder.end()?;
        Ok((body, input.len() - used))
    }

    const CHUNKED: &[u8] =
        b"5\r\nhello\r\n001;a=\"b\"\r\n,\r\nA \r\n0123456789\r\n0\r\nx: y\r\nz: w\r\n\r\nNEXT";

    #[test]
    fn the_size_of_the_pieces_makes_no_difference() {
        for piece in 1..=CHUNKED.len() {
            let (body, left) = decoded(Framing::Chunked, CHUNKED, piece, 100).unwrap();
            assert_eq!(body, b"hello,0123456789");
            assert_eq!(left, 4);
            let (body, left) = decoded(Framing::Length(5), b"hello!", piece, 100).unwrap();
            assert_eq!((body.as_slice(), left), (b"hello".as_slice(), 1));
            let (body, left) = decoded(Framing::UntilClose, b"hello!", piece, 100).unwrap();
            assert_eq!((body.as_slice(), left), (b"hello!".as_slice(), 0));
        }
        assert_eq!(
            decoded(Framing::Empty, b"x", 1, 0).unwrap(),
            (Vec::new(), 1)
        );
    }

    #[test]
    fn every_cut_is_noticed() {
        for end in 0..CHUNKED.len() - 4 {
            let result = decoded(Framing::Chunked, &CHUNKED[..end], 3, 100);
            assert!(matches!(result, Err(Error::CutShort)), "{end}: {result:?}");
        }
        for end in 0..5 {
            let result = decoded(Framing::Length(5), &b"hello"[..end], 3, 100);
            assert!(matches!(result, Err(Error::CutShort)), "{end}: {result:?}");
        }
    }

    #[test]
    fn what_is_malformed_is_refused() {
        for wrong in [
            "\r\n",
            "x\r\n",
            "-1\r\n",
            "+1\r\n",
            "0x1\r\n",
            " 1\r\n",
            "1\n",
            "1\rx",
            "1;a\nb",
            "1\r\nab",
            "1\r\na\n",
            "1\r\na\rx",
            "10000000000000000\r\n",
            "0\r\n\rx",
        ] {
            let result = decoded(Framing::Chunked, wrong.as_bytes(), 100, 100);
            assert!(
                matches!(result, Err(Error::MalformedChunk(_))),
                "{wrong:?}: {result:?}"
            );
        }
    }

    #[test]
    fn limits_are_kept() {
        let too_large = |result| matches!(result, Err(Error::BodyTooLarge { .. }));
        assert!(decoded(Framing::Length(5), b"hello", 9, 5).is_ok());
        assert!(too_large(decoded(Framing::Length(5), b"", 9, 4)));
        assert!(too_large(decoded(Framing::Length(u64::MAX), b"", 9, 4)));
        assert!(decoded(Framing::UntilClose, b"hello", 1, 5).is_ok());
        assert!(too_large(decoded(Framing::UntilClose, b"hello", 1, 4)));
        assert!(too_large(decoded(
            Framing::Chunked,
            b"fffffffffffffff\r\n",
            1,
            4
        )));
        assert!(too_large(decoded(
            Framing::Chunked,
            b"3\r\nabc\r\n2\r\n",
            1,
            4
        )));

        let long = [b"1;".as_slice(), &[b'a'; 2 * OVERHEAD]].concat();
        let result = decoded(Framing::Chunked, &long, 999, 100);
        assert!(matches!(result, Err(Error::MalformedChunk(_))));
        let zeros = vec![b'0'; 2 * OVERHEAD];
        let result = decoded(Framing::Chunked, &zeros, 999, 100);
        assert!(matches!(result, Err(Error::MalformedChunk(_))));
        let trailers = [b"0\r\n".as_slice(), &b"a: b\r\n".repeat(OVERHEAD)].concat();
        let result = decoded(Framing::Chunked, &trailers, 999, 100);
        assert!(matches!(result, Err(Error::MalformedChunk(_))));
        let many = [b"1\r\na\r\n".repeat(OVERHEAD), b"0\r\n\r\n".to_vec()].concat();
        let (body, _) = decoded(Framing::Chunked, &many, 999, OVERHEAD).unwrap();
        assert_eq!(body.len(), OVERHEAD);
    }
}
