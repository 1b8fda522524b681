//! Names for accounts that were not asked for one: made of what somebody is called, never of his address.

use platform::random::Random;

use crate::username;

/// Leaves room for what tells two of one name apart.
const LONGEST: usize = 12;
const TRIES: usize = 8;
/// Where there is nothing to make a name of.
const ANYBODY: &str = "sider";

/// Names in the order in which they are to be tried; all of them may be taken. `reserved` = the operator's own list.
pub fn candidates(given_name: &str, reserved: &[String], random: &Random) -> Vec<String> {
    let usable = |name: &str| username::parse(name, reserved).is_ok_and(|parsed| parsed == name);
    let base = Some(folded(given_name)).filter(|base| usable(base) && usable(&format!("{base}_1000")));
    let base = base.unwrap_or_else(|| ANYBODY.to_owned());
    let short = (0..TRIES).map(|_| format!("{base}_{:04}", u32::from_be_bytes(random.bytes()) % 10_000));
    let long = format!("{base}_{:08}", u32::from_be_bytes(random.bytes()) % 100_000_000);
    std::iter::once(base.clone()).chain(short).chain([long]).filter(|name| usable(name)).collect()
}

/// In plain letters and digits, words joined by `_`; "" where nothing is left.
fn folded(name: &str) -> String {
    let mut folded = String::new();
    for char in name.chars().take(64) {
        let plain = plain(char);
        if !plain.is_empty() {
            folded.push_str(plain);
        } else if char.is_ascii_alphanumeric() {
            folded.push(char.to_ascii_lowercase());
        } else if (char.is_whitespace() || char == '-') && !folded.is_empty() && !folded.ends_with('_') {
            folded.push('_');
        }
    }
    folded.truncate(LONGEST);
    folded.trim_end_matches('_').to_owned()
}

/// The Latin letters of Europe without their marks; "" for everything else.
fn plain(char: char) -> &'static str {
    match char.to_lowercase().next().unwrap_or(char) {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => "e",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
        'ĥ' | 'ħ' => "h",
        'ì' | 'í' | 'î' | 'ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => "i",
        'ĵ' => "j",
        'ķ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ł' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ŏ' | 'ő' => "o",
        'œ' => "oe",
        'ŕ' | 'ŗ' | 'ř' => "r",
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => "s",
        'ß' => "ss",
        'ţ' | 'ť' | 'ŧ' | 'ț' => "t",
        'þ' => "th",
        'ù' | 'ú' | 'û' | 'ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => "u",
        'ŵ' => "w",
        'ý' | 'ÿ' | 'ŷ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_given_name_is_written_in_plain_letters() {
        for (name, expected) in [
            ("José", "jose"),
            ("Mary Ann", "mary_ann"),
            ("  Łukasz-Jan ", "lukasz_jan"),
            ("Großmütterchen", "grossmutterc"),
            ("Bartholomew IV", "bartholomew"),
            ("O'Neil", "oneil"),
            ("李小龙", ""),
            ("_", ""),
        ] {
            assert_eq!(folded(name), expected, "{name}");
        }
    }

    #[test]
    fn the_name_comes_first_then_numbers_and_each_may_be_taken() {
        let names = candidates("Ann", &[], &Random::default());
        assert_eq!((names.len(), names[0].as_str()), (10, "ann"));
        assert!(names[1..9].iter().all(|name| name.len() == 8 && name.starts_with("ann_")));
        assert_eq!(names[9].len(), 12);
        // Reserved by itself, by what it begins with, by the operator; too short; digits only; nothing.
        for name in ["Admin", "Mod", "acme", "Al", "12345", "", "李"] {
            let names = candidates(name, &["acme".to_owned()], &Random::default());
            assert_eq!(names[0], ANYBODY, "{name}");
            assert!(names[1..].iter().all(|name| name.starts_with("sider_")), "{names:?}");
        }
    }
}
