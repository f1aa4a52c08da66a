//! The order of a tree's lines: each lane whole, where the state that holds it stands, though lanes grow side by side.

use std::collections::VecDeque;
use std::io::{self, Write};

use rustc_hash::FxHashMap;

/// Writes the text of lanes as a tree. What comes first in the tree is written at once; what has to wait for a lane
/// before it is held, and no longer than that lane runs.
#[derive(Debug)]
pub(super) struct InOrder<W> {
    out: W,
    /// The lanes that are open or have text to be written.
    lanes: FxHashMap<u32, Lane>,
    /// The way down the tree to the place that is written next: all before it has been.
    front: Vec<u32>,
}

#[derive(Debug, Default)]
struct Lane {
    held: VecDeque<Piece>,
    closed: bool,
}

#[derive(Debug)]
enum Piece {
    Text(String),
    Lane(u32),
}

impl<W: Write> InOrder<W> {
    pub(super) fn new(out: W) -> Self {
        InOrder {
            out,
            lanes: FxHashMap::default(),
            front: Vec::new(),
        }
    }

    /// Opens a lane behind the text of its parent, or the top level, with a first text.
    pub(super) fn open(&mut self, number: u32, parent: Option<u32>, heading: String) -> io::Result<()> {
        let mut lane = Lane::default();
        if !heading.is_empty() {
            lane.held.push_back(Piece::Text(heading));
        }
        self.lanes.insert(number, lane);
        match parent {
            None => self.front.push(number),
            Some(parent) => {
                if let Some(parent) = self.lanes.get_mut(&parent) {
                    parent.held.push_back(Piece::Lane(number));
                }
            }
        }
        self.advance()
    }

    /// Opens a lane that has no place yet: [`InOrder::attach`] gives it one, or [`InOrder::drop_lane`] forgets it.
    pub(super) fn open_apart(&mut self, number: u32, heading: String) {
        let mut lane = Lane::default();
        lane.held.push_back(Piece::Text(heading));
        self.lanes.insert(number, lane);
    }

    /// Puts a lane that was opened apart behind the text of its parent.
    pub(super) fn attach(&mut self, number: u32, parent: u32) -> io::Result<()> {
        if let Some(parent) = self.lanes.get_mut(&parent) {
            parent.held.push_back(Piece::Lane(number));
        }
        self.advance()
    }

    /// Forgets a lane that was opened apart, and the lanes inside it.
    pub(super) fn drop_lane(&mut self, number: u32) {
        let mut open = vec![number];
        while let Some(number) = open.pop() {
            let Some(lane) = self.lanes.remove(&number) else {
                continue;
            };
            open.extend(lane.held.iter().filter_map(|piece| match piece {
                Piece::Lane(inside) => Some(*inside),
                Piece::Text(_) => None,
            }));
        }
    }

    /// Adds to the text of a lane.
    pub(super) fn write(&mut self, number: u32, text: &str) -> io::Result<()> {
        let Some(lane) = self.lanes.get_mut(&number) else {
            return Ok(());
        };
        if self.front.last() == Some(&number) && lane.held.is_empty() {
            return self.out.write_all(text.as_bytes());
        }
        match lane.held.back_mut() {
            Some(Piece::Text(held)) => held.push_str(text),
            _ => lane.held.push_back(Piece::Text(text.to_owned())),
        }
        Ok(())
    }

    /// Nothing more comes on a lane.
    pub(super) fn close(&mut self, number: u32) -> io::Result<()> {
        match self.lanes.get_mut(&number) {
            Some(lane) => lane.closed = true,
            None => return Ok(()),
        }
        self.advance()
    }

    /// Closes every lane, and gives the writer back.
    pub(super) fn finish(mut self) -> io::Result<W> {
        for lane in self.lanes.values_mut() {
            lane.closed = true;
        }
        self.advance()?;
        Ok(self.out)
    }

    /// Writes what may be written now.
    fn advance(&mut self) -> io::Result<()> {
        while let Some(number) = self.front.last() {
            let Some(lane) = self.lanes.get_mut(number) else {
                self.front.pop();
                continue;
            };
            match lane.held.pop_front() {
                Some(Piece::Text(text)) => self.out.write_all(text.as_bytes())?,
                Some(Piece::Lane(inside)) => self.front.push(inside),
                None if lane.closed => {
                    self.lanes.remove(number);
                    self.front.pop();
                }
                None => break,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_that_grow_side_by_side_are_written_one_after_another() {
        let mut tree = InOrder::new(Vec::new());
        tree.open(0, None, String::new()).expect("a Vec");
        tree.write(0, "map ").expect("a Vec");
        tree.open(1, Some(0), "[1 ".into()).expect("a Vec");
        tree.open(2, Some(0), "[2 ".into()).expect("a Vec");
        tree.write(2, "b ").expect("a Vec");
        tree.write(1, "a ").expect("a Vec");
        // The first is at the front: it is out, and the second waits.
        assert_eq!(tree.out, b"map [1 a ");
        tree.open(3, Some(2), "[3 ".into()).expect("a Vec");
        tree.write(3, "c] ").expect("a Vec");
        tree.close(3).expect("a Vec");
        tree.write(2, "d] ").expect("a Vec");
        tree.close(2).expect("a Vec");
        tree.write(0, "end").expect("a Vec");
        tree.write(1, "e] ").expect("a Vec");
        assert_eq!(tree.out, b"map [1 a e] ");
        tree.close(1).expect("a Vec");
        assert_eq!(tree.out, b"map [1 a e] [2 b [3 c] d] end");
        // What has been written is not held any more.
        assert_eq!(tree.lanes.len(), 1);
    }

    #[test]
    fn lanes_apart_wait_for_their_place() {
        let mut tree = InOrder::new(Vec::new());
        tree.open(0, None, String::new()).expect("a Vec");
        for number in 1..4 {
            tree.open_apart(number, format!("[{number} "));
        }
        tree.open(4, Some(2), "(4)".into()).expect("a Vec");
        tree.close(2).expect("a Vec");
        tree.drop_lane(2);
        assert!(!tree.lanes.contains_key(&4));
        tree.attach(3, 0).expect("a Vec");
        tree.write(0, "end").expect("a Vec");
        tree.attach(1, 0).expect("a Vec");
        tree.close(3).expect("a Vec");
        assert_eq!(tree.finish().expect("a Vec"), b"[3 end[1 ");
    }

    #[test]
    fn what_is_still_open_in_the_end_is_written() {
        let mut tree = InOrder::new(Vec::new());
        tree.open(0, None, String::new()).expect("a Vec");
        tree.open(1, Some(0), "1".into()).expect("a Vec");
        tree.open(2, Some(0), "2".into()).expect("a Vec");
        tree.write(0, "0").expect("a Vec");
        assert_eq!(tree.finish().expect("a Vec"), b"120");
    }
}
