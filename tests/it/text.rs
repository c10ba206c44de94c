//! Helpers for text.

use custody_controls::text::{all_bytes, is_visible_but, without_log_commands};
use custody_testing::hostile;

/// Against a look at each byte, with one byte of another kind at each place of texts that have
/// less than a block, blocks, and a rest.
#[test]
fn blocks_of_bytes_are_judged_like_each_byte() {
    let is_one_of_few = |byte: u8| (b' '..=b'~').contains(&byte) && byte != b'<' && byte != b'&';
    for length in 0..=50 {
        let plain =
            "The key is split; no part leaves its room alone, or unseen."[..length].to_owned();
        assert!(
            all_bytes(&plain, |byte| is_visible_but(byte, b"<&")),
            "{plain}"
        );
        for at in 0..length {
            for other in ["<", "&", "\n", "\u{7f}", "\0", "~", " ", ">"] {
                let mut text = plain.clone();
                text.replace_range(at..=at, other);
                let naive = text.bytes().all(is_one_of_few);
                let judged = all_bytes(&text, |byte| is_visible_but(byte, b"<&"));
                assert_eq!(judged, naive, "{text:?}");
            }
        }
    }
}

#[test]
fn no_line_of_a_log_is_a_command() {
    let inert = |text: &str| without_log_commands(text).into_owned();
    for harmless in ["a::b", "Rust's a :: b", "## Heading [1]", "# [x]", ""] {
        assert_eq!(inert(harmless), harmless);
    }
    for text in hostile::texts() {
        for before in ["", " ", "\u{1b}[1;31m", "\n \u{1b}[1m  "] {
            let text = inert(&format!("{before}{text}"));
            assert_eq!(hostile::command(&text), None, "{text:?}");
        }
    }
}
