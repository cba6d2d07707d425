//! Lines and columns of a message.
//!
//! In: bytes of a text, mostly one after the other. Out: the line and the column of each, from 1.

/// Counts lines and characters from the last place on.
pub struct Places<'a> {
    text: &'a [u8],
    /// The last place, and its line and column.
    offset: usize,
    last: (u64, u64),
}

impl<'a> Places<'a> {
    /// The places of a text.
    pub const fn of(text: &'a [u8]) -> Self {
        Self { text, offset: 0, last: (1, 1) }
    }

    /// The line and the column of a byte.
    pub fn at(&mut self, offset: usize) -> (u64, u64) {
        let offset = offset.min(self.text.len());
        if offset < self.offset {
            *self = Self::of(self.text);
        }
        let (mut line, mut column) = self.last;
        for byte in &self.text[self.offset..offset] {
            match byte {
                b'\n' => (line, column) = (line + 1, 1),
                // What goes on with a character of UTF-8 is none of its own.
                0x80..=0xBF => {}
                _ => column += 1,
            }
        }
        (self.offset, self.last) = (offset, (line, column));
        self.last
    }
}
