//! The characters that the fonts of the Typst compiler have.
//!
//! The fonts of the template are Libertinus Serif and `DejaVu` Sans Mono, regular and bold, of
//! Typst 0.15; scattered symbols are left out. A missing glyph would be an empty box or nothing at
//! all, and would make the compiler reject PDF/A; `.ci/typst.sh` compiles all of these characters.

/// Whether a character can be shown.
pub(super) fn has(c: char) -> bool {
    c.is_ascii_graphic()
        || SHOWN
            .binary_search_by(|(first, last)| {
                if *last < c {
                    std::cmp::Ordering::Less
                } else if c < *first {
                    std::cmp::Ordering::Greater
                } else {
                    std::cmp::Ordering::Equal
                }
            })
            .is_ok()
}

/// The first and the last characters of ranges, in order.
#[rustfmt::skip]
pub(super) const SHOWN: &[(char, char)] = &[
    ('\u{20}', '\u{7e}'),
    ('\u{a0}', '\u{241}'),
    ('\u{243}', '\u{245}'),
    ('\u{247}', '\u{249}'),
    ('\u{24c}', '\u{24d}'),
    ('\u{250}', '\u{2e9}'),
    ('\u{300}', '\u{33f}'),
    ('\u{374}', '\u{377}'),
    ('\u{37a}', '\u{37f}'),
    ('\u{384}', '\u{38a}'),
    ('\u{38c}', '\u{38c}'),
    ('\u{38e}', '\u{3a1}'),
    ('\u{3a3}', '\u{3ce}'),
    ('\u{3d0}', '\u{3e1}'),
    ('\u{3f0}', '\u{45f}'),
    ('\u{462}', '\u{463}'),
    ('\u{470}', '\u{477}'),
    ('\u{490}', '\u{4c4}'),
    ('\u{4c7}', '\u{4cc}'),
    ('\u{4cf}', '\u{4f9}'),
    ('\u{531}', '\u{556}'),
    ('\u{559}', '\u{55f}'),
    ('\u{561}', '\u{587}'),
    ('\u{589}', '\u{58a}'),
    ('\u{5d0}', '\u{5ea}'),
    ('\u{60c}', '\u{60c}'),
    ('\u{61b}', '\u{61b}'),
    ('\u{61f}', '\u{61f}'),
    ('\u{621}', '\u{63a}'),
    ('\u{640}', '\u{64a}'),
    ('\u{660}', '\u{66d}'),
    ('\u{67e}', '\u{67e}'),
    ('\u{686}', '\u{686}'),
    ('\u{698}', '\u{698}'),
    ('\u{6a9}', '\u{6a9}'),
    ('\u{6af}', '\u{6af}'),
    ('\u{6cc}', '\u{6cc}'),
    ('\u{6f0}', '\u{6f9}'),
    ('\u{1e00}', '\u{1e9b}'),
    ('\u{1e9e}', '\u{1ef9}'),
    ('\u{1f00}', '\u{1f15}'),
    ('\u{1f18}', '\u{1f1d}'),
    ('\u{1f20}', '\u{1f45}'),
    ('\u{1f48}', '\u{1f4d}'),
    ('\u{1f50}', '\u{1f57}'),
    ('\u{1f59}', '\u{1f59}'),
    ('\u{1f5b}', '\u{1f5b}'),
    ('\u{1f5d}', '\u{1f5d}'),
    ('\u{1f5f}', '\u{1f7d}'),
    ('\u{1f80}', '\u{1fb4}'),
    ('\u{1fb6}', '\u{1fc4}'),
    ('\u{1fc6}', '\u{1fd3}'),
    ('\u{1fd6}', '\u{1fdb}'),
    ('\u{1fdd}', '\u{1fef}'),
    ('\u{1ff2}', '\u{1ff4}'),
    ('\u{1ff6}', '\u{1ffe}'),
    ('\u{200c}', '\u{2027}'),
    ('\u{2030}', '\u{2037}'),
    ('\u{2039}', '\u{203f}'),
    ('\u{2042}', '\u{2042}'),
    ('\u{2044}', '\u{204b}'),
    ('\u{204f}', '\u{204f}'),
    ('\u{205f}', '\u{205f}'),
    ('\u{2070}', '\u{2071}'),
    ('\u{2074}', '\u{208e}'),
    ('\u{2090}', '\u{209c}'),
    ('\u{20a0}', '\u{20b5}'),
    ('\u{20b8}', '\u{20ba}'),
    ('\u{20bd}', '\u{20bd}'),
    ('\u{20bf}', '\u{20bf}'),
    ('\u{2153}', '\u{2184}'),
    ('\u{2190}', '\u{2220}'),
    ('\u{2223}', '\u{222d}'),
    ('\u{2234}', '\u{223d}'),
    ('\u{2241}', '\u{226b}'),
    ('\u{226d}', '\u{228b}'),
    ('\u{228d}', '\u{22a5}'),
    ('\u{22da}', '\u{22e9}'),
    ('\u{2300}', '\u{2306}'),
    ('\u{2308}', '\u{2315}'),
    ('\u{231c}', '\u{2321}'),
    ('\u{2325}', '\u{232b}'),
    ('\u{2335}', '\u{237a}'),
    ('\u{239b}', '\u{23ae}'),
    ('\u{2460}', '\u{2473}'),
    ('\u{2500}', '\u{262f}'),
    ('\u{2638}', '\u{268b}'),
    ('\u{2690}', '\u{269c}'),
    ('\u{26a0}', '\u{26a5}'),
    ('\u{270c}', '\u{2727}'),
    ('\u{2729}', '\u{274b}'),
    ('\u{2758}', '\u{275e}'),
    ('\u{2761}', '\u{277f}'),
    ('\u{2798}', '\u{27af}'),
    ('\u{27b1}', '\u{27be}'),
];
